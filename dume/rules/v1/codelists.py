"""The file of code lists of ESPD 1.0.2: is each code of the list that it must come from, and does it say so?"""

from collections.abc import Iterable, Iterator

from lxml import etree

from dume.rules.v1.attributes import Check
from dume.rules.v1.codes import (
    ACTIVITIES,
    ANSWER_TYPES,
    CONTRACTS,
    COUNTRIES,
    CRITERIA,
    CURRENCIES,
    LANGUAGES,
    LAW_LEVELS,
    PROCEDURES,
    ROLES,
    CodeList,
)
from dume.rules.v1.reading import CBC, CCV_CBC, COUNTRY, ESPD_CBC, Broken, french, string

NOT_LISTED = french(
    "« {value} » n'est pas un code de la liste {name}{what} : choisissez-en un de cette liste."
)
OTHER_LIST = french(
    "Le code « {value} » dit venir d'une autre liste ou d'une autre version : l'attribut {attribute} vaut "
    "« {said} ». Reprenez le code et ses attributs de la liste {name} {version}."
)
ELEMENTS = (
    ("code-criterion", f"{CBC}TypeCode", CRITERIA, " (critères)"),
    ("code-law-level", f"{CCV_CBC}JurisdictionLevelCode", LAW_LEVELS, " (niveau du texte de loi)"),
    ("code-activity", f"{CBC}ActivityTypeCode", ACTIVITIES, " (activité de l'acheteur)"),
    ("code-locale", f"{CBC}LocaleCode", LANGUAGES, " (langues de l'Union)"),
    ("code-contract", f"{CBC}ContractTypeCode", CONTRACTS, " (nature du marché)"),
    ("code-procedure", f"{CBC}ProcurementTypeCode", PROCEDURES, " (procédures)"),
    ("code-role", f"{ESPD_CBC}EconomicOperatorRoleCode", ROLES, " (rôle de l'opérateur, partie II.A)"),
)
#: One document checks what the other does not.
OWN = {
    "request": ("code-region", f"{CBC}CountrySubentityCode", COUNTRIES, " (pays)"),
    "response": ("code-currency", f"{CBC}CurrencyCode", CURRENCIES, " (monnaies)"),
}
ATTRIBUTES = (
    ("code-answer-type", "responseDataType", ANSWER_TYPES, " (type de réponse d'une question)"),
    ("code-language", "langID", LANGUAGES, " (langues de l'Union)"),
    ("code-amount-currency", "currencyID", CURRENCIES, " (monnaies)"),
)

CODED = frozenset(name for _, name, _, _ in ATTRIBUTES)


def comes_from(short: str, codes: CodeList, what: str) -> Check:
    def check(code: etree._Element) -> Iterable[Broken]:
        value = string(code)
        if not codes.holds(value):
            return ((short, NOT_LISTED.format(value=value[:200], name=codes.name, what=what), value),)
        if attribute := codes.misdescribed(code):
            said = code.get(attribute, "")[:200]
            message = OTHER_LIST.format(
                value=value, attribute=attribute, said=said, name=codes.name, version=codes.version
            )
            return ((short, message, value),)
        return ()

    return check


def country(check: Check) -> Check:
    """Only in an address: IdentificationCode is used elsewhere too."""

    def check_country(code: etree._Element) -> Iterable[Broken]:
        parent = code.getparent()
        return check(code) if parent is not None and parent.tag == COUNTRY else ()

    return check_country


def checks(kind: str) -> dict[str, list[Check]]:
    found: dict[str, list[Check]] = {
        tag: [comes_from(short, codes, what)] for short, tag, codes, what in (*ELEMENTS, OWN[kind])
    }
    found[f"{CBC}IdentificationCode"] = [country(comes_from("code-country", COUNTRIES, " (pays)"))]
    return found


def of_attributes(root: etree._Element) -> Iterator[tuple[etree._Element, Broken]]:
    for element in root.iter("*"):  # XPath would compare each carrier found with all the others
        if CODED.isdisjoint(element.keys()):
            continue
        for short, name, codes, what in ATTRIBUTES:
            value = element.get(name)
            if value is not None and not codes.holds(value):
                yield (
                    element,
                    (short, NOT_LISTED.format(value=value[:200], name=codes.name, what=what), value),
                )
