"""What a buyer says of a consultation, as plain values, and what is wrong with it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from procurement.identifiers import InvalidIdentifier, clean_cpv, clean_insee, clean_nuts
from tenders.rules.deadlines import find_disorder
from tenders.states import Envelope

MAX_LOTS = 500
MAX_PIECES = 200
#: Field -> longest text the register holds.
LONGEST = {
    "reference": 30, "title": 200, "description": 5000,
    "contact_name": 150, "contact_email": 254, "contact_phone": 30,
}  # fmt: skip
REQUIRED = {
    "reference": "Indiquez une référence, par exemple 2026-014.",
    "title": "Indiquez l'intitulé de la consultation.",
    "description": "Décrivez l'objet de la consultation.",
    "contact_name": "Indiquez le service ou la personne à contacter.",
    "contact_email": "Indiquez une adresse électronique de contact.",
}


@dataclass(frozen=True, slots=True)
class LotFacts:
    number: int
    title: str
    cpv: str = ""
    estimated_value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PieceFacts:
    """A document the buyer asks for; `lot_number` None: for every lot."""

    envelope: str
    label: str
    is_mandatory: bool = True
    lot_number: int | None = None


@dataclass(frozen=True, slots=True)
class ConsultationFacts:
    """The whole statement; moments are aware, amounts are euros HT. Without `lots` there is one, the whole."""

    reference: str
    title: str
    description: str
    nature: str
    cpv_main: str
    deadline: datetime
    contact_name: str
    contact_email: str
    max_file_bytes: int
    procedure: str = "mapa"
    cpv_others: tuple[str, ...] = ()
    nuts: str = ""
    insee_code: str = ""
    estimated_value: Decimal | None = None
    opening_at: datetime | None = None
    questions_deadline: datetime | None = None
    contact_phone: str = ""
    lots: tuple[LotFacts, ...] = ()
    pieces: tuple[PieceFacts, ...] = ()


def clean_facts(facts: ConsultationFacts, *, most_bytes: int) -> tuple[ConsultationFacts, dict[str, str]]:
    """The statement with tidy texts and codes, and field -> French sentence for what is wrong.

    Fields of rows are named `lots.<number>.<field>` and `pieces.<position from 1>.<field>`.
    """
    faults: dict[str, str] = {}
    facts = clean_texts(facts, faults)
    facts = clean_codes(facts, faults)
    facts = replace(facts, lots=clean_lots(facts, faults), pieces=clean_pieces(facts, faults))
    faults |= find_disorder(
        deadline=facts.deadline, opening_at=facts.opening_at, questions_deadline=facts.questions_deadline
    )
    if not 0 < facts.max_file_bytes <= most_bytes:
        faults["max_file_bytes"] = (
            f"La taille permise pour un fichier va de 1 à {most_bytes // 1000**2} Mo sur cette plateforme."
        )
    return facts, faults


def tidy(text: str) -> str:
    """Without spaces around, and without the null character that no database column holds."""
    return text.replace("\0", "").strip()


def clean_texts(facts: ConsultationFacts, faults: dict[str, str]) -> ConsultationFacts:
    texts = {name: tidy(getattr(facts, name)) for name in LONGEST}
    for name, longest in LONGEST.items():
        if not texts[name] and name in REQUIRED:
            faults[name] = REQUIRED[name]
        elif len(texts[name]) > longest:
            faults[name] = f"Ce texte compte {len(texts[name])} caractères : {longest} au plus."
    return replace(facts, **texts)  # type: ignore[arg-type]  # texts only


def clean_codes(facts: ConsultationFacts, faults: dict[str, str]) -> ConsultationFacts:
    others = (attempt(clean_cpv, code, "cpv_others", faults) for code in facts.cpv_others if code.strip())
    return replace(
        facts,
        cpv_main=attempt(clean_cpv, facts.cpv_main, "cpv_main", faults),
        cpv_others=tuple(dict.fromkeys(others)),
        nuts=attempt(clean_nuts, facts.nuts, "nuts", faults) if facts.nuts.strip() else "",
        insee_code=attempt(clean_insee, facts.insee_code, "insee_code", faults)
        if facts.insee_code.strip()
        else "",
    )


def attempt(clean: Callable[[str], str], value: str, name: str, faults: dict[str, str]) -> str:
    try:
        return clean(value)
    except InvalidIdentifier as refusal:
        faults[name] = str(refusal)
        return value


def clean_lots(facts: ConsultationFacts, faults: dict[str, str]) -> tuple[LotFacts, ...]:
    if not facts.lots:
        return (LotFacts(1, facts.title, estimated_value=facts.estimated_value),)
    lots = facts.lots
    if len(lots) > MAX_LOTS:
        faults["lots"] = f"Une consultation compte au plus {MAX_LOTS} lots."
    numbers = [lot.number for lot in lots]
    if len(set(numbers)) != len(numbers) or min(numbers) < 1:
        faults["lots"] = "Chaque lot porte un numéro différent, à partir de 1."
    cleaned = []
    for lot in lots:
        title, where = tidy(lot.title), f"lots.{lot.number}"
        if not title or len(title) > LONGEST["title"]:
            faults[f"{where}.title"] = f"Indiquez l'intitulé du lot {lot.number}, en 200 caractères au plus."
        cpv = attempt(clean_cpv, lot.cpv, f"{where}.cpv", faults) if lot.cpv.strip() else ""
        cleaned.append(replace(lot, title=title, cpv=cpv))
    return tuple(sorted(cleaned, key=lambda lot: lot.number))


def clean_pieces(facts: ConsultationFacts, faults: dict[str, str]) -> tuple[PieceFacts, ...]:
    numbers = {lot.number for lot in facts.lots} or {1}
    if len(facts.pieces) > MAX_PIECES:
        faults["pieces"] = f"Une consultation demande au plus {MAX_PIECES} pièces."
    cleaned = []
    for position, piece in enumerate(facts.pieces, start=1):
        label, where = tidy(piece.label), f"pieces.{position}"
        if not label or len(label) > 150:  # noqa: PLR2004  the column's length
            faults[f"{where}.label"] = "Nommez la pièce demandée, en 150 caractères au plus."
        if piece.envelope not in Envelope.values:
            faults[f"{where}.envelope"] = "Une pièce est demandée dans la candidature ou dans l'offre."
        if piece.lot_number is not None and piece.lot_number not in numbers:
            faults[f"{where}.lot_number"] = "Ce lot n'existe pas ou plus : choisissez-en un autre."
        if piece.lot_number is not None and piece.envelope == Envelope.CANDIDATURE:
            faults[f"{where}.lot_number"] = (
                "La candidature vaut pour tous les lots : choisissez « tous les lots »."
            )
        cleaned.append(replace(piece, label=label))
    return tuple(cleaned)
