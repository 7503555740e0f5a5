"""Countries as ESPD writes them: two letters until 2.x (ISO 3166-1 alpha-2), three since 3.0 (alpha-3)."""

#: alpha-2, alpha-3, French name: the EU, its neighbours and main partners. Other codes are shown as written.
COUNTRIES = (
    ("AT", "AUT", "Autriche"),
    ("BE", "BEL", "Belgique"),
    ("BG", "BGR", "Bulgarie"),
    ("CA", "CAN", "Canada"),
    ("CH", "CHE", "Suisse"),
    ("CY", "CYP", "Chypre"),
    ("CZ", "CZE", "Tchéquie"),
    ("DE", "DEU", "Allemagne"),
    ("DK", "DNK", "Danemark"),
    ("EE", "EST", "Estonie"),
    ("ES", "ESP", "Espagne"),
    ("FI", "FIN", "Finlande"),
    ("FR", "FRA", "France"),
    ("GB", "GBR", "Royaume-Uni"),
    ("GR", "GRC", "Grèce"),
    ("HR", "HRV", "Croatie"),
    ("HU", "HUN", "Hongrie"),
    ("IE", "IRL", "Irlande"),
    ("IS", "ISL", "Islande"),
    ("IT", "ITA", "Italie"),
    ("LI", "LIE", "Liechtenstein"),
    ("LT", "LTU", "Lituanie"),
    ("LU", "LUX", "Luxembourg"),
    ("LV", "LVA", "Lettonie"),
    ("MC", "MCO", "Monaco"),
    ("MT", "MLT", "Malte"),
    ("NL", "NLD", "Pays-Bas"),
    ("NO", "NOR", "Norvège"),
    ("PL", "POL", "Pologne"),
    ("PT", "PRT", "Portugal"),
    ("RO", "ROU", "Roumanie"),
    ("SE", "SWE", "Suède"),
    ("SI", "SVN", "Slovénie"),
    ("SK", "SVK", "Slovaquie"),
    ("US", "USA", "États-Unis"),
)
#: Every country, alpha-2 then alpha-3 (ISO 3166-1; Kosovo as the EU writes it).
WRITTEN = (
    "ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE "
    "BABIH BBBRB BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS "
    "BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN "
    "COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST "
    "EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF "
    "GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD "
    "HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM "
    "JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA "
    "LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD "
    "MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM "
    "NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG "
    "PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA "
    "SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD "
    "STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON "
    "TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR "
    "VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE XK1A0"
)
ALPHA_2 = {code: pair[:2] for pair in WRITTEN.split() for code in (pair[:2], pair[2:])}
ALPHA_3 = {code: pair[2:] for pair in WRITTEN.split() for code in (pair[:2], pair[2:])}
NAMES = {code: name for two, three, name in COUNTRIES for code in (two, three)}


def country_name(code: str) -> str:
    return NAMES.get(code.upper(), code)
