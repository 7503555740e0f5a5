"""The acts of the main job, called as people call them, at a moment that is given: for the demonstration,
the `journey` command and the tests of the whole path. Every write goes through the services of the apps."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from bids.models import Deposit, Opening
from bids.services import award as awards
from bids.services import drafting as deposits
from bids.services import opening, sealing
from bids.services.reception import PieceSink
from bids.states import PieceKind
from essential_data import services as essential_data
from essential_data.models import Publication
from procurement.files import services as files
from procurement.jobs import services as jobs
from procurement.jobs.models import Job
from procurement.organisations.models import Organisation
from procurement.portal.demonstration import papers
from procurement.portal.demonstration.cast import actor_of
from tenders.models import Consultation, Contract, DocumentKind, Letter
from tenders.rules.contracts import Facts
from tenders.services import contracts, letters, publication
from tenders.services import drafting as consultations
from tenders.services import espd as requests
from tenders.services.drafting import ConsultationFacts, LotFacts, PieceFacts
from tenders.states import Envelope, LetterKind

CANDIDATURE, OFFER = Envelope.CANDIDATURE, Envelope.OFFER
PIECES = (
    PieceFacts(CANDIDATURE, "DUME ou lettre de candidature"),
    PieceFacts(CANDIDATURE, "Attestations d'assurance", is_mandatory=False),
    PieceFacts(OFFER, "Offre de prix signée ou non"),
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file a company adds to its deposit."""

    name: str
    content: bytes
    envelope: str
    answers: str = ""
    lot_number: int | None = None
    is_espd: bool = False


def facts(
    *,
    reference: str,
    title: str,
    nature: str,
    cpv: str,
    deadline: datetime,
    lots: Sequence[str] = (),
    procedure: str = "mapa",
) -> ConsultationFacts:
    """A plausible statement with the pieces a small buyer asks for."""
    return ConsultationFacts(
        reference=reference,
        title=title,
        description=f"{title}. Les prestations attendues sont décrites dans le dossier de consultation.",
        nature=nature,
        procedure=procedure,
        cpv_main=cpv,
        nuts="FRI13",
        insee_code="40192",
        estimated_value=Decimal(90000),
        deadline=deadline,
        opening_at=None,
        questions_deadline=deadline - timedelta(days=6),
        max_file_bytes=min(500_000_000, settings.MAX_FILE_BYTES),
        contact_name="Service de la commande publique",
        contact_email="marches@demo.example",
        lots=tuple(LotFacts(number, lot) for number, lot in enumerate(lots, start=1)),
        pieces=PIECES,
    )


def prepare(*, buyer: Organisation, stated: ConsultationFacts, at: datetime, espd: str = "") -> Consultation:
    """A draft with its documents: rules of the consultation and technical clauses, as real PDF files.

    `espd` names the preset of its request for a DUME, "" for none.
    """
    actor = actor_of(buyer)
    draft = consultations.create_consultation(buyer=buyer, facts=stated, actor=actor, now=at)
    title, reference = stated.title, stated.reference
    for name, kind, content in (
        (
            "Reglement-de-consultation.pdf",
            DocumentKind.RULES,
            papers.rules_of_consultation(title=title, buyer=buyer.name, reference=reference, now=at),
        ),
        (
            "CCTP.pdf",
            DocumentKind.TECHNICAL,
            papers.technical_clauses(title=title, buyer=buyer.name, reference=reference, now=at),
        ),
    ):
        stored = files.store(area="public", name=name, chunks=[content], now=at, media_type="application/pdf")
        consultations.add_document(consultation_id=draft.pk, file=stored, kind=kind, actor=actor, now=at)
    if espd:
        requests.start_from_preset(consultation_id=draft.pk, preset=espd, actor=actor, now=at)
    return draft


def publish(*, buyer: Organisation, stated: ConsultationFacts, at: datetime, espd: str = "") -> Consultation:
    """Prepare, then publish at once. Questions cannot end before they may be asked."""
    if stated.questions_deadline is not None and stated.questions_deadline <= at:
        stated = replace(stated, questions_deadline=stated.deadline)
    draft = prepare(buyer=buyer, stated=stated, at=at, espd=espd)
    return publication.publish_consultation(consultation_id=draft.pk, actor=actor_of(buyer), now=at)


def draft_deposit(
    *,
    consultation: Consultation,
    company: Organisation,
    papers: Sequence[Paper],
    at: datetime,
    lots: Sequence[int] = (1,),
) -> Deposit:
    """A deposit with its files, each encrypted while it is read, not sealed yet."""
    actor = actor_of(company)
    chosen = consultation.lots.filter(number__in=lots).values_list("pk", flat=True)
    draft = deposits.start_deposit(
        consultation_id=consultation.pk, company=company, lot_ids=set(chosen), actor=actor, now=at
    )
    for paper in papers:
        add_paper(draft, company, paper, at)
    return draft


