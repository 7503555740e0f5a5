"""Codes against their lists: attributes, values, and values that one type of DUME only knows (BR-COM-CL-RESTR).

The official rules on attributes and values have no id; ours are `code-list.<list>.<attribute or value>`. Of the
official rules those on attributes (@currencyID, @languageID, @schemeID) never fire: the published stylesheets visit
no attribute.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast

from lxml import etree

from dume.rules.findings import Fired, Flag
from dume.rules.ubl.index import ascii_lower, cut, string
from dume.rules.ubl.words import quoted
from dume.rules.v2.case import Case, cac, cbc, fire
from dume.rules.v2.edition import FIRST, SECOND, Edition

Attributes = tuple[tuple[str, str], ...]
PLACEHOLDER = "Placeholder"
REPOSITORY = "https://github.com/ESPD/ESPD-EDM"
AUTHORITY = "http://publications.europa.eu/mdr/authority/index.html"
FOLDER = "docs/src/main/asciidoc/dist/cl/gc"
BRANCH = {FIRST.version: "ESPD-EDM-V2.0.2", SECOND.version: "2.1.1"}


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps a list: `borrowed` lists come in version 1.0, those of the ESPD follow its own versions."""

    name: str
    id: str
    borrowed: bool


GROW = Keeper("DG GROW (European Commission)", "EU-COM-GROW", borrowed=False)
OFFICE = Keeper("Publications Office of the EU", "EU-COM-OP", borrowed=True)
ISO = Keeper("ISO", "ISO", borrowed=True)


@dataclass(frozen=True, slots=True)
class CodeList:
    """`parents` are those the element must have (nearest first); `file` is "" for a list without an address."""

    slug: str
    element: str
    name: str
    keeper: Keeper = GROW
    parents: tuple[str, ...] = ()
    file: str = ""

    def nodes(self, case: Case) -> Iterator[etree._Element]:
        return case.under(cbc(self.element), *cac(*self.parents))


LISTS = (
    CodeList(
        "confidentiality-level",
        "ConfidentialityLevelCode",
        "ConfidentialityLevel",
        file="ConfidentialityLevel",
    ),
    CodeList("country", "IdentificationCode", "CountryCodeIdentifier", ISO, ("Country",), PLACEHOLDER),
    CodeList("criterion-element", "TypeCode", "CriterionElementType", file="CriterionElementType"),
    CodeList("currency", "ValueCurrencyCode", "CurrencyCode", OFFICE, file="CurrencyCode"),
    CodeList(
        "document-reference",
        "DocumentTypeCode",
        "DocRefContentType",
        parents=("AdditionalReferenceDocument",),
        file="DocRefContentType",
    ),
    CodeList(
        "operator-size",
        "IndustryClassificationCode",
        "EOIndustryClassificationCode",
        parents=("Party", "EconomicOperatorParty"),
        file="EOIndustryClassificationCode",
    ),
    CodeList(
        "operator-role",
        "RoleCode",
        "EORoleType",
        parents=("EconomicOperatorRole", "EconomicOperatorParty"),
        file="EORoleType",
    ),
    CodeList(
        "evaluation-method",
        "EvaluationMethodTypeCode",
        "EvaluationMethodType",
        parents=("TenderingCriterion",),
        file="EvaluationMethodType",
    ),
    # The misprint is in the official rule, which knows no other address.
    CodeList("procedure", "ProcedureCode", "ProcedureType", OFFICE, file="ProcedyreType"),
    CodeList("project", "ProcurementTypeCode", "ProjectType", OFFICE, file="ProjectType"),
    CodeList(
        "property-group",
        "PropertyGroupTypeCode",
        "PropertyGroupType",
        parents=("TenderingCriterionPropertyGroup",),
        file="PropertyGroupType",
    ),
    CodeList(
        "application",
        "QualificationApplicationTypeCode",
        "QualificationApplicationType",
        file="QualificationApplicationType",
    ),
    CodeList(
        "response-data",
        "ValueDataTypeCode",
        "ResponseDataType",
        parents=("TenderingCriterionProperty",),
        file="ResponseDataType",
    ),
    CodeList(
        "service",
        "ProcurementSubTypeCode",
        "ServicesProjectSubType",
        OFFICE,
        ("ProcurementProject",),
        "ServicesProjectSubType",
    ),
    CodeList("criterion", "CriterionTypeCode", "CriteriaTypeCode"),
    CodeList("weighting", "WeightingTypeCode", "WeightingType", file="WeightingType-CodeList"),
    CodeList("profile", "ProfileExecutionID", ""),
)


@dataclass(frozen=True, slots=True)
class Reserved:
    """Codes of a list that only some documents may hold, and the official rule on them."""

    number: str
    element: str
    codes: frozenset[str]
    parents: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        return f"BR-COM-CL-RESTR-{self.number}"


