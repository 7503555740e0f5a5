"""What the API says of a company's bids, to that company."""

from uuid import UUID

from ninja import Field, Schema


class DepositOut(Schema):
    """`number` once it is sealed."""

    id: UUID
    consultation_id: UUID
    reference: str = Field(alias="consultation.reference")
    state: str
    number: int | None


class DumeIn(Schema):
    number: str = Field(description="numéro d'un DUME rempli sur la plateforme")


class AttachedOut(Schema):
    """`has_replaced` an earlier version of the same DUME."""

    name: str
    sha256: str
    has_replaced: bool
    verdict: str
