"""What a consultation says in its request for a DUME: the procedure and the lots are those of the consultation.

While it is a draft the request follows it: each page reads what was stored and fits it to the lots there are now.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dume.carrying import Unmoved
from dume.compose import WHOLE_CONTRACT
from dume.countries import ALPHA_3
from dume.elements import folded
from dume.model import Address, Contact, Dume, Identifier, Lot, Party
from dume.model import Procedure as Stated
from dume.models import DumeRequest
from dume.parse import read
from dume.presets import Advice, Estimates, advise
from dume.requesting import Demand, Request, compose, read_request, refit, trees
from procurement.calendars import PARIS
from tenders.models import Consultation, Procedure

#: EU authority table « procurement-procedure-type »: a procédure adaptée is « other, in one stage ».
CODES = {Procedure.MAPA: "oth-single", Procedure.OPEN: "open"}


@dataclass(frozen=True, slots=True)
class Current:
    """The request as it is now; `lost` are the demands whose lots are gone."""

    request: Request
    lost: tuple[Demand, ...] = ()


def lots_of(consultation: Consultation) -> tuple[Lot, ...]:
    lots = list(consultation.lots.all())
    if len(lots) < 2:  # noqa: PLR2004  one lot is the whole contract
        return (Lot(WHOLE_CONTRACT),)
    return tuple(Lot(f"LOT-{lot.number:04d}", folded(lot.title)) for lot in lots)


def procedure_of(consultation: Consultation) -> Stated:
    buyer = consultation.buyer
    return Stated(
        reference=folded(consultation.reference),
        code=CODES[Procedure(consultation.procedure)],
        title=folded(consultation.title),
        description=folded(consultation.description),
        buyer=Party(
            name=folded(buyer.name),
            identifiers=(Identifier(folded(buyer.identifier), "NATIONAL"),) if buyer.identifier else (),
            address=Address(country=ALPHA_3.get(buyer.country, buyer.country)),
            contact=Contact(
                folded(consultation.contact_name),
                folded(consultation.contact_phone),
                folded(consultation.contact_email),
            ),
        ),
        lots=lots_of(consultation),
    )


def estimates_of(consultation: Consultation) -> Estimates:
    by_lot: dict[str, Decimal | None] = {
        f"LOT-{lot.number:04d}": lot.estimated_value for lot in consultation.lots.all()
    }
    return Estimates(consultation.estimated_value, by_lot)


def content_of(request: DumeRequest) -> Request:
    return read_request(read(request.xml.encode()))


def current_of(consultation: Consultation, request: DumeRequest) -> Current:
    """What a published request says never moves again."""
    stored = content_of(request)
    if request.published_at is not None:
        return Current(stored)
    return Current(*refit(stored, procedure_of(consultation)))


def document_of(consultation: Consultation, request: DumeRequest, now: datetime) -> Dume:
    """What is, or would be now, published."""
    if request.published_at is not None:
        return read(request.xml.encode())
    return compose(
        current_of(consultation, request).request,
        identifier=str(request.pk),
        number=request.number,
        issued_on=now.astimezone(PARIS).date(),
    )


def lost_now(consultation: Consultation) -> list[str]:
    """A sentence for each criterion of a draft whose lots are gone."""
    if consultation.espd_request is None or not consultation.is_draft:
        return []
    return [lost_sentence(demand) for demand in current_of(consultation, consultation.espd_request).lost]


def advice_on(consultation: Consultation, current: Current) -> list[Advice]:
    return advise(current.request, estimates_of(consultation))


def lost_sentence(demand: Demand) -> str:
    return f"« {trees()[demand.code].title} » : ses lots n'existent plus, ce critère est retiré."


def unmoved_sentence(loss: Unmoved) -> str:
    """Said of a file of another version: « Ratio financier », période : 2024. Motif."""
    told = " : ".join(part for part in (loss.question, loss.value) if part)
    return f"« {loss.criterion} », {told}. {loss.reason}" if loss.criterion else f"{told}. {loss.reason}"
