"""One line a contract, for spreadsheets: names of the national flat tables, up to three holders."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from essential_data.formats.xml_file import text_of
from procurement.spreadsheets import guarded

MEDIA_TYPE = "text/csv"
HOLDERS = 3
COLUMNS = (
    "type", "id", "acheteur_id", "acheteur_nom", "nature", "objet", "codeCPV", "techniques", "modalitesExecution",
    "idAccordCadre", "marcheInnovant", "ccag", "offresRecues", "attributionAvance", "tauxAvance",
    "typeGroupementOperateurs", "sousTraitanceDeclaree", "procedure", "lieuExecution_code", "lieuExecution_typeCode",
    "dureeMois", "dateNotification", "dateSignature", "dateDebutExecution", "datePublicationDonnees", "montant",
    "montantSubventionPublique", "typesPrix", "formePrix", "origineUE", "origineFrance", "considerationsSociales",
    "considerationsEnvironnementales", "titulaires_nombre",
    *(f"titulaire_{rank}_{part}" for rank in range(1, HOLDERS + 1) for part in ("id", "typeIdentifiant", "nom")),
)  # fmt: skip


def cell(value: object) -> str:
    """Lists joined by a bar; no text that a spreadsheet would run."""
    if isinstance(value, Mapping):
        value = next(iter(value.values()), "")
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, Sequence):
        return cell(" | ".join(str(entry) for entry in value))
    return "" if value is None else text_of(value)


def flatten(key: str, record: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, object]:
    """`names` gives the buyer's and holders' names by identifier: the official record has none."""
    buyer = record.get("acheteur") or record.get("autoriteConcedante") or {}
    place = record.get("lieuExecution", {})
    row: dict[str, object] = {column: record[column] for column in COLUMNS if column in record}
    row |= {
        "type": key,
        "acheteur_id": buyer.get("id"),
        "acheteur_nom": names.get(buyer.get("id", "")),
        "lieuExecution_code": place.get("code"),
        "lieuExecution_typeCode": place.get("typeCode"),
        "montant": record.get("montant", record.get("valeurGlobale")),
    }
    holders = [
        next(iter(entry.values())) for entry in record.get("titulaires", record.get("concessionnaires", ()))
    ]
    row["titulaires_nombre"] = len(holders)
    for rank, holder in enumerate(holders[:HOLDERS], start=1):
        row[f"titulaire_{rank}_id"] = holder["id"]
        row[f"titulaire_{rank}_typeIdentifiant"] = holder["typeIdentifiant"]
        row[f"titulaire_{rank}_nom"] = names.get(holder["id"])
    return row


def stream(rows: Iterable[tuple[str, Mapping[str, Any], Mapping[str, str]]]) -> Iterator[bytes]:
    """The table, line by line, UTF-8 with commas; `rows` are (key, record, names by identifier)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for key, record, names in rows:
        row = flatten(key, record, names)
        writer.writerow([cell(row.get(column)) for column in COLUMNS])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    if buffer.tell():
        yield buffer.getvalue().encode()
