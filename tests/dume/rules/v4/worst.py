"""Documents in which all is wrong: between them, every rule of 3.3.0 and 4.1.0 fires."""

from dume.rules.ubl.taxonomy import Taxonomy, taxonomy
from dume.rules.v4.answers import FORMS
from dume.rules.v4.codelists import ENDINGS

HEAD = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:specification:ubl:schema:xsd:{name}-2"'
    for prefix, name in (
        ("cac", "CommonAggregateComponents"),
        ("cbc", "CommonBasicComponents"),
        ("ext", "CommonExtensionComponents"),
    )
)
WRONG = " ".join(f'{name}="wrong"' for name in ENDINGS)
PARTY = "<cac:Party><cbc:EndpointID>x</cbc:EndpointID></cac:Party>"
TED = "<cbc:DocumentTypeCode>TED_CN</cbc:DocumentTypeCode>"


def document(kind: str, body: str) -> bytes:
    name = f"QualificationApplication{kind}"
    uri = f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2"
    return f'<q:{name} xmlns:q="{uri}" {HEAD}>{body}</q:{name}>'.encode()


def one(name: str, content: str = "", prefix: str = "cac") -> str:
    return f"<{prefix}:{name}>{content}</{prefix}:{name}>"


def text(name: str, content: str) -> str:
    return one(name, content, "cbc")


def question(id_: str, data_type: str = "NONE", type_: str = "QUESTION") -> str:
    parts = text("ID", id_) + text("TypeCode", type_) + text("ValueDataTypeCode", data_type)
    return one("TenderingCriterionProperty", parts)


def answer(id_: str, content: str = "") -> str:
    return one("TenderingCriterionResponse", text("ValidatedCriterionPropertyID", id_) + content)


def indicator(value: str) -> str:
    return one("ResponseValue", text("ResponseIndicator", value))


def group(content: str) -> str:
    return one("TenderingCriterionPropertyGroup", content)


def subgroup(content: str) -> str:
    return one("SubsidiaryTenderingCriterionPropertyGroup", content)


def criterion(content: str, code: str = "") -> str:
    return one("TenderingCriterion", (text("CriterionTypeCode", code) if code else "") + content)


def role(code: str) -> str:
    return one("EconomicOperatorParty", one("EconomicOperatorRole", text("RoleCode", code)))


def misplaced(known: Taxonomy) -> str:
    """A known criterion, group and subgroup, each without what it must have, and a line that is none of theirs."""
    found = criterion(text("ID", next(iter(known.criteria))), "wrong")
    for groups, put in ((known.groups, group), (known.subgroups, subgroup)):
        id_, parent = next(
            (id_, parent)
            for id_, under in groups.items()
            for parent, official in under.items()
            if official.properties and official.subgroups
        )
        found += criterion(text("ID", parent) + put(text("ID", id_) + text("PropertyGroupTypeCode", "wrong")))
    return found + criterion(group(text("ID", next(iter(known.allowed))) + question("P", "wrong", "wrong")))


def codes() -> str:
    """Every list, with a wrong value and wrong attributes."""
    names = (
        "ConfidentialityLevelCode TypeCode ValueCurrencyCode CriterionTypeCode Occupation ProfileExecutionID "
        "UBLVersionID"
    )
    found = "".join(f"<cbc:{name} {WRONG}>wrong</cbc:{name}>" for name in names.split())
    for path in (
        "Country IdentificationCode",
        "Language LocaleCode",
        "AdditionalDocumentReference DocumentTypeCode",
        "AdditionalReferenceDocument DocumentTypeCode",
        "EconomicOperatorParty EconomicOperatorRole RoleCode",
        "EconomicOperatorParty Party IndustryClassificationCode",
        "TenderingCriterionPropertyGroup PropertyGroupTypeCode",
        "TenderingCriterionProperty ValueDataTypeCode",
    ):
        *above, last = path.split()
        inside = f"<cbc:{last} {WRONG}>wrong</cbc:{last}>"
        for name in reversed(above):
            inside = one(name, inside)
        found += inside
    occupation = one("TenderingCriterionProperty", text("ExpectedCode", "wrong"))
    return found + group(text("ID", "C25_SC_prof-regist/RG1/RSG1") + occupation)


def common(version: str) -> str:
    references = one("AdditionalDocumentReference", text("ID", "wrong") + TED) + one(
        "AdditionalDocumentReference"
    )
    empty = one("Legislation") + group("") + group(text("ID", "unknown")) + one("TenderingCriterionProperty")
    criteria = criterion("") + criterion(text("ID", "unknown"), "unknown")
    return (
        codes()
        + references
        + empty
        + criteria
        + misplaced(taxonomy(version))
        + text("IdentificationCode", "x")
    )


def requests(version: str) -> list[bytes]:
    lot = one("ProcurementProjectLotReference", text("ID", "LOT-0001"))
    body = one("ContractingParty", one("Party")) + one("ServiceProviderParty", PARTY)
    body += criterion(lot, "fraud") + criterion("", "finan-rat")
    return [document("Request", ""), document("Request", common(version) + body)]


def conditions() -> str:
    """A question answered yes and no, so that what follows either way is both due and not due."""
    found = answer("Y", indicator("true")) + answer("Y", indicator("false"))
    for code, asked, content in (("ONTRUE", "A", ""), ("ONTRUE", "B", answer("B")), ("ONFALSE", "C", "")):
        below = subgroup(text("PropertyGroupTypeCode", code) + question(asked))
        found += criterion(group(question("Y", "INDICATOR") + below)) + content
    below = subgroup(text("PropertyGroupTypeCode", "ONFALSE") + question("D"))
    return found + criterion(group(question("Y") + below)) + answer("D") * 2


def responses(version: str) -> list[bytes]:
    two = one("ResponseValue") * 2
    answers = (
        one("TenderingCriterionResponse")
        + answer("unknown", two)
        + answer("unknown", one("EvidenceSupplied"))
    )
    forms = "".join(
        question(name, name) + answer(name, indicator("true")) for name in FORMS if name != "INDICATOR"
    )
    forms += question("INDICATOR", "INDICATOR") + answer("INDICATOR", two)
    operator = one("EconomicOperatorParty", one("Party")) + one("ServiceProviderParty", PARTY)
    parties = operator + one("PowerOfAttorney")
    lead = role("group-lead") + "".join(criterion("", code) for code in ("eo-group", "relied", "subco-ent"))
    register = one(
        "EconomicOperatorParty",
        one("QualifyingParty", one("Party", one("PartyIdentification", text("ID", "1")))),
    )
    provider = one("ContractingParty", one("Party", one("ServiceProviderParty")))
    asked = criterion(group(question("S")), "finan-rat")
    return [
        document("Response", ""),
        document("Response", common(version) + answers + forms + conditions() + parties + lead),
        document("Response", criterion("", "fraud") + asked + role("subcont") + criterion("", "gen-year-to")),
        document("Response", criterion("", "finan-rat") + answer("finan-rat") + role("subcont")),
        document("Response", register + provider + asked),
        document("Response", register + asked + answer("S")),
    ]