def add_paper(draft: Deposit, company: Organisation, paper: Paper, at: datetime) -> None:
    consultation = draft.consultation
    lot = consultation.lots.filter(number=paper.lot_number).first() if paper.lot_number else None
    target = deposits.prepare_piece(
        deposit_id=draft.pk,
        company_id=company.pk,
        envelope=paper.envelope,
        lot_id=lot.pk if lot else None,
        kind=PieceKind.ESPD if paper.is_espd else PieceKind.FILE,
        now=at,
        announced_bytes=len(paper.content),
    )
    sink = PieceSink(target, name=paper.name, started_at=at)
    sink.write(paper.content)
    asked = consultation.required_pieces.filter(label=paper.answers).order_by("position").first()
    deposits.add_piece(
        target=target,
        received=sink.finish(),
        answers_id=asked.pk if asked else None,
        actor=actor_of(company),
        now=at,
    )


def seal(*, deposit: Deposit, company: Organisation, at: datetime) -> Deposit:
    """Hand in; the receipt's PDF and the mail follow as jobs, done at once."""
    sealed = sealing.seal_deposit(
        deposit_id=deposit.pk, company_id=company.pk, received_at=at, actor=actor_of(company), now=at
    )
    run_jobs(at)
    return sealed


def open_bids(*, consultation: Consultation, buyer: Organisation, at: datetime) -> Opening:
    opened = opening.request_opening(consultation_id=consultation.pk, actor=actor_of(buyer), now=at)
    run_jobs(at)
    opened.refresh_from_db()
    return opened


def award(
    *, consultation: Consultation, deposit: Deposit, amount: Decimal, buyer: Organisation, at: datetime
) -> None:
    """Every lot of the deposit goes to it, for an equal part of the amount; then the letters leave."""
    actor = actor_of(buyer)
    lots = list(deposit.lots.order_by("number"))
    for lot in lots:
        awards.award_lot(
            lot_id=lot.pk,
            deposit_id=deposit.pk,
            amount=(amount / len(lots)).quantize(Decimal("0.01")),
            reasons="Offre économiquement la plus avantageuse au regard des critères annoncés.",
            actor=actor,
            now=at,
        )
    awards.send_result_letters(consultation_id=consultation.pk, actor=actor, now=at)
    run_jobs(at)


def notify(
    *, consultation: Consultation, company: Organisation, buyer: Organisation, at: datetime
) -> list[Contract]:
    """Send the contract to its holder, who opens the letter the same hour: the contract takes effect (R2182-4, -5)."""
    for lot in consultation.lots.filter(award__isnull=False).order_by("number"):
        awards.notify_contract(lot_id=lot.pk, actor=actor_of(buyer), now=at)
    sent = Letter.objects.for_company(company.pk).filter(
        consultation=consultation, kind=LetterKind.NOTIFICATION
    )
    for letter in sent.order_by("pk"):
        letters.open_letter(letter_id=letter.pk, company_id=company.pk, actor=actor_of(company), now=at)
    run_jobs(at)
    return list(Contract.objects.filter(consultation=consultation).order_by("number"))


#: What neither the consultation nor the award says, and the official format asks for.
COMPLEMENT = Facts(
    techniques=("none",),
    execution_modalities=("none",),
    innovative=False,
    ccag="supplies_and_services",
    advance_granted=False,
    duration_months=24,
    price_types=("firm",),
    price_form="lump_sum",
    subcontracting_declared=False,
    social=("none",),
    environmental=("clause",),
)


def publish_essential_data(*, contract: Contract, at: datetime) -> Publication:
    """Complete what the award does not say, then publish the contract's essential data (R2196-1)."""
    actor = actor_of(contract.buyer)
    known = contracts.facts_of(contract)
    silent = {
        field.name: getattr(COMPLEMENT, field.name)
        for field in fields(Facts)
        if getattr(known, field.name) in {None, ()}
    }
    completed = contracts.complete_contract(
        contract=contract, facts=replace(known, **silent), actor=actor, now=at
    )
    scheduled = essential_data.schedule(contract=completed, actor=actor, now=at)
    if scheduled is None:
        raise ValueError("this contract is below the threshold: nothing to publish")
    published = essential_data.publish(publication=scheduled, actor=actor, now=at)
    run_jobs(at)
    return published


def run_jobs(at: datetime) -> int:
    """Do at once, at this moment, the work that waits; returns how many jobs were done."""
    done = 0
    while ids := list(Job.objects.runnable(at).order_by("due_at", "id").values_list("pk", flat=True)):
        finished = sum(jobs.run(job_id=job_id, clock=lambda: at) for job_id in ids)
        if not finished:
            break
        done += finished
    return done
