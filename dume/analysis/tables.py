"""The analysis as tables to export, one a subject."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dume.analysis.model import Analysis, Capacity, Check, Figure, Member, Outcome
from dume.criteria import PARTS
from dume.model import Lot
from dume.values import SILENT, YES, Line, access_to, lot_label

Cell = str | int | Decimal | date | None
Row = Sequence[Cell]
NO_DUME = "Aucun DUME joint"
WHO = ("Pli", "Entreprise", "DUME de", "Rôle", "Fichier")


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def tables(analyses: Sequence[Analysis]) -> tuple[Table, ...]:
    return (
        Table("Synthèse", SUMMARY, tuple(map(summary, analyses))),
        Table("DUME", (*WHO, *PAPER), rows_of(analyses, papers)),
        Table("Motifs", (*WHO, *GROUND), rows_of(analyses, grounds)),
        Table("Capacités", (*WHO, *CAPACITY), rows_of(analyses, capacities)),
        Table("Groupements", TOTAL, tuple(together(analyses))),
        Table("Justificatifs", (*WHO, *PROOF), rows_of(analyses, proofs)),
        Table("À regarder", ("Pli", "Entreprise", "Sujet", "Fait"), tuple(remarks(analyses))),
    )


def flat(found: Sequence[Table]) -> Table:
    """All of them in one, for a format that has no sheets: the first column says which."""
    columns = tuple(dict.fromkeys(column for table in found for column in table.columns))
    rows = []
    for table in found:
        for row in table.rows:
            cells = dict(zip(table.columns, row, strict=True))
            rows.append((table.title, *(cells.get(column) for column in columns)))
    return Table("Analyse", ("Tableau", *columns), tuple(rows))


SUMMARY = (
    "Pli", "Entreprise", "SIRET", "Lots", "DUME lus", "DUME illisibles", "Motifs « Oui »", "Motifs sans réponse",
    *(outcome.label for outcome in Outcome if outcome is not Outcome.OPEN), "Faits à regarder",
)  # fmt: skip
CAPACITY = (
    "Partie", "Critère", "Lot", "Mesure", "Exigé", "Déclaré", "Unité", "Période", "Constat", "Précisions",
)  # fmt: skip
TOTAL = ("Pli", "Entreprise", "Critère", "Mesure", "Période", "Déclaré", "Unité", "Membres", "Sur")
GROUND = ("Partie", "Motif", "Article", "Réponse", "Précisions")
PAPER = ("Identifiant", "Modèle ESPD", "Date du DUME", "Signature", "Lecture")
PROOF = ("Justificatif", "Émetteur", "Référence", "Adresse", "Accès", "Critères")


def summary(one: Analysis) -> Row:
    outcomes = dict(one.outcomes)
    return (
        one.number,
        one.company,
        one.siret,
        ", ".join(map(str, one.lots)),
        len(one.read),
        len(one.members) - len(one.read),
        one.declared,
        one.silent,
        *(outcomes.get(outcome, 0) for outcome in Outcome if outcome is not Outcome.OPEN),
        len(one.remarks),
    )


def rows_of(analyses: Iterable[Analysis], told: Callable[[Member], Iterator[Row]]) -> tuple[Row, ...]:
    return tuple(
        (one.number, one.company, member.name, member.role, member.file, *row)
        for one in analyses
        for member in one.members
        for row in told(member)
    )


def papers(member: Member) -> Iterator[Row]:
    yield member.identifier, member.version, member.issued_on, member.signature, member.problem or "Lu"


def grounds(member: Member) -> Iterator[Row]:
    for ground in member.declared:
        yield PARTS[ground.part], ground.title, ground.law, YES, words(ground.lines)
    for ground in member.silent:
        yield PARTS[ground.part], ground.title, ground.law, SILENT, ""


def words(lines: Iterable[Line]) -> str:
    return " ; ".join(f"{line.question} : {line.answer}" for line in lines)


def capacities(member: Member) -> Iterator[Row]:
    """One row a figure and lot, so that a spreadsheet can count; words have a row of their own."""
    for capacity in member.capacities:
        for lot in capacity.lots or ("",):
            head = (PARTS[capacity.part], capacity.title, lot_label(Lot(lot)) if lot else "")
            for check in capacity.checks:
                for figure in check.declared or (None,):
                    yield (*head, *measured(check, figure))
            if said := in_words(capacity):
                yield (*head, "", None, None, "", "", "", said)


def measured(check: Check, figure: Figure | None) -> Row:
    required, unit = check.required, (figure or check.required or Figure(None)).unit
    return (
        check.what.value,
        number(required),
        number(figure),
        unit,
        figure.when if figure else "",
        check.outcome.label,
        check.why,
    )


def number(figure: Figure | None) -> Cell:
    if figure is None:
        return None
    return figure.value if figure.value is not None else figure.written


def in_words(capacity: Capacity) -> str:
    required = f"Exigé : {words(capacity.required)}" if capacity.required else ""
    declared = f"Déclaré : {words(capacity.declared)}" if capacity.declared else ""
    return " ; ".join(part for part in (required, declared, *capacity.notes) if part)


def proofs(member: Member) -> Iterator[Row]:
    for proof in member.proofs:
        yield (
            proof.name,
            proof.issuer,
            proof.code,
            proof.link.url or proof.link.label,
            access_to(confidential=proof.confidential),
            " ; ".join(proof.criteria),
        )


def together(analyses: Iterable[Analysis]) -> Iterator[Row]:
    for one in analyses:
        for total in one.totals:
            figure = total.figure
            head = (one.number, one.company, total.title, total.what.value)
            yield *head, figure.when, figure.value, figure.unit, total.members, total.among


def remarks(analyses: Iterable[Analysis]) -> Iterator[Row]:
    for one in analyses:
        if not one.members:
            yield one.number, one.company, "Fichier", NO_DUME
        for member in one.members:
            if member.problem:
                yield one.number, one.company, "Fichier", f"{member.file} : {member.problem}"
        for remark in one.remarks:
            yield one.number, one.company, remark.about, remark.text
