"""The demonstration of the first day: consultations at every stage, played in the order of time.

Time-stamps never step back, so the acts of all consultations are sorted by their moment before they are done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from bids.models import Deposit
from dume import build
from dume.model import Contact
from procurement.calendars import PARIS
from procurement.money import format_euros
from procurement.organisations.models import Organisation
from procurement.portal.demonstration import acts, cast, papers
from procurement.portal.demonstration.acts import Paper
from signing.services.register import publish_checkpoint
from tenders.models import Consultation, Contract


@dataclass(frozen=True, slots=True)
class Scene:
    """One consultation, and how far it has come. Days are counted from today; `until` names the last stage, `espd`
    the preset of its request for a DUME ("" for none)."""

    buyer: str
    reference: str
    title: str
    nature: str
    cpv: str
    published: int
    deadline: datetime
    until: str = "published"
    lots: tuple[str, ...] = ()
    procedure: str = "mapa"
    amount: Decimal = Decimal(0)
    espd: str = ""


@dataclass(slots=True)
class Stage:
    """What has been played so far of one scene."""

    consultation: Consultation | None = None
    deposits: list[Deposit] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)


Act = tuple[datetime, Callable[[], object]]


def at_noon(now: datetime, days: int, hour: int = 12) -> datetime:
    day = (now + timedelta(days=days)).astimezone(PARIS)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def later_today(now: datetime) -> datetime:
    """The whole hour that comes in three to four hours."""
    return (now + timedelta(hours=4)).replace(minute=0, second=0, microsecond=0)


def scenes(now: datetime) -> list[Scene]:
    town, water, school = cast.TOWN.siret, cast.WATER.siret, cast.SCHOOL.siret
    return [
        Scene(town, "VF-2026-01", "Réfection de la toiture de l'école imaginaire", "works", "45261910-6", -80,
              at_noon(now, -55), "contract", amount=Decimal("85000.50")),
        Scene(water, "EAU-2026-03", "Fourniture de compteurs d'eau", "supplies", "38421100-3", -60,
              at_noon(now, -30), "contract", amount=Decimal(132400)),
        Scene(town, "VF-2026-02", "Entretien des espaces verts", "services", "77310000-6", -40,
              at_noon(now, -12), "awarded", amount=Decimal(48000)),
        Scene(school, "COL-2026-07", "Denrées pour la restauration scolaire", "supplies", "15000000-8", -30,
              at_noon(now, -5), "opened", ("Fruits et légumes", "Pain")),
        Scene(town, "VF-2026-03", "Assistance informatique de la mairie", "services", "72600000-6", -25,
              at_noon(now, -1), "deposited"),
        Scene(town, "VF-2026-04", "Nettoyage des bâtiments communaux", "services", "90910000-9", -20,
              later_today(now), "deposited", espd="simplified"),
        Scene(water, "EAU-2026-04", "Renouvellement d'une conduite d'eau potable", "works", "45231300-8", -6,
              at_noon(now, 28), lots=("Terrassement et pose", "Réfection de voirie"), procedure="open", espd="works"),
        Scene(school, "COL-2026-08", "Location de véhicules pour les sorties", "services", "60170000-0", -3,
              at_noon(now, 18, 16), espd="simplified"),
        Scene(town, "VF-2026-05", "Construction d'un préau", "works", "45214200-2", -2,
              at_noon(now, 35), "draft", ("Gros œuvre", "Charpente", "Électricité"), espd="works"),
    ]  # fmt: skip


def play(now: datetime) -> None:
    """Register everybody, then play every scene up to its stage."""
    entered = now - timedelta(days=90)
    people = {part.siret: cast.enter(part, now=entered) for part in cast.PARTS}
    companies = [people[cast.GARDENS.siret], people[cast.WORKSHOPS.siret]]
    planned: list[Act] = []
    for scene in scenes(now):
        planned += acts_of(scene, people[scene.buyer], companies, now)
    for _moment, act in sorted(planned, key=lambda planned_act: planned_act[0]):
        act()
    acts.run_jobs(now)
    publish_checkpoint(now=now)


def acts_of(scene: Scene, buyer: Organisation, companies: Sequence[Organisation], now: datetime) -> list[Act]:
    """The acts of one scene with their moments; each finds on the stage what the one before left there."""
    stage = Stage()
    published = at_noon(now, scene.published, 9)
    stated = acts.facts(
        reference=scene.reference,
        title=scene.title,
        nature=scene.nature,
        cpv=scene.cpv,
        deadline=scene.deadline,
        lots=scene.lots,
        procedure=scene.procedure,
    )
    if scene.until == "draft":
        return [(published, lambda: acts.prepare(buyer=buyer, stated=stated, at=published, espd=scene.espd))]

    def publish() -> None:
        stage.consultation = acts.publish(buyer=buyer, stated=stated, at=published, espd=scene.espd)

    planned: list[Act] = [(published, publish)]
    if scene.until != "published":
        planned += deposits_of(scene, stage, companies, now)
    if scene.until in {"opened", "awarded", "contract"}:
        planned += judgement_of(scene, stage, buyer, companies)
    return planned


def deposits_of(scene: Scene, stage: Stage, companies: Sequence[Organisation], now: datetime) -> list[Act]:
    planned: list[Act] = []
    for rank, company in enumerate(companies):
        moment = min(scene.deadline, now) - timedelta(hours=20 - rank, minutes=17)

        def deposit(company: Organisation = company, moment: datetime = moment, rank: int = rank) -> None:
            assert stage.consultation is not None  # noqa: S101  published before, by the order of time
            price = (scene.amount or Decimal(60000)) * (10 + rank) / 10
            draft = acts.draft_deposit(
                consultation=stage.consultation,
                company=company,
                papers=papers_of(stage.consultation, company, price, moment),
                lots=range(1, max(2, len(scene.lots) + 1)),
                at=moment,
            )
            stage.deposits.append(acts.seal(deposit=draft, company=company, at=moment))

        planned.append((moment, deposit))
    return planned


def judgement_of(
    scene: Scene, stage: Stage, buyer: Organisation, companies: Sequence[Organisation]
) -> list[Act]:
    opened = scene.deadline + timedelta(days=1, hours=-2)
    awarded, notified = opened + timedelta(days=6), opened + timedelta(days=9)

    def consultation() -> Consultation:
        assert stage.consultation is not None  # noqa: S101  published before, by the order of time
        return stage.consultation

    def open_bids() -> None:
        acts.open_bids(consultation=consultation(), buyer=buyer, at=opened)

    def award() -> None:
        acts.award(
            consultation=consultation(),
            deposit=stage.deposits[0],
            amount=scene.amount,
            buyer=buyer,
            at=awarded,
        )

    def notify() -> None:
        stage.contracts = acts.notify(
            consultation=consultation(), company=companies[0], buyer=buyer, at=notified
        )

    def publish_data() -> None:
        for contract in stage.contracts:
            acts.publish_essential_data(contract=contract, at=notified + timedelta(days=1))

    planned: list[Act] = [(opened, open_bids)]
    if scene.until in {"awarded", "contract"}:
        planned.append((awarded, award))
    if scene.until == "contract":
        planned += [(notified, notify), (notified + timedelta(days=1), publish_data)]
    return planned


def papers_of(
    consultation: Consultation,
    company: Organisation,
    price: Decimal,
    moment: datetime,
    espd: bytes | None = None,
) -> list[Paper]:
    """An eDUME and an insurance for the candidature, one offer per lot."""
    reference = consultation.reference
    lots = list(consultation.lots.order_by("number"))
    espd = espd or build.build_response(
        operator_name=company.name,
        operator_siret=company.siret,
        country="FR",
        buyer_name=consultation.buyer.name,
        reference=reference,
        title=consultation.title,
        lots=[f"{lot.number}" for lot in lots],
        contact=Contact(name="Service des marchés", email="contact@demo.example"),
        now=moment,
    )
    asked = [piece.label for piece in acts.PIECES]
    insurance = papers.candidature(company=company.name, siret=company.siret, reference=reference, now=moment)
    found = [
        Paper("DUME.xml", espd, acts.CANDIDATURE, asked[0], is_espd=True),
        Paper("Assurances.pdf", insurance, acts.CANDIDATURE, asked[1]),
    ]
    for lot in lots:
        offer = papers.offer(
            company=company.name,
            title=f"{consultation.title}, lot {lot.number}",
            reference=reference,
            price=format_euros(price / len(lots)),
            now=moment,
        )
        found.append(Paper(f"Offre-lot-{lot.number}.pdf", offer, acts.OFFER, asked[2], lot_number=lot.number))
    return found
