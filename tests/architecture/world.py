"""A small platform with something at every stage, and one person for each role and tenant."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from bids.models import Deposit
from dume.answering.start import Profile
from dume.parse import read
from dume.presets import SIMPLIFIED
from dume.requesting import TURNOVER
from dume.samples import sample_response
from dume.services.groups import add_member, bring_member
from dume.services.responses import Subject, start_response
from procurement.accounts.models import User
from procurement.accounts.roles import Role
from procurement.accounts.services import issue_api_token
from procurement.actors import SYSTEM
from procurement.jobs.models import Job
from procurement.jobs.services import enqueue
from procurement.organisations.models import Organisation
from procurement.portal.demonstration import acts, scenes
from signing.services import register
from tenders.models import Consultation, Letter
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
    ids |= dumes(buyer, company, other_company, now)
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


def dumes(buyer: Organisation, company: Organisation, other: Organisation, now: datetime) -> dict[str, Any]:
    """A DUME of each company, which names the other in its group; the first brought what the other filled in."""
    mine, theirs = (
        start_response(
            company=one,
            subject=Subject(reference="B", title="En cours", buyer_name=buyer.name),
            profile=Profile(one.name, one.siret, "FR"),
            actor=SYSTEM,
            now=now,
        )
        for one in (company, other)
    )
    brought, waiting = (
        add_member(
            response_id=row.pk,
            company=lead,
            siret=one.siret,
            name=one.name,
            role="group-mem",
            actor=SYSTEM,
            now=now,
        )
        for row, lead, one in ((mine, company, other), (theirs, other, company))
    )
    bring_member(member=brought, document=read(sample_response(now=now)), actor=SYSTEM, now=now)
    return {
        "response_id": mine.pk,
        "slug": "entreprise",
        "member_id": brought.pk,
        "dume:join:member_id": waiting.pk,
    }


STATED = {"nature": "services", "cpv": "77310000-6"}


def objects(buyer: Organisation, company: Organisation, other: Organisation, now: datetime) -> dict[str, Any]:
    """A consultation that went to its contract, one that is open with a sealed and a draft deposit, a draft."""
    ended = to_the_contract(buyer, company, other, now - timedelta(days=40))
    return ended | still_open(buyer, company, now) | in_preparation(buyer, now)


def to_the_contract(
    buyer: Organisation, company: Organisation, other: Organisation, start: datetime
) -> dict[str, Any]:
    awarded = acts.publish(
        buyer=buyer,
        stated=acts.facts(reference="A", title="Attribuée", deadline=start + timedelta(days=10), **STATED),
        at=start,
    )
    deposits = [deposit(awarded, bidder, start + timedelta(days=5)) for bidder in (company, other)]
    acts.open_bids(consultation=awarded, buyer=buyer, at=start + timedelta(days=11))
    acts.award(
        consultation=awarded,
        deposit=deposits[0],
        amount=Decimal(50000),
        buyer=buyer,
        at=start + timedelta(days=15),
    )
    (contract,) = acts.notify(
        consultation=awarded, company=company, buyer=buyer, at=start + timedelta(days=20)
    )
    acts.publish_essential_data(contract=contract, at=start + timedelta(days=21))
    return {
        "consultation_id": awarded.pk,
        "document_id": awarded.documents.values_list("pk", flat=True).order_by("position")[0],
        "lot_id": awarded.lots.get().pk,
        "letter_id": Letter.objects.for_company(company.pk)
        .values_list("pk", flat=True)
        .order_by("sent_at")[0],
        "piece_id": deposits[0].pieces.get(kind="espd").pk,
        "contract_id": contract.pk,
        "siret": buyer.siret,
        **{f"tenders:{name}:letter_id": opened_letter(company) for name in ("delivery", "buyer_delivery")},
        "size": register.publish_checkpoint(now=start + timedelta(days=21)).size,
        "old": 1,
        "level": 0,
        "path": "000.p/1",
        "number": contract.number,
        "lot_number": 1,
    }


def opened_letter(company: Organisation) -> UUID:
    """The notification, which the company has read."""
    return Letter.objects.for_company(company.pk).filter(first_opened_at__isnull=False).get().pk


def deposit(consultation: Consultation, company: Organisation, at: datetime) -> Deposit:
    return acts.seal(deposit=unsealed_deposit(consultation, company, at), company=company, at=at)


def unsealed_deposit(consultation: Consultation, company: Organisation, at: datetime) -> Deposit:
    papers = scenes.papers_of(consultation, company, Decimal(50000), at)
    return acts.draft_deposit(consultation=consultation, company=company, papers=papers, at=at)


def still_open(buyer: Organisation, company: Organisation, now: datetime) -> dict[str, Any]:
    current = acts.publish(
        buyer=buyer,
        stated=acts.facts(reference="B", title="En cours", deadline=now + timedelta(days=10), **STATED),
        at=now - timedelta(days=5),
        espd=SIMPLIFIED,
    )
    sealed = deposit(current, company, now - timedelta(days=1))
    unsealed = unsealed_deposit(current, company, now - timedelta(days=1))
    piece = unsealed.pieces.values_list("pk", flat=True).order_by("name")[0]
    of_sealed = ("receipt", "receipt_pdf", "receipt_zip", "withdraw")
    return {
        "deposit_id": unsealed.pk,
        "tenders:cancel:consultation_id": current.pk,
        "tenders:espd_page:consultation_id": current.pk,
        "api-v1:get_espd:consultation_id": current.pk,
        "bids:start:consultation_id": current.pk,
        **{f"bids:{name}:piece_id": piece for name in ("remove_piece", "assign_piece")},
        **{f"bids:{name}:deposit_id": sealed.pk for name in of_sealed},
    }


def in_preparation(buyer: Organisation, now: datetime) -> dict[str, Any]:
    prepared = acts.prepare(
        buyer=buyer,
        stated=acts.facts(reference="C", title="Brouillon", deadline=now + timedelta(days=30), **STATED),
        at=now - timedelta(days=1),
        espd=SIMPLIFIED,
    )
    request = ("", "_criteria", "_criterion", "_criterion_change", "_criterion_remove", "_national", "_preview",
               "_xml", "_drop")  # fmt: skip
    pages = ("edit", "publish", "document_upload", "document_remove", *(f"espd{name}" for name in request))
    operations = ("update_consultation", "add_document", "publish_consultation", "request_espd")
    document = prepared.documents.values_list("pk", flat=True).order_by("position")[0]
    return {
        "code": TURNOVER,
        "position": 0,
        "tenders:document_remove:document_id": document,
        **{f"tenders:{name}:consultation_id": prepared.pk for name in pages},
        **{f"api-v1:{name}:consultation_id": prepared.pk for name in operations},
    }
