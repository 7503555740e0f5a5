"""What a member may do with one consultation: their role and its state together. The tenant is not here (queries)."""

from procurement.accounts.access import Access
from procurement.accounts.roles import Ability
from tenders.models import Consultation
from tenders.states import CONSULTATION, ConsultationState


def abilities(access: Access, consultation: Consultation) -> dict[str, bool]:
    """Act -> whether it is offered; views and templates ask here and nowhere else."""
    possible = CONSULTATION.actions_from(ConsultationState(consultation.state))
    is_theirs = access.organisation is not None and access.organisation.pk == consultation.buyer_id
    return {
        "read": is_theirs and access.may(Ability.READ_FILE),
        "edit": is_theirs and access.may(Ability.PREPARE) and consultation.is_draft,
        "publish": is_theirs and access.may(Ability.PUBLISH) and "publish" in possible,
        "cancel": is_theirs and access.may(Ability.PUBLISH) and "cancel" in possible,
    }
