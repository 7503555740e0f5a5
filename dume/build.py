"""Our own writer: requests and responses in 4.1.0 and 2.x, responses in 1.0.2, readable by `dume.parse`.

What is written is read again before it is given: a document that its version cannot hold is refused, never cut.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from dume.compose import Declaration, compose
from dume.model import Contact, Dume, Representative
from dume.parse import read
from dume.writing import ubl, v1
from dume.writing.model import (
    NOT_HELD,
    NOT_IN_REQUESTS,
    REQUIREMENTS_NOT_HELD,
    as_written,
    differences,
    edition_of,
    unheld,
    unknown,
)
from procurement.errors import DomainError

__all__ = [
    "NOT_HELD",
    "NOT_IN_REQUESTS",
    "REQUIREMENTS_NOT_HELD",
    "ContentNotHeld",
    "VersionNotWritten",
    "as_written",
    "build_response",
    "unheld",
    "write",
]

#: The versions of the simple response.
VERSIONS = ("4.1.0", "1.0.2")


class VersionNotWritten(DomainError):
    """Ce document ne peut pas être écrit dans cette version du modèle ESPD. Choisissez la version 4.1.0."""

    code = "dume_version_not_written"
    status = 422


class ContentNotHeld(VersionNotWritten):
    """Cette version du modèle ESPD ne peut pas contenir tout ce que dit ce DUME. Choisissez une autre version."""

    code = "dume_content_not_held"


def write(dume: Dume, *, now: datetime) -> bytes:
    """The document in its own version; dated `now` when it has no date.

    VersionNotWritten for another version than 4.1.0, 2.x (in the namespaces of 2.1) and 1.0.2 (responses only);
    ContentNotHeld, which is one too, when reading the file again would not give the same model.
    """
    edition = edition_of(dume.recognised)
    if not edition:
        raise VersionNotWritten(version=dume.version)
    said = as_written(dume, now)
    if refused := unheld(said) or unknown(said):
        raise ContentNotHeld(version=dume.version, fields=refused)
    data = v1.write_response(said) if edition == "1.0.2" else ubl.write_document_of(said)
    if (again := read(data)) != said:
        raise ContentNotHeld(version=dume.version, fields=sorted(set(differences(said, again))))
    return data


def build_response(
    *,
    operator_name: str,
    operator_siret: str,
    country: str = "FR",
    buyer_name: str,
    reference: str,
    title: str,
    lots: Sequence[str] = (),
    contact: Contact,
    now: datetime,
    version: str = "4.1.0",
    turnover: Decimal = Decimal(850_000),
    staff: int = 12,
    size: str = "small",
    buyer_siret: str = "",
    declared: frozenset[str] = frozenset(),
    representative: Representative | None = None,
) -> bytes:
    """A simple response: « Non » to every exclusion ground but those `declared` (codes of 4.1.0, such as
    "tax-pay"), turnover in euros and average staff of the last year.

    `lots` are numbers or ids, none for a contract without lots; `country` has two or three letters. The same
    arguments give the same bytes.
    """
    if version not in VERSIONS:
        raise VersionNotWritten(version=version)
    declaration = Declaration(
        operator_name=operator_name,
        operator_siret=operator_siret,
        country=country,
        buyer_name=buyer_name,
        reference=reference,
        title=title,
        lots=tuple(lots),
        contact=contact,
        now=now.astimezone(UTC),
        turnover=turnover,
        staff=staff,
        size=size,
        buyer_siret=buyer_siret,
        declared=declared,
        representative=representative,
    )
    return write(compose(declaration, version), now=now)
