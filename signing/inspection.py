"""Read everything that proves again: journal, register, checkpoints, time stamps, evidence, kept files.

Nothing is written and nothing is fetched. The first mismatch of each part is named; the rest of it is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from procurement.audit.inspection import Mismatch, find_mismatch
from procurement.audit.models import Entry
from procurement.audit.queries import get_root, get_tree
from procurement.files import services as files
from procurement.files.models import StoredFile
from signing import seals
from signing.models import Checkpoint, Evidence, EvidenceView, TimestampToken
from signing.pki.authority import Authority
from signing.queries.evidence import read_document
from signing.register import notes
from signing.register.keys import register_key
from signing.register.notes import NoteInvalid
from signing.seals import SealInvalid
from signing.tsp import timestamps
from signing.tsp.reading import TimestampInvalid

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Part:
    """One thing read: its French name, how many rows, and the first mismatch or None."""

    name: str
    rows: int
    mismatch: Mismatch | None


def inspect(authority: Authority) -> Iterator[Part]:
    """Each part as it is read: the journal and its tree first, what relies on them after."""
    yield Part("Journal et arbre du registre", Entry.objects.count(), find_mismatch())
    for name, model, find in (
        ("Points de contrôle publiés", Checkpoint, find_in_checkpoints),
        ("Jetons d'horodatage", TimestampToken, find_in_tokens),
        ("Preuves scellées", Evidence, find_in_evidence),
        ("Fichiers de preuve", EvidenceView, find_in_views),
    ):
        yield Part(name, model._default_manager.count(), find(authority))  # noqa: SLF001  Django's own name


def find_in_checkpoints(_authority: Authority) -> Mismatch | None:
    """Each note is signed, and says the root that the journal of today gives for its size."""
    key, size = register_key(), get_tree().size
    for checkpoint in Checkpoint.objects.select_related("token").order_by("size").iterator(chunk_size=_BATCH):
        place = f"point de contrôle {checkpoint.size}"
        try:
            said = notes.verify(checkpoint.note, key)
        except NoteInvalid as error:
            return Mismatch(place, str(error))
        if said.size != checkpoint.size or said.size > size or get_root(said.size) != said.root:
            return Mismatch(place, "Le registre d'aujourd'hui ne continue pas ce point de contrôle publié.")
        if checkpoint.token.digest != sha256(checkpoint.note.encode()).hexdigest():
            return Mismatch(place, "L'horodatage de ce point de contrôle porte sur un autre texte.")
    return None


def find_in_tokens(authority: Authority) -> Mismatch | None:
    for token in TimestampToken.objects.order_by("gen_time", "id").iterator(chunk_size=_BATCH):
        if fault := _fault_of_token(token, authority):
            return Mismatch(f"jeton {token.serial}", fault)
    return None


def _fault_of_token(token: TimestampToken, authority: Authority) -> str:
    fault = ""
    own_roots = (each for each in authority.earlier if each.issuer == each.subject)
    for root in (authority.root_certificate, *own_roots):
        try:
            facts = timestamps.verify(token.tsr, bytes.fromhex(token.digest), root)
        except TimestampInvalid as error:
            fault = str(error)
            continue
        said = (str(facts.serial), facts.gen_time)
        return (
            "" if said == (token.serial, token.gen_time) else "Ce jeton ne dit pas ce que la base dit de lui."
        )
    return fault


def find_in_evidence(authority: Authority) -> Mismatch | None:
    for evidence in Evidence.objects.select_related("token").order_by("made_at", "id").iterator(_BATCH):
        if fault := _fault_of_evidence(evidence, authority):
            return Mismatch(f"preuve {evidence.kind} {evidence.subject}", fault)
    return None


def _fault_of_evidence(evidence: Evidence, authority: Authority) -> str:
    document = bytes(evidence.document)
    digest = sha256(document)
    if not digest.hexdigest() == evidence.sha256 == evidence.token.digest:
        return "Le document ne correspond pas à son empreinte ou à son horodatage."
    if evidence.signature:
        try:
            facts = seals.verify_detached(bytes(evidence.signature), digest.digest(), *authority.roots)
        except SealInvalid as error:
            return str(error)
        # An outside authority certifies others than us: its root alone does not make a seal ours.
        if facts.certificate not in (authority.seal_certificate, *authority.others):
            return "Le cachet est d'un certificat que la plateforme n'a jamais employé."
    line = read_document(evidence).get("register", {}).get("line")
    if line is None:
        return ""  # issued before receipts held their line
    entry = Entry.objects.filter(sequence=int(line["sequence"])).first()
    if entry is None or entry.as_line() != line:
        return "La ligne du journal que ce document prouve n'est plus celle du journal."
    return ""


def find_in_views(_authority: Authority) -> Mismatch | None:
    for view in EvidenceView.objects.select_related("file").order_by("made_at", "id").iterator(_BATCH):
        if fault := _fault_of_file(view.file):
            return Mismatch(f"fichier {view.file.name}", fault)
    return None


def _fault_of_file(file: StoredFile) -> str:
    state = sha256()
    try:
        for chunk in files.read_chunks(file):
            state.update(chunk)
    except OSError:
        return "Ce fichier de preuve manque, ou ne peut pas être lu."
    return "" if state.hexdigest() == file.sha256 else "Ce fichier de preuve a été modifié."