#: Codes that an EXTENDED document alone may use. Rule 01.06 is on an element that UBL does not have and a list that
#: was not published with contexts: it can only stop the stylesheet.
EXTENDED_ONLY = (
    Reserved(
        "01.01",
        "ValueDataTypeCode",
        frozenset({"LOT_IDENTIFIER", "WEIGHT_INDICATOR", "CODE_BOOLEAN", "QUAL_IDENTIFIER"}),
    ),
    Reserved("01.02", "WeightingTypeCode", frozenset({"PERCENTAGE", "NUMERIC"})),
    Reserved(
        "01.03", "EvaluationMethodTypeCode", frozenset({"PASSFAIL", "WEIGHTED"}), ("TenderingCriterion",)
    ),
    Reserved(
        "01.04",
        "CriterionTypeCode",
        frozenset({"CRITERION.OTHER.CA_DATA.LOTS_SUBMISSION", "CRITERION.OTHER.EO_SME"}),
    ),
    Reserved(
        "01.05",
        "BooleanGUIControlType",
        frozenset(
            f"{control}_{state}"
            for control, states in (
                ("RADIO_BUTTON", ("TRUE", "FALSE", "UNSELECTED")),
                ("CHECK_BOX", ("TRUE", "FALSE", "UNCHECKED")),
            )
            for state in states
        ),
    ),
)
BASIC_ONLY = (Reserved("01.04", "CriterionTypeCode", frozenset({"CRITERION.SELECTION.ALL"})),)
#: Codes kept for documents of before.
ABANDONED = (
    Reserved("02.01", "RoleCode", frozenset({"SCLE"}), ("EconomicOperatorRole", "EconomicOperatorParty")),
    Reserved("02.02", "QualificationApplicationTypeCode", frozenset({"REGULATED", "SELFCONTAINED"})),
)


def rules(case: Case) -> Iterator[Fired]:
    for code_list in LISTS:
        yield from on_list(case, code_list)
    if not case.edition.is_first:
        yield from on_profile(case)


def on_list(case: Case, code_list: CodeList) -> Iterator[Fired]:
    nodes = list(code_list.nodes(case))
    if not nodes:
        return
    expected = expected_attributes(code_list, case.edition)
    values = known_values(case.edition.version).get(code_list.slug)
    judged: dict[Attributes, list[tuple[str, str, str]]] = {}
    for node in nodes:
        written = cast("Attributes", tuple(node.items()))
        if written not in judged:
            judged[written] = [
                (name, value, expected[name])
                for name, value in written
                if name in expected and value != expected[name]
            ]
        for name, value, right in judged[written]:
            yield other_attribute(node, code_list, name, value, right)
        if values is not None and ascii_lower(text := string(node)) not in values:
            yield unknown_value(node, code_list, text)


def other_attribute(node: etree._Element, code_list: CodeList, name: str, value: str, right: str) -> Fired:
    message = (
        f"Le code cbc:{code_list.element} cite une autre liste\u00a0: {name} vaut {quoted(value)} "
        f"au lieu de {quoted(right)}. "
        "Corrigez l'attribut ou mettez à jour l'outil qui a produit le fichier."
    )
    return Fired(f"code-list.{code_list.slug}.{name.lower()}", Flag.FATAL, node, message, cut(value))


def unknown_value(node: etree._Element, code_list: CodeList, text: str) -> Fired:
    message = (
        f"Le code {quoted(' '.join(text.split()))} de cbc:{code_list.element} n'est pas dans sa liste. "
        "Choisissez un code de la liste."
    )
    return Fired(f"code-list.{code_list.slug}.value", Flag.UNSET, node, message, cut(text))


@cache
def expected_attributes(code_list: CodeList, edition: Edition) -> Mapping[str, str]:
    """The attributes of a code and their only right values; one that is left out is not compared."""
    if not code_list.name:
        return {}
    keeper = code_list.keeper
    right = {
        "listName": code_list.name,
        "listID": code_list.name,
        "listAgencyName": keeper.name,
        "listAgencyID": keeper.id,
        "listURI": REPOSITORY,
    }
    if keeper.borrowed:
        right["listVersionID"] = "1.0"
        right["listURI"] = AUTHORITY if edition.is_first and keeper is OFFICE else PLACEHOLDER
    if code_list.file == PLACEHOLDER:
        right["listSchemeURI"] = PLACEHOLDER
    elif code_list.file and not (edition.is_first and code_list.slug == "weighting"):
        right["listSchemeURI"] = f"{REPOSITORY}/tree/{BRANCH[edition.version]}/{FOLDER}/{code_list.file}.gc"
    return right


@cache
def known_values(version: str) -> Mapping[str, frozenset[str]]:
    """The codes of each list in lower case: the official rules compare so."""
    tables = json.loads(
        resources.files("dume.rules.v2").joinpath("data/codes.json").read_text(encoding="utf-8")
    )
    written: dict[str, str] = tables[SECOND.version]
    if version == FIRST.version:
        written = {**written, **tables[version]}
        del written["profile"]
    return {slug: frozenset(ascii_lower(codes).split()) for slug, codes in written.items()}


def on_profile(case: Case) -> Iterator[Fired]:
    profile, others = ("étendu", BASIC_ONLY) if case.is_extended else ("de base", EXTENDED_ONLY)
    for reserved in (*others, *ABANDONED):
        for node in case.under(cbc(reserved.element), *cac(*reserved.parents)):
            if (text := string(node)) in reserved.codes:
                yield fire(reserved.rule, node, text, profile=profile)
