"""The folder of evidence: what anybody checks without the platform (docs/evidence.md says what proves what)."""

from __future__ import annotations

from datetime import datetime

from procurement.calendars import format_moment
from procurement.files import services as files
from signing import guide, proofs
from signing.guide import Names
from signing.models import Evidence, ExternalToken
from signing.queries import evidence as queries
from signing.queries import register as registers
from signing.register.keys import register_key
from signing.services.external import tokens_for
from signing.services.stamping import current_authority

_JSON, _P7S, _TSR = "application/json", "application/pkcs7-signature", "application/timestamp-reply"
_MAX_PDF_BYTES = 64 * 1024 * 1024


def attachments(evidence: Evidence) -> list[tuple[str, bytes, str]]:
    """What the PDF carries: the document, its seal and its time stamp, byte for byte."""
    names = Names(evidence.kind)
    carried = [
        (names.document, bytes(evidence.document), _JSON),
        (names.signature, bytes(evidence.signature), _P7S),
        (names.token, evidence.token.tsr, _TSR),
    ]
    return [file for file in carried if file[1]]


def checks(kind: str) -> tuple[proofs.Proof, ...]:
    """How anybody checks such a folder with openssl and pdfsig alone."""
    return proofs.evidence_proofs(kind)


def folder(evidence: Evidence, *, now: datetime) -> list[tuple[str, bytes]]:
    """Names and contents, to keep together. The PDF is there once it was made, see `services.evidence.write_view`."""
    names, document = Names(evidence.kind), queries.read_document(evidence)
    content = [(name, data) for name, data, _ in attachments(evidence)]
    if view := queries.find_view(evidence):
        content.append((names.pdf, files.read_all(view.file, max_bytes=_MAX_PDF_BYTES)))
    external = find_external(evidence)
    if external is not None:
        content.append((names.external_token, bytes(external.token)))
    content.append((proofs.AUTHORITY_FILE, current_authority(now).chain_pem()))
    content.append((guide.REGISTER_KEY, f"{register_key().vkey()}\n".encode()))
    if proof := _consistency(evidence):
        content.append((guide.CHECKPOINT, proof.encode()))
    version = document.get("evidence", {}).get("guide", {}).get("version", guide.VERSION)
    text = guide.write(evidence.kind, document, version=version)
    return [*content, (guide.GUIDE, text.encode())]


def _consistency(evidence: Evidence) -> str:
    register = queries.read_document(evidence).get("register")
    proof = registers.consistency(register["size"]) if register else None
    return proof.text() if proof else ""


def find_external(evidence: Evidence) -> ExternalToken | None:
    """The token of an outside authority, one that the operator declares qualified rather than another."""
    return min(tokens_for(evidence.sha256), key=lambda token: not token.is_qualified, default=None)


def time_words(evidence: Evidence) -> str:
    """A sentence: which time is qualified, and which is not (P7-T6)."""
    external = find_external(evidence)
    own = f"{format_moment(evidence.token.gen_time, seconds=True)}, par la plateforme"
    if external is not None:
        word = "qualifié" if external.is_qualified else "non qualifié"
        when = format_moment(external.gen_time, seconds=True)
        return f"{own}\u00a0; horodatage {word} de {external.authority} le {when}."
    asked = queries.read_document(evidence).get("evidence", {}).get("external_timestamp", {})
    if asked.get("state") == "requested":
        word = "qualifié d'un prestataire" if asked["qualified"] else "d'un prestataire"
        return f"{own}\u00a0; l'horodatage {word} est demandé et n'est pas encore arrivé."
    return f"{own}. Cet horodatage n'est pas qualifié au sens du règlement eIDAS."


def words(evidence: Evidence) -> list[list[str]]:
    """The rows « Horodatage » of a PDF: label, value."""
    register = queries.read_document(evidence).get("register")
    rows = [
        ["Empreinte SHA-256 des faits", evidence.sha256],
        ["Horodatage RFC 3161", time_words(evidence)],
        ["Numéro de série du jeton", evidence.token.serial],
    ]
    if register:
        rows.append(["Registre public", f"Ligne {register['size']} du registre {register['log']}"])
    return rows
