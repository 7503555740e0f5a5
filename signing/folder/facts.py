"""The document of evidence itself: canonical JSON (RFC 8785) of a known format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

import rfc8785

from signing.folder.proved import Flaw

MAX_BYTES = 16 * 1024 * 1024
#: Format -> what it is called on screen (messages.json, `kinds`).
FORMATS = {
    "urn:profil-acheteur:deposit-receipt:2": "deposit-receipt",
    "urn:profil-acheteur:opening-minutes:2": "opening-minutes",
    "urn:profil-acheteur:delivery-proof:2": "delivery-proof",
    "urn:profil-acheteur:contract-publication:2": "contract-publication",
}


@dataclass(frozen=True)
class Document:
    """One file that the document names, by digests in hexadecimal."""

    name: str
    digests: frozenset[str]


def read_facts(data: bytes) -> dict[str, Any]:
    """Raises Flaw: unreadable, not_canonical."""
    try:
        facts = json.loads(data.decode(), parse_constant=_refuse)
        written = rfc8785.dumps(facts)
    except (ValueError, RecursionError) as error:
        raise Flaw("unreadable") from error
    if written != data:
        raise Flaw("not_canonical")
    if not isinstance(facts, dict):
        raise Flaw("unreadable")
    return facts


def kind_of(facts: dict[str, Any]) -> str:
    """Raises Flaw: unknown_format."""
    named = facts.get("format")
    if not isinstance(named, str) or named not in FORMATS:
        raise Flaw("unknown_format")
    return FORMATS[named]


def documents_of(facts: dict[str, Any]) -> list[Document]:
    """What the document says of the files that went with it; entries of another shape are passed over."""
    listed = facts.get("documents")
    return (
        [_document(entry) for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    )


def _document(entry: dict[str, Any]) -> Document:
    digests = (entry.get(key) for key in ("sha256", "cipher_sha256"))
    name = entry.get("name")
    return Document(
        name if isinstance(name, str) else "", frozenset(d for d in digests if isinstance(d, str) and d)
    )


def digest_of_guide(facts: dict[str, Any] | None) -> str | None:
    """SHA-256 of COMMENT-VERIFIER.txt, as the document states it; None where it does not."""
    evidence = (facts or {}).get("evidence")
    guide = evidence.get("guide") if isinstance(evidence, dict) else None
    stated = guide.get("sha256") if isinstance(guide, dict) else None
    return stated if isinstance(stated, str) else None


def asks_external_time(facts: dict[str, Any] | None) -> bool:
    evidence = (facts or {}).get("evidence")
    external = evidence.get("external_timestamp") if isinstance(evidence, dict) else None
    return isinstance(external, dict) and external.get("state") == "requested"


def _refuse(_constant: str) -> NoReturn:
    raise ValueError
