"""The main job, step by step, at fixed moments: what `manage.py journey` prints and writes."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from bids.models import Deposit
from bids.services import receipts
from bids.services.minutes import minutes_folder
from essential_data import publication_proofs
from essential_data.formats import json_file, xml_file
from essential_data.models import Publication
from procurement.audit.inspection import find_mismatch
from procurement.organisations.models import Organisation
from procurement.portal.demonstration import acts, cast, scenes
from signing.guide import CHECKPOINT
from signing.queries.register import consistency
from signing.register.mirror import mirror
from signing.services.register import publish_checkpoint
from tenders.models import Consultation
from tenders.services.delivery import delivery_folder
from tenders.states import LetterKind

#: Monday 2 March 2026, 10:00 in Paris; everything else is counted from here.
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEADLINE = START + timedelta(days=21, hours=2)
AMOUNT = Decimal("85000.50")


@dataclass(frozen=True, slots=True)
class Step:
    """One act: its name, when, the identifiers it made, and the files it wrote with their SHA-256."""

    name: str
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        content = {"step": self.name, "at": self.at.isoformat(), **self.facts, "files": self.files}
        return json.dumps(content, ensure_ascii=False)

    def as_text(self) -> str:
        written = "".join(f"\n    {digest}  {name}" for name, digest in self.files.items())
        return f"{self.at:%Y-%m-%d %H:%M} {self.name} {self.facts}{written}"


class Journey:
    """A buyer, two companies, one consultation: from publication to open data. `espd` replaces the winner's eDUME."""

    def __init__(self, *, out: Path, espd: bytes | None = None) -> None:
        self.out = out
        self.espd = espd
        #: Folder of evidence -> the size of the register at its line.
        self.proved: dict[str, int] = {}

    def steps(self) -> Iterator[Step]:
        buyer, winner, other = (
            cast.enter(part, now=START) for part in (cast.TOWN, cast.GARDENS, cast.WORKSHOPS)
        )
        yield Step("register", START, {"buyer": str(buyer.pk), "companies": [str(winner.pk), str(other.pk)]})
        consultation = self.publish(buyer)
        yield Step(
            "publish", START, {"consultation": str(consultation.pk), "reference": consultation.reference}
        )
        first = self.deposit(consultation, winner, START + timedelta(days=20))
        yield self.receipt_step("deposit", first)
        second = self.deposit(consultation, other, DEADLINE)
        yield self.receipt_step("deposit at the last second", second)
        late = self.deposit(consultation, other, DEADLINE + timedelta(seconds=1))
        yield self.receipt_step("late deposit", late)
        yield self.open(consultation, buyer)
        yield self.award(consultation, first, buyer)
        yield from self.notify_and_publish(consultation, winner, buyer)
        yield self.register(START + timedelta(days=60))

    def register(self, at: datetime) -> Step:
        """The register as a mirror would copy it, and each receipt's way to the checkpoint of that day."""
        checkpoint = publish_checkpoint(now=at)
        if checkpoint is None:
            raise RuntimeError("the register is empty after a whole procedure")
        written = self.write_folder("registre", mirror(checkpoint))
        for folder, size in self.proved.items():
            proof = consistency(size)
            if proof is not None:
                name = f"{folder}/{CHECKPOINT}"
                written[name] = self.write(name, proof.text().encode())
        facts = {"size": checkpoint.size, "register_holds": find_mismatch() is None}
        return Step("register", at, facts, written)

    def publish(self, buyer: Organisation) -> Consultation:
        stated = acts.facts(
            reference="VF-2026-01",
            title="Entretien des espaces verts",
            nature="services",
            cpv="77310000-6",
            deadline=DEADLINE,
        )
        return acts.publish(buyer=buyer, stated=stated, at=START)

    def deposit(self, consultation: Consultation, company: Organisation, at: datetime) -> Deposit:
        espd = self.espd if company.siret == cast.GARDENS.siret else None
        contents = scenes.papers_of(consultation, company, AMOUNT, at, espd)
        draft = acts.draft_deposit(
            consultation=consultation, company=company, papers=contents, at=at - timedelta(minutes=5)
        )
        return acts.seal(deposit=draft, company=company, at=at)

    def receipt_step(self, name: str, deposit: Deposit) -> Step:
        at = deposit.received_at or START
        written = self.write_folder(f"receipt-{deposit.number}", receipts.receipt_folder(deposit, now=at))
        cipher = list(deposit.pieces.order_by("envelope", "name").values_list("cipher__sha256", flat=True))
        facts = {
            "deposit": str(deposit.pk),
            "number": deposit.number,
            "late": deposit.is_late,
            "cipher": cipher,
        }
        return Step(name, at, facts, written)

    def open(self, consultation: Consultation, buyer: Organisation) -> Step:
        at = DEADLINE + timedelta(days=1)
        opening = acts.open_bids(consultation=consultation, buyer=buyer, at=at)
        if opening.minutes is None:
            raise RuntimeError("the opening ended without minutes")
        conditions = consultation.deposits.order_by("number").values_list(
            "number", "state", "pieces__condition"
        )
        facts = {"opening": str(opening.pk), "pieces": [list(row) for row in conditions]}
        return Step("open", at, facts, self.write_folder("minutes", minutes_folder(opening, now=at)))

    def award(self, consultation: Consultation, deposit: Deposit, buyer: Organisation) -> Step:
        at = DEADLINE + timedelta(days=10)
        acts.award(consultation=consultation, deposit=deposit, amount=AMOUNT, buyer=buyer, at=at)
        kinds = consultation.letters.order_by("kind", "pk").values_list("kind", flat=True)
        return Step(
            "award", at, {"holder": deposit.company.siret, "amount": str(AMOUNT), "letters": list(kinds)}
        )

    def notify_and_publish(
        self, consultation: Consultation, winner: Organisation, buyer: Organisation
    ) -> Iterator[Step]:
        at = DEADLINE + timedelta(days=15)
        for contract in acts.notify(consultation=consultation, company=winner, buyer=buyer, at=at):
            contract.refresh_from_db()
            facts = {"contract": str(contract.pk), "number": contract.number}
            letter = consultation.letters.get(kind=LetterKind.NOTIFICATION)
            proof = self.write_folder("delivery", delivery_folder(letter, now=at))
            yield Step("notify", at, {**facts, "notified_on": str(contract.notified_on)}, proof)
            published_at = at + timedelta(days=3)
            publication = acts.publish_essential_data(contract=contract, at=published_at)
            written = {
                name: self.write(name, content) for name, content in self.open_data(publication).items()
            }
            folder = publication_proofs.publication_folder(publication, now=published_at)
            written |= self.write_folder("publication", folder)
            yield Step(
                "publish essential data",
                published_at,
                {**facts, "due_on": str(publication.due_on), "sha256": publication.sha256},
                written,
            )

    def open_data(self, publication: Publication) -> dict[str, bytes]:
        record, key = publication.record, publication.record_key
        return {
            "marches.json": json_file.write_file(record, key),
            "marches.xml": xml_file.write_file(record, key),
        }

    def write_folder(self, folder: str, content: Iterable[tuple[str, bytes]]) -> dict[str, str]:
        content = list(content)
        for name, data in content:
            if name.endswith(".json"):
                self.proved[folder] = json.loads(data)["register"]["size"]
        return {f"{folder}/{name}": self.write(f"{folder}/{name}", data) for name, data in content}

    def write(self, name: str, content: bytes) -> str:
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return sha256(content).hexdigest()
