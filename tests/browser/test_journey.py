"""The main job, end to end, in Chromium: buyer, companies and citizen, from the notice to the open data.

Time is moved, nobody sleeps. The first test brings its own DUME; the second one official files.
"""

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import jsonschema_rs
import pytest
from lxml import etree

from bids.services import opening, receipts
from essential_data.inspection import inspect
from procurement.accounts.roles import Role
from procurement.organisations.models import Organisation
from tests.browser.buyer import AMOUNT, TITLE, Buyer
from tests.browser.citizen import Citizen
from tests.browser.company import Company
from tests.browser.papers import Drawer
from tests.browser.people import PASSWORD, Eyes
from tests.browser.workers import held_jobs, sweep, work
from tests.factories import organisations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
#: Thirty days later, at noon in Paris: summer time has begun in between.
DEADLINE = datetime(2026, 4, 1, 10, 0, tzinfo=UTC)
GARDENS, WORKSHOPS = "Jardins de Nulle-Part", "Ateliers Fictifs"
SCHEMAS = "essential_data/schemas/v2.0.4-from-decp-arr2022"


@dataclass
class Stage:
    """Everybody, and the clock."""

    clock: object
    drawer: Drawer
    eyes: Eyes
    buyer: Organisation
    new_page: Callable

    def member(self, *roles: Role) -> Buyer:
        """A colleague: the first time through the sign-in page."""
        email = f"{roles[0]}@valfictif.example"
        person = Buyer(self.new_page(), self.eyes)
        if self.buyer.memberships.filter(user__email=email).exists():
            person.come_back(email)
        else:
            organisations.member(self.buyer, *roles, email=email, password=PASSWORD)
            person.sign_in(email)
        return person

    def citizen(self) -> Citizen:
        return Citizen(self.new_page(), self.eyes)

    def company(self, name: str, number: int, *, scripts: bool = True) -> Company:
        siret = organisations.fictional_siret(number)
        return Company(
            self.new_page(scripts=scripts),
            self.eyes,
            name=name,
            siret=siret,
            email=f"contact@entreprise{number}.example",
            scripts=scripts,
        )


@pytest.fixture
def stage(clock, installation, tmp_path, axe, picture, new_page) -> Stage:
    clock.move_to(START)
    return Stage(clock, Drawer(tmp_path, START), Eyes(axe, picture), organisations.buyer(), new_page)


def test_from_the_notice_to_the_open_data(stage: Stage) -> None:
    """Steps 1 to 7 of the main job, with DUMEs of our own."""
    first, second = (organisations.fictional_siret(number) for number in (7001, 7002))
    espds = (
        stage.drawer.espd(GARDENS, first, "4.1.0"),
        stage.drawer.espd(WORKSHOPS, second, "1.0.2"),
    )
    published = play(stage, espds)
    check_by_ourselves(*published)
    assert stage.eyes.remarks == []


@pytest.mark.corpus
def test_from_official_espds_to_official_schemas(stage: Stage, shared_data: Path) -> None:
    """The same path with official ESPD responses; what is published is valid for the official schemas."""
    stage.eyes.watchful = False
    samples = shared_data / "dume"
    espds = (
        (samples / "4.1.0/samples/ESPD-Response.xml").read_bytes(),
        (
            samples / "1.0.2/samples/espd-service/response/v20160601/espd-response-20160601-full.xml"
        ).read_bytes(),
    )
    as_json, as_xml = play(stage, espds)
    check_by_ourselves(as_json, as_xml)
    schema = json.loads((shared_data / SCHEMAS / "schema_decp_v2.0.4.json").read_bytes())
    jsonschema_rs.validator_for(schema).validate(json.loads(as_json))
    etree.XMLSchema(file=shared_data / SCHEMAS / "schema_decp_v2.0.2.xsd").assertValid(
        etree.fromstring(as_xml)
    )


