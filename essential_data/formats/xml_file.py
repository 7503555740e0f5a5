"""The official XML file (`marches/marche`, `marches/contrat-concession`), written as a stream."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lxml import etree

from essential_data.fields import RECORDS, Field
from procurement.errors import DomainError
from procurement.xml import parse_xml

MEDIA_TYPE = "application/xml"
TRUE = {"true", "1", "oui"}
FALSE = {"false", "0", "non"}


class XmlEnvelopeRefused(DomainError):
    """Ce fichier XML n'a pas la forme des données essentielles : un élément « marches » contenant des éléments
    « marche » ou « contrat-concession »."""

    code = "xml_envelope_refused"
    status = 422


def text_of(value: object) -> str:
    """Booleans as true and false, numbers without exponent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return f"{Decimal(str(value)).normalize():f}"
    return str(value)


def build(tag: str, record: Mapping[str, Any], fields: Sequence[Field]) -> etree._Element:
    element = etree.Element(tag)
    for field in fields:
        value = record.get(field.name)
        if value is None or (field.type == "items" and not value):
            continue
        if field.type == "group":
            element.append(build(field.name, value, field.children))
        elif field.type == "values":
            group = etree.SubElement(element, field.name)
            for word in value[field.item]:
                etree.SubElement(group, field.element).text = word
        elif field.type == "items":
            group = etree.SubElement(element, field.name)
            group.extend(build(field.element, entry[field.item], field.children) for entry in value)
        else:
            etree.SubElement(element, field.name).text = text_of(value)
    return element


def write_file(record: Mapping[str, Any], key: str) -> bytes:
    """The file of one contract."""
    return b"".join(stream([(key, record)]))


def stream(records: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[bytes]:
    """The file of many contracts, piece by piece, in any order of kinds."""
    buffer = io.BytesIO()
    with etree.xmlfile(buffer, encoding="UTF-8") as file:
        file.write_declaration(standalone=None)
        with file.element("marches"):
            for key, record in records:
                file.write("\n")
                file.write(build(key, record, RECORDS[key]))
                file.flush()
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
            file.write("\n")
    yield buffer.getvalue()


def read_file(data: bytes, *, max_bytes: int = 200 * 1024 * 1024) -> list[tuple[str, Any]]:
    """(key, record) of every contract; what is not a number or a boolean stays text. XmlRefused, XmlEnvelopeRefused."""
    return read_root(parse_xml(data, max_bytes=max_bytes))


def read_root(root: etree._Element) -> list[tuple[str, Any]]:
    if root.tag != "marches" or not any(child.tag in RECORDS for child in root):
        raise XmlEnvelopeRefused
    return [
        (str(child.tag), read(child, RECORDS[str(child.tag)])) for child in root if str(child.tag) in RECORDS
    ]


def read(element: etree._Element, fields: Sequence[Field]) -> dict[str, Any]:
    known = {field.name: field for field in fields}
    record: dict[str, Any] = {}
    for child in element.iterchildren(tag=etree.Element):
        name = etree.QName(child).localname
        record[name] = value_of(child, known[name]) if name in known else (child.text or "")
    return record


def value_of(element: etree._Element, field: Field) -> object:
    children = list(element.iterchildren(tag=etree.Element))
    if field.type == "group":
        return read(element, field.children)
    if field.type == "values":
        return {field.item: [child.text or "" for child in children]}
    if field.type == "items":
        return [{field.item: read(child, field.children)} for child in children]
    text = (element.text or "").strip()
    if field.type == "boolean" and text in TRUE | FALSE:
        return text in TRUE
    if field.type in {"integer", "number"}:
        return number_of(text)
    return element.text or ""


def number_of(text: str) -> object:
    try:
        value = Decimal(text)
    except ArithmeticError:
        return text
    if not value.is_finite():
        return text
    return int(value) if value == value.to_integral_value() else value
