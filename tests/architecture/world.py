"""A small platform with something at every stage, and one person for each role and tenant."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from procurement.accounts.models import User
from procurement.accounts.roles import Role
from procurement.accounts.services import issue_api_token
from procurement.actors import SYSTEM
from procurement.jobs.models import Job
from procurement.jobs.services import enqueue
from procurement.organisations.models import Organisation
from procurement.portal.demonstration import acts, scenes
from tenders.models import Contract, Letter
from tests.factories import organisations as make

BUYER_ROLES = (Role.READER, Role.EDITOR, Role.PUBLISHER, Role.OPENER, Role.BUYER_ADMIN)


@dataclass(frozen=True)
class World:
    """`people`: actor -> account; `ids`: what addresses name, by the name of the URL argument or `url:argument`."""

    people: dict[str, User]
    ids: dict[str, Any]
    tokens: dict[str, str]

    def arguments(self, name: str, wanted: list[str]) -> dict[str, Any]:
        return {key: self.ids.get(f"{name}:{key}", self.ids[key]) for key in wanted}


def build(now: datetime) -> World:
    buyer, other_buyer = make.buyer("Commune de Valfictif"), make.buyer("Commune Voisine")
    company, other_company = make.company("Entreprise A"), make.company("Entreprise B")
    operator = make.operator()
    people = {role.value: make.member(buyer, role) for role in BUYER_ROLES}
    people |= {
        "other_buyer": make.member(other_buyer, *BUYER_ROLES),
        "company": make.member(company, Role.COMPANY_ADMIN),
        "company_member": make.member(company, Role.COMPANY_MEMBER),
        "other_company": make.member(other_company),
        "operator": make.member(operator),
    }
    ids = objects(buyer, company, other_company, now)
    ids["user_id"] = make.member(buyer, Role.READER).pk
    row, token = issue_api_token(
        organisation=buyer, name="Logiciel", roles=[Role.EDITOR, Role.PUBLISHER], actor=SYSTEM, now=now
    )
    _, other_token = issue_api_token(
        organisation=other_buyer, name="Logiciel", roles=[Role.EDITOR, Role.PUBLISHER], actor=SYSTEM, now=now
    )
    ids |= {"token_id": row.pk, "job_id": failed_job(now), "name": "absent.log"}
    return World(people=people, ids=ids, tokens={"token": token, "other_token": other_token})


def failed_job(now: datetime) -> UUID:
    job = enqueue(kind="notifications.send", subject="absent", now=now)
    Job.objects.filter(pk=job.pk).update(failed_at=now)
    return job.pk


def objects(buyer: Organisation, company: Organisation, other: Organisation, now: datetime) -> dict[str, Any]:
    """A consultation that went to its contract, one that is open with a sealed and a draft deposit, a draft."""
    stated = {"nature": "services", "cpv": "77310000-6"}
    past = now - timedelta(days=40)
    awarded = acts.publish(
        buyer=buyer,
        stated=acts.facts(reference="A", title="Attribuée", deadline=past + timedelta(days=10), **stated),
        at=past,
    )
    deposits = []
    for bidder in (company, other):
        at = past + timedelta(days=5)
        papers = scenes.papers_of(awarded, bidder, Decimal(50000), at)
        draft = acts.draft_deposit(consultation=awarded, company=bidder, papers=papers, at=at)
        deposits.append(acts.seal(deposit=draft, company=bidder, at=at))
    acts.open_bids(consultation=awarded, buyer=buyer, at=past + timedelta(days=11))
    acts.award(
        consultation=awarded,
        deposit=deposits[0],
        amount=Decimal(50000),
        buyer=buyer,
        at=past + timedelta(days=15),
    )
    (contract,) = acts.notify(
        consultation=awarded, company=company, buyer=buyer, at=past + timedelta(days=20)
    )
    acts.publish_essential_data(contract=contract, at=past + timedelta(days=21))
    contract = Contract.objects.get(pk=contract.pk)
    current = acts.publish(
        buyer=buyer,
        stated=acts.facts(reference="B", title="En cours", deadline=now + timedelta(days=10), **stated),
        at=now - timedelta(days=5),
    )
    at = now - timedelta(days=1)
    open_papers = scenes.papers_of(current, company, Decimal(50000), at)
    sealed = acts.seal(
        deposit=acts.draft_deposit(consultation=current, company=company, papers=open_papers, at=at),
        company=company,
        at=at,
    )
    unsealed = acts.draft_deposit(consultation=current, company=company, papers=open_papers, at=at)
    prepared = acts.prepare(
        buyer=buyer,
        stated=acts.facts(reference="C", title="Brouillon", deadline=now + timedelta(days=30), **stated),
        at=at,
    )
    opened_piece = deposits[0].pieces.get(kind="espd")
    letter = Letter.objects.for_company(company.pk).order_by("sent_at", "pk").first()
    assert letter is not None
    return {
        "consultation_id": awarded.pk,
        "document_id": awarded.documents.order_by("position").first().pk,  # type: ignore[union-attr]
        "lot_id": awarded.lots.get().pk,
        "letter_id": letter.pk,
        "piece_id": opened_piece.pk,
        "deposit_id": unsealed.pk,
        "lot_number": 1,
        "contract_id": contract.pk,
        "siret": buyer.siret,
        "number": contract.number,
        **{
            f"tenders:{name}:consultation_id": prepared.pk
            for name in ("edit", "publish", "document_upload", "document_remove")
        },
        "tenders:document_remove:document_id": prepared.documents.order_by("position").first().pk,  # type: ignore[union-attr]
        "tenders:cancel:consultation_id": current.pk,
        "bids:start:consultation_id": current.pk,
        **{
            f"bids:{name}:piece_id": unsealed.pieces.order_by("name").first().pk  # type: ignore[union-attr]
            for name in ("remove_piece", "assign_piece")
        },
        **{
            f"bids:{name}:deposit_id": sealed.pk
            for name in ("receipt", "receipt_pdf", "receipt_zip", "withdraw")
        },
        **{
            f"api-v1:{name}:consultation_id": prepared.pk
            for name in ("update_consultation", "add_document", "publish_consultation")
        },
    }
