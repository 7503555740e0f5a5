"""What goes to the national service and comes back, before it takes the names of `wording`."""

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from procurement.identifiers import is_siret


class IdType(StrEnum):
    """What the identifier of a platform is, with the service's own codes."""

    SIRET = "1"
    VAT = "2"
    OUTSIDE_EU = "3"
    RIDET = "4"
    TAHITI = "5"

    def admits(self, identifier: str) -> bool:
        """Length and alphabet as the service controls them; a SIRET with its check digit too."""
        if self is IdType.SIRET:
            return is_siret(identifier)
        return re.fullmatch(_FORMS[self], identifier, re.ASCII) is not None


_FORMS = {
    IdType.VAT: r"[A-Z]{2}\w{1,16}",
    IdType.OUTSIDE_EU: r"[A-Z]{2}\S.{0,15}",
    IdType.RIDET: r"\w{9,10}",
    IdType.TAHITI: r"\w{9}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Who connects: `technical_id` is the code of the application that the Chorus Pro connection form gave."""

    id: str
    technical_id: str
    id_type: IdType = IdType.SIRET


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """Who asks through the platform: the buyer, or the company."""

    name: str
    siret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """`id` is ours, any text that finds the document again; `reference` is what people read; no lot is all of it."""

    id: str
    reference: str = ""
    lot: int | None = None
    buyer_siret: str = ""


class Format(IntEnum):
    PDF = 1
    XML = 2
    HTML = 3


class Scope(IntEnum):
    """How much of what the administrations hold on a company."""

    PUBLISHED = 1
    ALL = 2


class State(StrEnum):
    DRAFT = "brouillon"
    VALIDATED = "validé"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    number: str
    consultation_id: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    number: str
    xml: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What the content is, whoever keeps it finds out (procurement.files)."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    xml: bytes
    attachments: tuple[Attachment, ...] = ()
