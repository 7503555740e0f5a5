"""The structure of an XML file in plain French: elements out of place, repeated or misnamed.

Values are the business of `essential_data.validate`; lxml gives the verdict on files we write, xmlschema the reasons.
"""

import io
import re
from functools import cache

import xmlschema
from lxml import etree

from essential_data.formats.files import schema_bytes
from essential_data.validate import XML, Problem


@cache
def explaining_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(io.BytesIO(schema_bytes()))


def explain_structure(root: etree._Element) -> list[tuple[int, Problem]]:
    """(index of the contract, problem) for every element that the format does not expect where it stands."""
    found = []
    for number, contract in enumerate(root.iterchildren(tag=etree.Element)):
        if contract.tag not in explaining_schema().elements:
            found.append((number, unexpected(str(contract.tag), str(contract.tag), ())))
            continue
        for error in explaining_schema().iter_errors(contract):
            if isinstance(error, xmlschema.XMLSchemaChildrenValidationError) and error.invalid_tag:
                path = re.sub(r"^/[^/]*/?", "", error.path or "").replace("/", ".")
                names = tuple(str(getattr(e, "name", "")) for e in error.expected or ())
                found.append((number, unexpected(path, error.invalid_tag, names)))
    return found


def unexpected(path: str, tag: str, expected: tuple[str, ...]) -> Problem:
    one = expected[0] if len(expected) == 1 and expected[0] != tag else ""
    advice = f"écrivez « {one} »" if one and path else "retirez-le, ou retirez sa répétition"
    where = f"{path}.{tag}" if path else tag
    message = f"L'élément « {tag} » n'est pas attendu à cet endroit : {advice}."
    return Problem(where, tag, "structure", message, frozenset({XML}))
