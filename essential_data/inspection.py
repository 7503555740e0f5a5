"""What a file of essential data, ours or another's, is worth. Pure: bytes in, report out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from essential_data.formats import json_file, xml_file
from essential_data.formats.explain import explain_structure
from essential_data.validate import Problem, Report, check_record
from procurement.errors import DomainError
from procurement.xml import parse_xml

MAX_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class ContractReport:
    """One contract of a file; `schema` is the official schema of the file's own format (`json` or `xml`)."""

    number: str
    kind: str
    schema: str
    report: Report

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.report.problems

    @property
    def is_accepted(self) -> bool:
        return not self.report.refused_by(self.schema)


@dataclass(frozen=True)
class FileReport:
    """`refusal` is the sentence for a file that could not be read at all; then there is no contract."""

    name: str
    format: str
    contracts: tuple[ContractReport, ...] = ()
    refusal: str = ""

    @property
    def accepted(self) -> int:
        return sum(contract.is_accepted for contract in self.contracts)

    @property
    def retained(self) -> int:
        return sum(
            contract.is_accepted and contract.report.nationally_retained for contract in self.contracts
        )

    @property
    def is_accepted(self) -> bool:
        return not self.refusal and self.accepted == len(self.contracts)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.name,
            "format": self.format,
            "valid": self.is_accepted,
            "refusal": self.refusal,
            "contracts": len(self.contracts),
            "accepted": self.accepted,
            "retained": self.retained,
            "problems": [
                {"contract": contract.number, "kind": contract.kind, **problem.as_json()}
                for contract in self.contracts
                for problem in contract.problems
            ],
        }


def inspect(*, name: str, data: bytes, file_date: date) -> FileReport:
    """Read the file as JSON or XML by its first character and check each contract as of `file_date`."""
    is_xml = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
    schema = "xml" if is_xml else "json"
    try:
        contracts = inspect_xml(data, file_date) if is_xml else inspect_json(data, file_date)
    except DomainError as refusal:
        return FileReport(name, schema, refusal=str(refusal))
    return FileReport(name, schema, tuple(contracts))


def inspect_json(data: bytes, file_date: date) -> list[ContractReport]:
    return [
        ContractReport(number_of(record), key, "json", check_record(record, key=key, file_date=file_date))
        for key, record in json_file.read_file(data)
    ]


def inspect_xml(data: bytes, file_date: date) -> list[ContractReport]:
    root = parse_xml(data, max_bytes=MAX_BYTES)
    reports = [
        ContractReport(number_of(record), key, "xml", check_record(record, key=key, file_date=file_date))
        for key, record in xml_file.read_root(root)
    ]
    for index, problem in explain_structure(root):
        if index < len(reports) and problem.path not in {known.path for known in reports[index].problems}:
            old = reports[index]
            reports[index] = replace(old, report=Report((*old.problems, problem)))
    return reports


def number_of(record: object) -> str:
    return str(record.get("id", "?")) if isinstance(record, Mapping) else "?"
