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
ALPHA_2 = {code: two for two, three, _name in COUNTRIES for code in (two, three)}
ALPHA_3 = {code: three for two, three, _name in COUNTRIES for code in (two, three)}
NAMES = {code: name for two, three, name in COUNTRIES for code in (two, three)}


def country_name(code: str) -> str:
    return NAMES.get(code.upper(), code)
