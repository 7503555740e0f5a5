"""The official JSON file: `{"marches": {"marche": [...], "contrat-concession": [...]}}`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from essential_data.fields import RECORDS, Field
from procurement.errors import DomainError

MEDIA_TYPE = "application/json"


class JsonRefused(DomainError):
    """Ce fichier n'est pas du JSON lisible. Il n'a pas été interprété; exportez-le de nouveau depuis son outil."""

    code = "json_refused"
    status = 422


class EnvelopeRefused(DomainError):
    """Ce fichier n'a pas la forme des données essentielles : un objet « marches » contenant « marche » ou
    « contrat-concession ». Il s'agit peut-être d'un format antérieur à 2024."""

    code = "envelope_refused"
    status = 422


def number(value: object) -> object:
    """JSON has one kind of number: Decimal is written as the shortest digits that read back the same."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"not JSON: {type(value)}")


def in_order(record: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """The record in the order of the format, whatever order a database gave it back."""
    ordered = {}
    for field in fields:
        if field.name not in record:
            continue
        value = record[field.name]
        if field.type == "group":
            value = in_order(value, field.children)
        elif field.type == "items":
            value = [{field.item: in_order(entry[field.item], field.children)} for entry in value]
        ordered[field.name] = value
    return ordered


def write_record(record: Mapping[str, Any], key: str) -> bytes:
    return orjson.dumps(in_order(record, RECORDS[key]), default=number)


def write_file(record: Mapping[str, Any], key: str) -> bytes:
    """The file of one contract."""
    return b"".join(stream([(key, record)]))


def stream(records: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[bytes]:
    """The file of many contracts, piece by piece; all contracts of one key come before those of the next."""
    open_key = None
    yield b'{"marches": {'
    for key, record in records:
        if key != open_key:
            yield b"".join([b"\n], " if open_key else b"", b'"', key.encode(), b'": [\n'])
            open_key = key
        else:
            yield b",\n"
        yield write_record(record, key)
    yield b"\n]}}\n" if open_key else b'"marche": []}}\n'


def read_file(data: bytes) -> list[tuple[str, Any]]:
    """(key, record) of every contract as it stands; JsonRefused, EnvelopeRefused."""
    try:
        document = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise JsonRefused(line=error.lineno, column=error.colno) from None
    envelope = document.get("marches") if isinstance(document, dict) else None
    if not isinstance(envelope, dict) or not any(isinstance(envelope.get(key), list) for key in RECORDS):
        raise EnvelopeRefused
    return [(key, record) for key in RECORDS for record in envelope.get(key) or ()]
