"""Shapes of the read API; `record` is the official object, letter for letter."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ninja import Schema

from essential_data.models import Publication


class HolderOut(Schema):
    name: str
    identifier: str
    identifier_type: str


class ContractOut(Schema):
    """A published contract: what people ask first, and the official record."""

    buyer_siret: str
    buyer_name: str
    number: str
    kind: str
    subject: str
    amount: Decimal
    notified_on: date | None
    published_at: datetime | None
    version: int
    sha256: str
    holders: list[HolderOut]
    record: dict[str, Any]


class ContractPage(Schema):
    count: int
    page: int
    pages: int
    items: list[ContractOut]


class BulkFiles(Schema):
    """Addresses of the files of everything, and what they hold."""

    json_url: str
    xml_url: str
    csv_url: str
    contracts: int
    last_published_at: datetime | None


def contract_out(publication: Publication) -> ContractOut:
    contract = publication.contract
    return ContractOut(
        buyer_siret=contract.buyer.siret,
        buyer_name=contract.buyer.name,
        number=contract.number,
        kind=publication.record_key,
        subject=contract.subject,
        amount=contract.amount,
        notified_on=contract.notified_on,
        published_at=publication.published_at,
        version=publication.version,
        sha256=publication.sha256,
        holders=[
            HolderOut(name=h.name, identifier=h.identifier, identifier_type=h.identifier_type)
            for h in contract.holders.all()
        ],
        record=dict(publication.record),
    )
