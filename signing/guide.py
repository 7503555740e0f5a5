"""COMMENT-VERIFIER.txt: how anybody checks a folder of evidence, made of the document alone.

The document holds the digest of its guide, so that no byte of the folder can change unseen. A guide that was handed out
is therefore written again, to the byte, years later: a new wording is a new version, with a template of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from signing import proofs
from signing.models import EvidenceKind

VERSION = 1
#: Version -> its wording, kept for as long as a folder that was handed out may be written again.
TEMPLATES = {1: "signing/guide-1.txt"}
GUIDE, CHECKPOINT, REGISTER_KEY = "COMMENT-VERIFIER.txt", "checkpoint.txt", "register-key.txt"


@dataclass(frozen=True, slots=True)
class Names:
    """File names of one folder; `base` is the kind of evidence."""

    base: str

    @property
    def document(self) -> str:
        return f"{self.base}.json"

    @property
    def signature(self) -> str:
        return f"{self.base}.json.p7s"

    @property
    def token(self) -> str:
        return f"{self.base}.json.tsr"

    @property
    def external_token(self) -> str:
        return f"{self.base}.json.external.tsr"

    @property
    def pdf(self) -> str:
        return f"{self.base}.pdf"


def write(kind: str, facts: Mapping[str, Any], *, version: int = VERSION) -> str:
    """`facts` are those of the document; its register and its own circumstances are not read."""
    originals = [
        proofs.digest_proof(file["name"], file["sha256"])
        for file in facts.get("documents", ())
        if file["sha256"]
    ]
    context = {
        "title": EvidenceKind(kind).label,
        "reference": _reference(facts),
        "names": Names(kind),
        "checks": proofs.evidence_proofs(kind),
        "originals": originals,
        "checkpoint": CHECKPOINT,
        "register_key": REGISTER_KEY,
    }
    return render_to_string(TEMPLATES[version], context)


def _reference(facts: Mapping[str, Any]) -> str:
    consultation, contract = facts.get("consultation", {}), facts.get("contract", {})
    if contract:
        return f"contrat {contract['number']}"
    number = f"pli n° {facts['number']}, " if "number" in facts else ""
    return f"{number}consultation {consultation.get('reference', '')}".strip()
