"""Codes: is the value in its list, and is the list said to be the official one?

Follows « 01 ESPD-codelist-values » (no id, no flag) and « Common CL Attributes » (BR-OTH-03: no id, fatal). The ids
are ours: `codelist.country` for a value, `codelist.country.version` for an attribute that names the list,
`codelist.attribute.currency` for an attribute whose value is a code.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.ubl.codelists import codes
from dume.rules.ubl.index import CAC, CBC, GROUP, ID, PROPERTY, Index, ascii_lower, ids, shown, string
from dume.rules.ubl.words import quoted
from dume.rules.v4.edition import Edition

#: Attribute of a code -> how our rule ends.
ENDINGS = {
    "listName": "name",
    "listID": "id",
    "listVersionID": "version",
    "listSchemeURI": "file",
    "listURI": "uri",
    "listAgencyName": "agency-name",
    "listAgencyID": "agency",
}
OPERATOR = f"{CAC}EconomicOperatorParty"
EUROPE = "http://publications.europa.eu/resource"
OFFICE = {"listAgencyName": "Publications Office of the European Union", "listAgencyID": "OP"}
EMPLOYMENT = {"listAgencyName": "DG Employment, Social Affairs and Inclusion", "listAgencyID": "EMPL"}

Find = Callable[[Index, Edition], Iterable[etree._Element]]  # noqa: SLF001  lxml's own name for the type


@dataclass(frozen=True, slots=True)
class CodeList:
    """`name` is that of our rules, `find` the elements that take their code from the list.

    `authority` is (listName, part of the URIs, name of the file) of a list of the Publications Office, `technical`
    (listName, listID) of a list of ESPD itself. `valued` is false where only the attributes are checked.
    """

    name: str
    words: str
    find: Find
    authority: tuple[str, str, str] = ("", "", "")
    technical: tuple[str, str] = ("", "")
    valued: bool = True


def tagged(name: str, *parents: str) -> Find:
    return lambda index, _edition: (
        index.under(f"{CBC}{name}", *parents) if parents else index.all(f"{CBC}{name}")
    )


def of_documents(index: Index, edition: Edition) -> Iterator[etree._Element]:
    return index.under(f"{CBC}DocumentTypeCode", edition.document)


def of_occupations(index: Index, edition: Edition) -> Iterator[etree._Element]:
    if edition.occupations:
        for node in index.under(f"{CBC}ExpectedCode", PROPERTY, GROUP):
            group = next(node.iterancestors(GROUP))
            if edition.occupations in ids(group):
                yield node


LISTS = (
    CodeList(
        "access-right",
        "niveau de confidentialité",
        tagged("ConfidentialityLevelCode"),
        authority=("AccessRight", "access-right", "AccessRight"),
    ),
    CodeList(
        "criterion-element-type",
        "nature de la ligne",
        tagged("TypeCode"),
        technical=("CriterionElementType", "criterion-element-type"),
    ),
    CodeList(
        "country",
        "pays",
        tagged("IdentificationCode", f"{CAC}Country"),
        authority=("country", "country", "Country"),
    ),
    CodeList(
        "language",
        "langue",
        tagged("LocaleCode", f"{CAC}Language"),
        authority=("language", "language", "Language"),
        valued=False,
    ),
    CodeList(
        "currency",
        "monnaie",
        tagged("ValueCurrencyCode"),
        authority=("Currency", "currency", "Currency"),
    ),
    CodeList(
        "document-type",
        "type du document cité",
        of_documents,
        authority=("DocrefcontentType", "docrefcontent-type", "DocrefcontentType"),
    ),
    CodeList(
        "operator-role",
        "rôle de l'opérateur",
        tagged("RoleCode", f"{CAC}EconomicOperatorRole", OPERATOR),
        authority=("EoRoleType", "eo-role-type", "EoRoleType"),
    ),
    CodeList(
        "operator-size",
        "taille de l'entreprise",
        tagged("IndustryClassificationCode", f"{CAC}Party", OPERATOR),
    ),
    CodeList("profile", "version du modèle (ProfileExecutionID)", tagged("ProfileExecutionID")),
    CodeList(
        "property-group-type",
        "condition d'un groupe de questions",
        tagged("PropertyGroupTypeCode", GROUP),
        technical=("PropertyGroupType", "property-group-type"),
    ),
    CodeList(
        "response-data-type",
        "type de la réponse attendue",
        tagged("ValueDataTypeCode", PROPERTY),
        technical=("ResponseDataType", "response-data-type"),
    ),
    CodeList(
        "criterion",
        "code du critère",
        tagged("CriterionTypeCode"),
        authority=("Criterion", "criterion", "Criterion"),
        valued=False,
    ),
    CodeList(
        "occupation",
        "métier",
        tagged("Occupation"),
        authority=("Occupation", "occupation", "Occupation"),
        valued=False,
    ),
    CodeList("occupation", "métier", of_occupations),
)
#: Lists of the Publications Office whose agency is checked too.
AGENCIES = {"access-right": OFFICE, "operator-role": OFFICE, "criterion": OFFICE, "occupation": EMPLOYMENT}


@cache
def expected(one: CodeList, edition: Edition) -> tuple[tuple[str, str], ...]:
    """What the attributes say where they are present."""
    if one.technical[0]:
        name, id_ = one.technical
        return (
            ("listName", name),
            ("listID", id_),
            ("listVersionID", edition.version),
            ("listSchemeURI", f"{edition.files}/{name}.gc"),
            ("listURI", edition.repository),
        )
    if not one.authority[0]:
        return ()
    name, part, file = one.authority
    issue = edition.issues[part]
    return (
        ("listName", name),
        ("listID", f"{EUROPE}/authority/{part}"),
        ("listVersionID", issue),
        ("listSchemeURI", f"{EUROPE}/distribution/{part}/{issue}/xml/gc/{file}.gc"),
        ("listURI", f"{EUROPE}/dataset/{part}"),
        *AGENCIES.get(one.name, {}).items(),
    )


def judge(index: Index, edition: Edition) -> Iterator[Fired]:
    for one in LISTS:
        nodes = list(one.find(index, edition))
        yield from judge_attributes(nodes, one, edition)
        if one.valued:
            written = ((node, string(node)) for node in nodes)
            yield from judge_values(written, one.name, one.words, codes(one.name, edition.version))
    yield from judge_attribute_values(index, edition)


def judge_attributes(nodes: list[etree._Element], one: CodeList, edition: Edition) -> Iterator[Fired]:
    """An absent attribute is not wrong here: BR-OTH-01 asks for those that are mandatory."""
    for attribute, value in expected(one, edition):
        rule = f"codelist.{one.name}.{ENDINGS[attribute]}"
        for node in nodes:
            written = node.get(attribute, value)
            if written != value:
                message = (
                    f"La liste de codes ({one.words}) est mal désignée. "
                    f"Écrivez {quoted(value)} dans l'attribut {attribute} au lieu de {quoted(written)}."
                )
                yield Fired(rule, Flag.FATAL, node, message, shown([written]))


def judge_values(
    written: Iterable[tuple[etree._Element, str]], name: str, words: str, known: Container[str]
) -> Iterator[Fired]:
    """Documents repeat the same few codes: each is looked up once."""
    seen: set[str] = set()
    for node, code in written:
        if code in seen:
            continue
        if ascii_lower(code) in known:
            seen.add(code)
            continue
        message = (
            f"Le code {quoted(code)} ({words}) n'est pas dans la liste officielle. "
            "Remplacez-le par un code de cette liste."
        )
        yield Fired(f"codelist.{name}", Flag.UNSET, node, message, shown([code]))


def judge_attribute_values(index: Index, edition: Edition) -> Iterator[Fired]:
    """Rules on attributes: the Schematron has them, its published stylesheets never reach them."""
    identified = [
        (node, scheme)
        for node in index.under(ID, f"{CAC}PartyIdentification")
        if (scheme := node.get("schemeID")) is not None
    ]
    known = codes("identifier-type", edition.version)
    yield from judge_values(identified, "attribute.identifier-type", "type d'identifiant", known)
    for attribute, name, words in (
        ("currencyID", "currency", "monnaie"),
        ("languageID", "language", "langue"),
    ):
        known = codes(name, edition.version)
        if any(ascii_lower(code) not in known for code in index.attribute_values(attribute)):
            yield from judge_values(index.with_attribute(attribute), f"attribute.{name}", words, known)
