"""Criteria, and the answers beside them, in UBL: 2.x and 4.1.0."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from dume.elements import branch, leaf, leaves, required
from dume.model import Answer, Criterion, Dume, Group, Legislation, Period, Property, Requirement
from dume.reading.ubl import APPLICABLE
from dume.writing.editions import OURS, Edition

CONDITIONS = {"": "ON*", "true": "ONTRUE", "false": "ONFALSE"}
VALUES = {
    "indicator": "ResponseIndicator",
    "text": "Description",
    "amount": "ResponseAmount",
    "quantity": "ResponseQuantity",
    "number": "ResponseNumeric",
    "date": "ResponseDate",
    "code": "ResponseCode",
    "identifier": "ResponseID",
    "uri": "ResponseURI",
}
#: The order that the schema wants of what a buyer requires.
REQUIRED_ORDER = {
    name: place
    for place, name in enumerate(
        (
            "ExpectedAmount", "ExpectedID", "ExpectedIndicator", "ExpectedCode", "ExpectedValueNumeric",
            "ExpectedDescription", "ExpectedURI", "MaximumAmount", "MinimumAmount", "MaximumValueNumeric",
            "MinimumValueNumeric", "MaximumQuantity", "MinimumQuantity", APPLICABLE,
        )
    )
}  # fmt: skip


def write_criterion(node: etree._Element, criterion: Criterion, made: Edition) -> None:
    required(node, "ID", criterion.uuid, made.taxonomy)
    leaf(node, "CriterionTypeCode", criterion.code, made.lists["CriterionTypeCode"])
    leaf(node, "Name", criterion.name)
    lines(node, "Description", criterion.description)
    leaf(node, "WeightNumeric", criterion.weight)
    method = "EvaluationMethodTypeCode"
    leaf(node, method, criterion.evaluation, made.lists[method])
    leaves(node, "WeightingConsiderationDescription", criterion.weighting)
    write_lots(node, criterion.lots, made)
    for national in criterion.national:
        write_criterion(branch(node, "SubTenderingCriterion"), national, made)
    for legislation in criterion.legislation:
        write_legislation(branch(node, "Legislation"), legislation, made)
    for group in criterion.groups:
        write_group(branch(node, "TenderingCriterionPropertyGroup"), group, made)


def lines(node: etree._Element, name: str, text: str) -> None:
    """One element a line, one at least: the rules want it."""
    for line in text.split("\n"):
        required(node, name, line)


def write_lots(node: etree._Element, lots: tuple[str, ...], made: Edition) -> None:
    for lot in lots:
        leaf(branch(node, "ProcurementProjectLotReference"), "ID", lot, made.taxonomy)


def write_legislation(node: etree._Element, legislation: Legislation, made: Edition) -> None:
    leaf(node, "ID", legislation.id, made.taxonomy)
    lines(node, "Title", legislation.title)
    lines(node, "Description", legislation.description)
    leaf(node, "JurisdictionLevel", legislation.level)
    leaf(node, "Article", legislation.article)
    leaf(node, "URI", legislation.uri)
    if legislation.language:
        leaf(branch(node, "Language"), "LocaleCode", legislation.language, made.lists["LocaleCode"])


def write_group(node: etree._Element, group: Group, made: Edition) -> None:
    required(node, "ID", group.id, made.taxonomy)
    code = "PropertyGroupTypeCode"
    written_code = CONDITIONS[group.condition] if group.code is None else group.code
    required(node, code, written_code, made.lists[code])
    for prop in group.properties:
        write_property(branch(node, "TenderingCriterionProperty"), prop, made)
    for sub in group.groups:
        write_group(branch(node, "SubsidiaryTenderingCriterionPropertyGroup"), sub, made)


def write_property(node: etree._Element, prop: Property, made: Edition) -> None:
    required(node, "ID", prop.id, made.taxonomy)
    leaf(node, "Name", prop.name)
    lines(node, "Description", prop.label)
    leaf(node, "TypeCode", prop.element, made.lists["TypeCode"])
    leaf(node, "ValueDataTypeCode", prop.data_type, made.lists["ValueDataTypeCode"])
    for one in sorted(prop.requirements, key=lambda required: REQUIRED_ORDER[required.element]):
        if one.period is not None:
            write_period(branch(node, APPLICABLE), one.period)
        else:
            leaf(node, one.element, one.value, attributes_of(one, made))


def attributes_of(one: Requirement, made: Edition) -> dict[str, str]:
    attributes = dict(unit_of(one))
    if one.element == "ExpectedCode":
        attributes |= made.named_list(one.scheme)
    elif one.element == "ExpectedID":
        attributes |= {**({"schemeID": one.scheme} if one.scheme else {}), "schemeAgencyID": made.agency}
    return attributes


def write_answers(root: etree._Element, dume: Dume, made: Edition) -> None:
    """Those of a question once, though its id may stand in the document twice; then those to no question."""
    writer = AnswerWriter(root, dume.id, made)
    asked: set[str] = set()
    for prop in (prop for criterion in dume.criteria for prop in criterion.walk()):
        if prop.id not in asked:
            asked.add(prop.id)
            writer.write(prop.id, prop.answers, prop.data_type)
    for property_id in dume.unmatched:
        given = [one for one in dume.orphans if one.property_id == property_id]
        if given:
            writer.write(property_id, given, "")
        else:
            writer.begin(property_id)


def together(answers: Iterable[Answer]) -> Iterator[list[Answer]]:
    """What one response holds: values, then periods, then one evidence answer; the same lots and confidentiality.

    The official rules of 2.x want one response a question.
    """
    held: list[Answer] = []
    for answer in answers:
        if held and not follows(answer, held[-1]):
            yield held
            held = []
        held.append(answer)
    if held:
        yield held


def follows(answer: Answer, before: Answer) -> bool:
    same = (answer.lots, answer.confidentiality) == (before.lots, before.confidentiality)
    return same and before.value_type != "evidence" and rank(before) <= rank(answer)


def rank(answer: Answer) -> int:
    return 2 if answer.value_type == "evidence" else int(isinstance(answer.value, Period))


class AnswerWriter:
    """Gives each response an id: after the path of its question in 4.x, a UUID in 2.x."""

    def __init__(self, root: etree._Element, document: str, made: Edition) -> None:
        self.root, self.document, self.made = root, document, made
        self.counted: Counter[str] = Counter()

    def id_of(self, path: str) -> str:
        return path if self.made.has_path_ids else str(uuid5(NAMESPACE_URL, f"{self.document}:{path}"))

    def begin(self, property_id: str) -> tuple[etree._Element, str]:
        self.counted[property_id] += 1
        path = f"{property_id}/R{self.counted[property_id]}"
        node = branch(self.root, "TenderingCriterionResponse")
        leaf(node, "ID", self.id_of(path), ids_of(self.made))
        asked = {**self.made.taxonomy, **OURS} if self.made.has_path_ids else self.made.taxonomy
        leaf(node, "ValidatedCriterionPropertyID", property_id, asked)
        return node, path

    def write(self, property_id: str, answers: Iterable[Answer], data_type: str) -> None:
        # 4.x wants one value a response (BR-TCR-03, BR-TCR-04), and lets several years be several responses.
        for group in ([one] for one in answers) if self.made.has_path_ids else together(answers):
            node, path = self.begin(property_id)
            code = "ConfidentialityLevelCode"
            leaf(node, code, group[0].confidentiality, self.made.lists[code])
            for place, answer in enumerate(group):
                value_id = f"{path}/RV{place + 1}" if place else f"{path}/RV"
                self.write_value(node, answer, value_id, data_type)
            write_lots(node, group[0].lots, self.made)

    def write_value(self, node: etree._Element, answer: Answer, path: str, data_type: str) -> None:
        if isinstance(answer.value, Period):
            write_period(branch(node, APPLICABLE), answer.value)
        elif answer.value_type == "evidence":
            for evidence in answer.evidences:
                leaf(branch(node, "EvidenceSupplied"), "ID", evidence, {"schemeAgencyID": self.made.agency})
        else:
            value = branch(node, "ResponseValue")
            leaf(value, "ID", self.id_of(path), ids_of(self.made))
            attributes = answered(answer, self.made, data_type)
            leaf(value, VALUES[answer.value_type], written(answer), attributes)


def ids_of(made: Edition) -> dict[str, str]:
    return {**made.taxonomy, **OURS} if made.has_path_ids else dict(made.uuid)


def answered(answer: Answer, made: Edition, data_type: str) -> dict[str, str]:
    match answer.value_type:
        case "code" if answer.scheme:
            return dict(made.named_list(answer.scheme))
        case "identifier":
            return {**({"schemeID": answer.scheme} if answer.scheme else {}), **OURS}
        case "number" if data_type == "PERCENTAGE":
            return {"format": data_type}
        case _:
            return dict(unit_of(answer))


def write_period(node: etree._Element, period: Period) -> None:
    leaf(node, "StartDate", period.start.isoformat() if period.start else "")
    leaf(node, "EndDate", period.end.isoformat() if period.end else "")
    leaves(node, "Description", period.text)


def written(answer: Answer) -> str:
    match answer.value:
        case bool():
            return "true" if answer.value else "false"
        case Decimal():
            return f"{answer.value:f}"
        case date():
            return answer.value.isoformat()
        case _:
            return str(answer.value)


def unit_of(held: Answer | Requirement) -> Iterator[tuple[str, str]]:
    """Amounts have a currency and quantities a unit; nothing else has room for one."""
    of = held.element.lower() if isinstance(held, Requirement) else held.value_type
    if held.unit and of.endswith("amount"):
        yield "currencyID", held.unit
    elif held.unit and of.endswith("quantity"):
        yield "unitCode", held.unit
