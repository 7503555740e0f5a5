"""Acts that must be proved to people who do not trust the platform: facts, register, seal, time stamp, then a PDF.

An app says the facts; `certify` writes them in the transaction of the act, `write_view` makes the PDF afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import rfc8785
from cryptography import x509
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from procurement import pdf
from procurement.actors import SYSTEM, Actor
from procurement.audit import services as audit
from procurement.audit.services import Recorded
from procurement.calendars import format_moment
from procurement.files import services as storage
from procurement.files.models import Area, StoredFile
from signing import guide
from signing.models import Evidence, EvidenceKind, EvidenceView
from signing.pki.authority import Authority
from signing.queries import evidence as queries
from signing.register.keys import origin, register_key
from signing.services import external, folders, sealing
from signing.services.stamping import current_authority, stamp


@transaction.atomic
def certify(
    *,
    kind: EvidenceKind,
    subject: UUID,
    facts: Mapping[str, Any],
    action: str,
    about: UUID,
    data: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Evidence:
    """Prove an act, in the transaction of the act: nothing here waits for a network.

    `facts` are JSON values. The act is the line `action` of the journal about `about`; the line holds the digest of
    the facts, the document holds the facts, the line and its proof in the register. Raises ClockNotTrusted when the
    clock of the machine is known to be wrong.
    """
    authority = current_authority(now)
    stated = {**facts, **_circumstances(kind, facts, authority)}
    digest = sha256(rfc8785.dumps(stated)).hexdigest()
    line = audit.record_with_proof(
        action=action, subject=about, actor=actor, at=now, data={**data, "facts_sha256": digest}
    )
    document = rfc8785.dumps({**stated, "register": _register(line)})
    evidence = Evidence(
        kind=kind,
        subject=str(subject),
        document=document,
        sha256=sha256(document).hexdigest(),
        signature=sealing.seal_detached(document, authority=authority, now=now, at_once=True),
        token=stamp(digest=sha256(document).hexdigest(), actor=actor, now=now),
        made_at=now,
    )
    evidence.save(force_insert=True)
    external.request(digest=evidence.sha256, now=now)
    return evidence


def _circumstances(kind: EvidenceKind, facts: Mapping[str, Any], authority: Authority) -> dict[str, Any]:
    """What every document of evidence says of its making."""
    text = guide.write(kind, facts)
    return {
        "platform": {"name": settings.PLATFORM_NAME, "url": settings.PLATFORM_URL},
        "evidence": {
            "kind": kind.value,
            "guide": {"version": guide.VERSION, "sha256": sha256(text.encode()).hexdigest()},
            "timestamp": {"authority": _common_name(authority.tsa_certificate), "qualified": False},
            "external_timestamp": {
                "state": "requested" if settings.TSA_URLS else "none",
                "qualified": external.expects_qualified(),
            },
        },
    }


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _register(recorded: Recorded) -> dict[str, Any]:
    return {
        "log": origin(),
        "key": register_key().vkey(),
        "index": recorded.index,
        "size": recorded.size,
        "root": recorded.root.hex(),
        "proof": [value.hex() for value in recorded.proof],
        "line": recorded.line,
    }


# --- The PDF --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class View:
    """How some evidence is read: a typst template and its words, the reason of the seal, a file name."""

    template: Path
    words: Mapping[str, Any]
    reason: str
    name: str


PLAIN = Path(__file__).parents[1] / "templates" / "typst" / "evidence.typ"
Rows = Sequence[tuple[str, str]]


def plain_view(
    evidence: Evidence,
    *,
    subtitle: str,
    reference: str,
    sentence: str,
    sections: Sequence[tuple[str, Rows]],
    files: Sequence[tuple[str, str, str]] = (),
) -> View:
    """A view that needs no template of its own: a sentence, sections of facts, files (name, size, SHA-256)."""
    title = evidence.get_kind_display()
    words = {
        "title": title,
        "subtitle": subtitle,
        "issuer": settings.PLATFORM_NAME,
        "reference": reference,
        "issued": f"Établi le {format_moment(evidence.made_at, seconds=True)}",
        "sentence": sentence,
        "sections": [{"title": heading, "rows": [list(row) for row in rows]} for heading, rows in sections],
        "files": [list(file) for file in files],
        "stamp": folders.words(evidence),
        "commands": [proof.command for proof in folders.checks(evidence.kind)],
    }
    return View(template=PLAIN, words=words, reason=title, name=f"{evidence.kind}-{slugify(reference)}.pdf")


def write_view(*, evidence: Evidence, view: View, now: datetime) -> StoredFile:
    """Make, seal and keep the PDF of some evidence. Idempotent: made once, whoever asks first."""
    if kept := queries.find_view(evidence):
        return kept.file
    content = pdf.render(view.template, view.words, folders.attachments(evidence), now=evidence.made_at)
    sealed = sealing.seal_pdf(content, reason=view.reason, authority=current_authority(now), now=now)
    with transaction.atomic():
        # The row is the lock of its views: two who make one at once keep one.
        Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
        if kept := queries.find_view(evidence):
            return kept.file
        return keep_view(evidence=evidence, sealed=sealed, name=view.name, now=now).file


@transaction.atomic
def keep_view(*, evidence: Evidence, sealed: bytes, name: str, now: datetime) -> EvidenceView:
    """Keep a sealed PDF as the one to give from now on; earlier ones stay."""
    file = storage.store(
        area=Area.EVIDENCE, name=name, chunks=[sealed], now=now, media_type="application/pdf"
    )
    view = EvidenceView(
        evidence=evidence, file=file, protected_until=sealing.protected_until(sealed), made_at=now
    )
    view.save(force_insert=True)
    audit.record(
        action="signing.evidence.seal",
        subject=evidence.subject,
        actor=SYSTEM,
        at=now,
        data={"kind": evidence.kind, "sha256": file.sha256},
    )
    return view