def play(stage: Stage, espds: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """The whole path; answers the published JSON and XML."""
    clerk = stage.member(Role.PUBLISHER, Role.EDITOR)
    clerk.prepare(DEADLINE)
    clerk.add_documents(stage.drawer.documents())
    clerk.ask_for_dume()
    address = clerk.publish()

    stage.clock.move_to(START + timedelta(days=3))
    read_as_citizen(stage)
    first = stage.company(GARDENS, 7001)
    deposit(stage, first, address, espds[0], "85 000,50 €")
    second = stage.company(WORKSHOPS, 7002, scripts=False)
    deposit(stage, second, address, espds[1], "91 200,00 €")
    see_only_numbers(stage, clerk.consultation)

    stage.clock.move_to(DEADLINE + timedelta(hours=2))
    open_bids(stage, clerk.consultation, espds)

    stage.clock.move_to(DEADLINE + timedelta(days=9))
    award(stage, clerk.consultation, first)
    return publish_data(stage)


def read_as_citizen(stage: Stage) -> None:
    """Step 1, the other side: everything without account and without cookie (annexe 6, art. 1)."""
    citizen = stage.citizen()
    citizen.find("espaces verts")
    assert citizen.read_countdown().startswith("27")
    name = "Règlement de la consultation.pdf"
    assert citizen.fetched(name) == (stage.drawer.folder / name).read_bytes()
    with zipfile.ZipFile(io.BytesIO(citizen.fetched("Tout télécharger (ZIP)"))) as archive:
        names = {Path(entry).name for entry in archive.namelist()}
    espd = {one for one in names if one.startswith("dume-acheteur-")}
    assert len(espd) == 1
    assert names - espd == {name, "CCTP.pdf", "Plan de l'école.pdf", "SHA256SUMS"}
    citizen.read_dume()
    citizen.ask_to_be_told("curieux@journal.example")
    assert citizen.leaves_no_trace()


def deposit(stage: Stage, company: Company, address: str, espd: bytes, price: str) -> None:
    """Step 2: account, lots, files, eDUME, check, seal, receipt."""
    company.sign_up()
    company.start(address, ["Lot 1"])
    bid = stage.drawer.bid(company.name, company.siret, espd, price, espd_alone=company.scripts)
    company.hand_in(bid)
    company.check()
    company.seal()
    folder = stage.drawer.folder / f"accuse-{company.siret}"
    receipt = company.fetched("Télécharger l'accusé de réception")
    with zipfile.ZipFile(io.BytesIO(receipt)) as archive:
        archive.extractall(folder)
    (folder,) = folder.iterdir()
    verify_receipt(folder, company.name, bid.size)
    if company.scripts:
        company.verify_in_the_page(receipt)


def verify_receipt(folder: Path, company: str, documents: int) -> None:
    """P7-T11: the commands of the help page, with openssl and pdfsig alone."""
    facts = json.loads((folder / receipts.NAMES.document).read_bytes())
    assert facts["depositor"]["name"] == company
    assert facts["on_time"] is True
    assert len(facts["documents"]) == documents
    for check in receipts.checks():
        done = subprocess.run(check.arguments, cwd=folder, capture_output=True, text=True, check=False)
        assert check.expected in done.stdout + done.stderr, done


def see_only_numbers(stage: Stage, consultation: str) -> None:
    """P7-T9: until the opening, how many and when; not who."""
    reader = stage.member(Role.READER)
    reader.consultation = consultation
    register = reader.read_register()
    assert "Pli n° 1" in register
    assert "Pli n° 2" in register
    assert GARDENS not in register
    assert WORKSHOPS not in register
    reader.meet_closed_bids()


def open_bids(stage: Stage, consultation: str, espds: tuple[bytes, bytes]) -> None:
    """Step 3: the page waits while a worker opens, then shows what was opened."""
    opener = stage.member(Role.OPENER)
    opener.consultation = consultation
    with held_jobs():
        opener.ask_to_open()
    work(opening.OPEN)
    opener.wait_for_the_end()
    opener.sees(GARDENS)
    assert opener.fetched("Procès-verbal d'ouverture").startswith(b"%PDF-1.7")
    with opener.page.expect_download() as coming:
        opener.page.get_by_role("link", name="eDUME.xml").first.click()
    assert sha256(Path(coming.value.path()).read_bytes()).digest() == sha256(espds[0]).digest()
    first, second = opener.read_espds()
    assert "modèle ESPD 4.1.0" in first
    assert "modèle ESPD 1.0.2" in second
    assert opener.read_analysis().count("Lire le DUME") == 2


def award(stage: Stage, consultation: str, holder: Company) -> None:
    """Step 6: choose, write to everybody, notify; the day the holder opens the letter counts (R2182-4)."""
    clerk = stage.member(Role.PUBLISHER, Role.EDITOR)
    clerk.consultation = consultation
    clerk.award(1, GARDENS, "85 000,50")
    clerk.declare_unsuccessful(2)
    clerk.send_letters()
    clerk.notify(1)
    stage.clock.move_to(DEADLINE + timedelta(days=12))
    holder.come_back(holder.email)
    holder.read_letter("Notification")
    again = stage.member(Role.PUBLISHER, Role.EDITOR)
    again.consultation = consultation
    again.tab("Attribution")
    again.sees("13 avril 2026")
    sweep()
    again.look_back()
    again.sees("au plus tard le 13 juin 2026")


def publish_data(stage: Stage) -> tuple[bytes, bytes]:
    """Step 7: complete, publish, and a citizen takes the files away."""
    clerk = stage.member(Role.PUBLISHER, Role.EDITOR)
    clerk.complete_contract()
    clerk.publish_data()
    citizen = stage.citizen()
    citizen.find_contract("espaces verts")
    citizen.sees("85 000,50 € HT")
    files = citizen.fetched("JSON, format officiel"), citizen.fetched("XML, format officiel")
    assert citizen.leaves_no_trace()
    return files


def check_by_ourselves(as_json: bytes, as_xml: bytes) -> None:
    for name, data in (("marches.json", as_json), ("marches.xml", as_xml)):
        report = inspect(name=name, data=data, file_date=date(2026, 4, 13))
        assert report.contracts, report
        assert [problem for contract in report.contracts for problem in contract.report.blocking] == []
    (contract,) = json.loads(as_json)["marches"]["marche"]
    assert contract["montant"] == float(AMOUNT)
    assert contract["dateNotification"] == "2026-04-13"
    assert contract["objet"].startswith(TITLE[:20])
