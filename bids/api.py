"""A company's bids for its software: which are being prepared, and a DUME put in one. Sealing stays a person's act."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from bids.models import Deposit
from bids.queries import company as queries
from bids.schemas import AttachedOut, DepositOut, DumeIn
from bids.services.espd import attach_responses
from dume.api import company_access
from dume.queries.company import get_response_by_number, list_finished_members
from procurement.accounts.api_auth import TokenAuth

router = Router(tags=["Plis"], auth=TokenAuth())


@router.get("", response=list[DepositOut], summary="Les plis de l'entreprise")
def list_deposits(request: HttpRequest) -> list[Deposit]:
    """Deux cents au plus, les derniers d'abord."""
    return list(queries.list_deposits(company_access(request).home.pk)[:200])


@router.post("/{uuid:deposit_id}/dume", response=list[AttachedOut], summary="Joindre un DUME à un pli")
def attach_dume(request: HttpRequest, deposit_id: UUID, payload: DumeIn) -> list[AttachedOut]:
    """Un DUME rempli sur la plateforme, tel qu'il est maintenant, et ceux des membres de son groupement qui sont
    terminés. Joindre de nouveau remplace la version d'avant; le pli n'est pas scellé pour autant."""
    access = company_access(request)
    deposit = queries.get_deposit(company_id=access.home.pk, deposit_id=deposit_id)
    row = get_response_by_number(company_id=access.home.pk, number=payload.number)
    attached = attach_responses(
        deposit=deposit,
        responses=[row, *list_finished_members(row)],
        answers_id=None,
        actor=access.actor,
        now=timezone.now(),
    )
    return [
        AttachedOut(
            name=one.received.name,
            sha256=one.received.sealed.clear.sha256,
            has_replaced=one.has_replaced,
            verdict=one.received.report.verdict.value if one.received.report else "",
        )
        for one in attached
    ]
