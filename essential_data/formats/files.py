"""The two official files of one record, and the check that what we wrote is what the schema describes."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from lxml import etree

from essential_data.formats import json_file, xml_file
from procurement.xml import parse_xml


@dataclass(frozen=True)
class Files:
    json: bytes
    xml: bytes

    @property
    def json_sha256(self) -> str:
        return sha256(self.json).hexdigest()

    @property
    def xml_sha256(self) -> str:
        return sha256(self.xml).hexdigest()


def write_files(record: dict[str, Any], key: str) -> Files:
    return Files(json_file.write_file(record, key), xml_file.write_file(record, key))


def schema_bytes() -> bytes:
    """Our own XSD of what we publish."""
    return files("essential_data.formats").joinpath("schema/decp.xsd").read_bytes()


@cache
def xml_schema() -> etree.XMLSchema:
    return etree.XMLSchema(parse_xml(schema_bytes()))


def schema_accepts(xml: bytes) -> bool:
    return bool(xml_schema().validate(parse_xml(xml, max_bytes=200 * 1024 * 1024).getroottree()))


def file_name(siret: str, number: str, extension: str) -> str:
    """The name under which a contract's file is downloaded."""
    return f"DECP-{siret}-{number.replace('/', '_')}.{extension}"
