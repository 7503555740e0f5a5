"""Which criteria are exclusion grounds and which are selection criteria, as the official rules list them."""

from dume.rules.ubl.index import ascii_lower

EXCLUSION = """
    crime-org corruption fraud terr-offence finan-laund human-traffic tax-pay socsec-pay envir-law socsec-law
    labour-law bankruptcy insolvency cred-arran bankr-nat liq-admin susp-act prof-misconduct distorsion
    partic-confl prep-confl sanction misinterpr nati-ground
"""
SELECTION = """
    prof-regist trade-regist autorisation membership gen-year-to aver-year-to spec-aver-to spec-year-to finan-rat
    indem-insu finan-requ work-perform supply-perform service-perform qual-cont-tech work-tech qual-facil
    research-fac chain-manage qualification envir-measure tech-equip spec-req-check manage-staff year-manpower
    suncont-port wo-autent w-autent qa-certif-inst qu-certif-indep envir-certif-indep
"""
EXCLUSION_CODES = frozenset(EXCLUSION.split())
SELECTION_CODES = frozenset(SELECTION.split())


def is_exclusion(code: str) -> bool:
    """An empty code is in both lists: the official rules look for it between two separators that follow each other."""
    return not code or ascii_lower(code) in EXCLUSION_CODES


def is_selection(code: str) -> bool:
    return not code or ascii_lower(code) in SELECTION_CODES
