"""Our own writer, 4.1.0 and responses of 1.0.2: valid against the official schemas, readable by `dume.parse`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from dume import write_ubl, write_v1
from dume.compose import Declaration, compose
from dume.model import Contact, Dume, Kind, Representative
from procurement.errors import DomainError

VERSIONS = ("4.1.0", "1.0.2")


class VersionNotWritten(DomainError):
    """Cette version du modèle ESPD ne peut pas être écrite. Choisissez la version 4.1.0 ou 1.0.2."""

    code = "dume_version_not_written"
    status = 422


def write(dume: Dume, *, now: datetime) -> bytes:
    """A request of 4.1.0, or a response of 4.1.0 or 1.0.2, in its own version; VersionNotWritten for any other."""
    kinds = {Kind.REQUEST, Kind.RESPONSE} if dume.version == "4.1.0" else {Kind.RESPONSE}
    if dume.kind not in kinds or dume.version not in VERSIONS:
        raise VersionNotWritten(version=dume.version)
    moment = now.astimezone(UTC)
    return (
        write_v1.write_response(dume, moment)
        if dume.version == "1.0.2"
        else write_ubl.write_document(dume, moment)
    )


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
