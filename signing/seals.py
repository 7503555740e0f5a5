"""Seals of the platform: PAdES-B-LTA on PDF, detached CAdES-T on anything else.

The serial numbers of the tokens are reserved in the database before pyHanko's event loop starts, and the loop
itself never touches the database: a seal may be made in a view, in a task or in a test alike. pyHanko takes a
second to import, which is why it is imported by the first seal and not with this module.
"""

from __future__ import annotations

from datetime import datetime

from asgiref.sync import async_to_sync

from signing.authority import Authority, ensure_authority
from signing.services.stamping import Slot, reserve


def seal_pdf(pdf: bytes, *, reason: str, authority: Authority, now: datetime) -> bytes:
    """The PDF with an invisible PAdES-B-LTA seal: signature and its timestamp, proofs, document timestamp.

    Reserves two serial numbers in the caller's transaction. Raises pyHanko's errors for bytes that are not a PDF.
    """
    from signing import pades

    slots = reserve(count=2, now=now)
    authority, moment = _at_that_time(authority, slots)
    return async_to_sync(pades.seal_pdf)(pdf, reason=reason, authority=authority, slots=slots, now=moment)


def seal_detached(data: bytes, *, authority: Authority, now: datetime) -> bytes:
    """A detached CAdES-B-T signature of `data`, DER: the content of a .p7s file, for `openssl cms -verify`."""
    from signing import pades

    slots = reserve(count=1, now=now)
    authority, moment = _at_that_time(authority, slots)
    return async_to_sync(pades.seal_detached)(data, authority=authority, slots=slots, now=moment)


def _at_that_time(authority: Authority, slots: list[Slot]) -> tuple[Authority, datetime]:
    """The time of the tokens is the time of the seal, and the revocation list is of that time."""
    moment = slots[-1].gen_time
    return ensure_authority(authority.directory.parent, moment), moment
