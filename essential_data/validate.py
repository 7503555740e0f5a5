"""Checks of one record in plain French. Pure; each problem says which gate would refuse it.

Gates: `json` (official JSON schema 2.0.4), `xml` (official XSD 2.0.2), `national` (the State's consolidation sets the
contract aside), `platform` (we do not publish it). A problem without gate is advice.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from essential_data.fields import RECORDS, Field
from essential_data.national import find_national

JSON, XML, NATIONAL, PLATFORM = "json", "xml", "national", "platform"
SCHEMAS = frozenset({JSON, XML})

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """`path` is dotted with indexes (`titulaires[0].titulaire.id`); `message` says what is wrong and what to do."""

    path: str
    label: str
    code: str
    message: str
    refused_by: frozenset[str] = SCHEMAS

    def as_json(self) -> dict[str, object]:
        return {
            "path": self.path,
            "label": self.label,
            "code": self.code,
            "message": self.message,
            "refused_by": sorted(self.refused_by),
        }


@dataclass(frozen=True)
class Report:
    """Verdict on one record; every gate is answered separately."""

    problems: tuple[Problem, ...] = ()

    def refused_by(self, gate: str) -> bool:
        return any(gate in problem.refused_by for problem in self.problems)

    @property
    def json_valid(self) -> bool:
        return not self.refused_by(JSON)

    @property
    def xml_valid(self) -> bool:
        return not self.refused_by(XML)

    @property
    def nationally_retained(self) -> bool:
        """The national consolidation validates the JSON first, then applies its own rules."""
        return self.json_valid and not self.refused_by(NATIONAL)

    @property
    def blocking(self) -> tuple[Problem, ...]:
        """What keeps us from publishing: a lawful contract that the State sets aside is published all the same."""
        return tuple(problem for problem in self.problems if problem.refused_by - {NATIONAL})

    @property
    def advice(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if not problem.refused_by - {NATIONAL})

    @property
    def publishable(self) -> bool:
        return not self.blocking

    @property
    def missing(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.code == "required")


def check_record(record: object, *, key: str = "marche", file_date: date) -> Report:
    """Check a record as JSON gives it (numbers, booleans, lists); `file_date` is the day it would be transmitted."""
    fields = RECORDS[key]
    if not isinstance(record, Mapping):
        return Report((Problem("", "Contrat", "type", "Chaque contrat est un objet JSON."),))
    problems = list(check_fields(record, fields, ""))
    problems += (
        Problem(path, label, code, message, gates)
        for path, label, code, message, gates in find_national(record, file_date)
    )
    return Report(tuple(problems))


def check_fields(record: Record, fields: Sequence[Field], prefix: str) -> Iterator[Problem]:
    known = {field.name for field in fields}
    for name in record:
        if name not in known:
            # The JSON schema closes the contract, not the objects inside; the XSD closes everything.
            gates = frozenset({XML}) if prefix else SCHEMAS
            message = f"Le champ « {name} » n'existe pas dans le format : retirez-le."
            yield Problem(f"{prefix}{name}", str(name), "unknown", message, gates)
    for field in fields:
        path = f"{prefix}{field.name}"
        if field.name not in record:
            if field.required:
                yield problem(
                    field, path, "required", f"« {field.label} » manque : cette donnée est obligatoire."
                )
        else:
            yield from check_value(record[field.name], field, path)


def check_value(value: object, field: Field, path: str) -> Iterator[Problem]:
    if value is None:
        yield problem(
            field,
            path,
            "null",
            f"« {field.label} » est vide (null) : donnez une valeur, ou retirez le champ.",
        )
    else:
        yield from CHECKS[field.type](value, field, path)


def problem(field: Field, path: str, code: str, message: str, *gates: str) -> Problem:
    return Problem(path, field.label, code, message, frozenset(gates) if gates else SCHEMAS)


def check_text(value: object, field: Field, path: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield problem(field, path, "type", f"« {field.label} » doit être un texte entre guillemets.", JSON)
        return
    if len(value) < field.minimum_length:
        yield problem(
            field, path, "too_short", f"« {field.label} » est vide : donnez une valeur, ou retirez le champ."
        )
    if field.maximum_length is not None and len(value) > field.maximum_length:
        yield problem(
            field,
            path,
            "too_long",
            f"« {field.label} » compte {len(value)} caractères : {field.maximum_length} au plus.",
        )
    if field.pattern and not re.fullmatch(field.pattern, value):
        yield problem(
            field, path, "pattern", PATTERNS.get(field.name, f"« {field.label} » n'a pas la bonne forme.")
        )
    if UNWRITABLE.search(value):
        message = (
            f"« {field.label} » contient un caractère invisible qui n'existe pas en XML : retapez ce texte."
        )
        yield problem(field, path, "control", message, XML)
    if not value.strip() or value.strip().upper() in {"NC", "N/A", "NULL"}:
        yield problem(field, path, "filler", f"« {field.label} » : « {value} » ne dit rien.", PLATFORM)


#: What XML 1.0 cannot hold.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
PATTERNS = {
    "id": "Le SIRET de l'acheteur compte exactement 14 chiffres.",
    "codeCPV": "Le code CPV compte 8 chiffres (un zéro initial a pu être perdu dans un tableur).",
}


def check_enum(value: object, field: Field, path: str) -> Iterator[Problem]:
    if value in field.choices:
        return
    near = [
        choice for choice in field.choices if isinstance(value, str) and choice == value.replace("’", "'")
    ]
    advice = (
        f"écrivez « {near[0]} » (apostrophe droite)"
        if near
        else "choisissez parmi: " + ", ".join(field.choices)
    )
    yield problem(field, path, "enum", f"« {value} » n'est pas admis pour « {field.label} » : {advice}.")


def check_boolean(value: object, field: Field, path: str) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield problem(field, path, "type", f"« {field.label} » se dit par true ou false.", JSON)


def check_number(value: object, field: Field, path: str) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        yield problem(field, path, "type", f"« {field.label} » doit être un nombre, sans guillemets.", JSON)
        return
    if field.type == "integer" and value != int(value):
        yield problem(field, path, "type", f"« {field.label} » doit être un nombre entier.")
    if field.minimum is not None and value < field.minimum:
        yield problem(field, path, "minimum", f"« {field.label} » vaut au moins {field.minimum}.")
    if field.maximum is not None and value > field.maximum:
        yield problem(
            field, path, "maximum", f"« {field.label} » vaut au plus {field.maximum} (0,3 pour 30 %)."
        )


def check_date(value: object, field: Field, path: str) -> Iterator[Problem]:
    if not isinstance(value, str) or not re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        yield problem(field, path, "date", f"« {field.label} » : écrivez la date sous la forme AAAA-MM-JJ.")
    elif not is_day(value):
        yield problem(
            field, path, "date", f"« {field.label} » : « {value} » n'est pas un jour du calendrier.", XML
        )


def is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def check_group(value: object, field: Field, path: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield problem(field, path, "type", f"« {field.label} » doit être un objet.")
        return
    yield from check_fields(value, field.children, f"{path}.")


def check_values(value: object, field: Field, path: str) -> Iterator[Problem]:
    words = value.get(field.item) if isinstance(value, Mapping) else None
    if not isinstance(words, Sequence) or isinstance(words, str):
        yield problem(field, path, "type", f"« {field.label} » doit être une liste sous « {field.item} ».")
        return
    if not words:
        yield problem(
            field, path, "empty", f"« {field.label} » est une liste vide : donnez au moins une réponse."
        )
    for index, word in enumerate(words):
        yield from check_enum(word, field, f"{path}.{field.item}[{index}]")
    if has_duplicates(words):
        yield problem(field, path, "duplicate", f"« {field.label} » répète une réponse.", JSON)


def check_items(value: object, field: Field, path: str) -> Iterator[Problem]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        yield problem(field, path, "type", f"« {field.label} » doit être une liste.")
        return
    if len(value) < field.minimum_items:
        yield problem(field, path, "empty", f"« {field.label} » est une liste vide : retirez le champ.")
    elif not value:
        yield problem(
            field,
            path,
            "empty",
            f"« {field.label} » est une liste vide : mieux vaut retirer le champ.",
            PLATFORM,
        )
    for index, entry in enumerate(value):
        inner = f"{path}[{index}].{field.item}"
        if not isinstance(entry, Mapping) or not isinstance(entry.get(field.item), Mapping):
            yield problem(
                field, inner, "required", f"Chaque entrée de « {field.label} » est un objet « {field.item} »."
            )
        else:
            yield from check_fields(entry[field.item], field.children, f"{inner}.")
    if has_duplicates(value):
        yield problem(field, path, "duplicate", f"« {field.label} » répète une entrée.", JSON)


def has_duplicates(entries: Sequence[object]) -> bool:
    return any(entry in entries[:index] for index, entry in enumerate(entries))


CHECKS = {
    "text": check_text,
    "enum": check_enum,
    "boolean": check_boolean,
    "integer": check_number,
    "number": check_number,
    "date": check_date,
    "group": check_group,
    "values": check_values,
    "items": check_items,
}
