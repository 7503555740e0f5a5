"""The proof that a letter was delivered (P7-B7, R2132-7, R2182-4): to keep, and to check without the platform."""

import io
import subprocess
import zipfile
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client

from signing.models import Evidence, EvidenceKind
from signing.queries import evidence as evidences
from signing.services import folders
from tenders.models import Letter
from tenders.services.letters import open_letter
from tenders.tasks import write_delivery_view
from tests.factories import organisations, tenders

pytestmark = pytest.mark.django_db
BODY = "Votre offre n'a pas été retenue\u00a0: 12 points sur 20."


@pytest.fixture
def consultation(buyer):
    return tenders.opened(buyer)


@pytest.fixture
def letter(consultation, company, now: datetime) -> Letter:
    return tenders.letter(consultation, company, body=BODY, now=now)


@pytest.fixture
def delivered(letter: Letter, company, now: datetime) -> Letter:
    person = organisations.member(company, full_name="Camille Fictif")
    open_letter(
        letter_id=letter.pk,
        company_id=company.pk,
        actor=organisations.actor_of(company, person),
        now=now + timedelta(days=1),
    )
    letter.refresh_from_db()
    return letter


def document_of(letter: Letter) -> dict:
    return evidences.read_document(evidences.get(EvidenceKind.DELIVERY, letter.pk))


def test_the_first_opening_is_certified(delivered: Letter, consultation, company) -> None:
    document = document_of(delivered)
    assert document["recipient"] == {"name": company.name, "identifier": company.siret}
    assert document["first_opened_at"] == "2026-03-03T09:00:00.000000Z"
    assert document["first_opened_by"].startswith("Camille Fictif")
    assert document["register"]["line"]["action"] == "tenders.letter.open"
    assert document["register"]["line"]["subject"] == str(consultation.pk)


def test_the_proof_holds_the_digest_of_the_text_and_not_the_text(delivered: Letter) -> None:
    evidence = evidences.get(EvidenceKind.DELIVERY, delivered.pk)
    assert document_of(delivered)["letter"]["body_sha256"] == sha256(BODY.encode()).hexdigest()
    assert b"12 points" not in bytes(evidence.document)


def test_a_second_reading_certifies_nothing_more(delivered: Letter, company, now: datetime) -> None:
    open_letter(
        letter_id=delivered.pk,
        company_id=company.pk,
        actor=organisations.actor_of(company),
        now=now + timedelta(days=5),
    )
    assert Evidence.objects.filter(kind=EvidenceKind.DELIVERY).count() == 1


def test_the_buyer_and_the_company_download_the_same_proof(
    delivered: Letter, consultation, company, now: datetime, tmp_path: Path
) -> None:
    write_delivery_view(subject=str(delivered.pk), now=now, progress=lambda *_: None)
    pages = {
        organisations.member(
            consultation.buyer
        ): f"/acheteur/consultations/{consultation.pk}/courriers/{delivered.pk}/preuve.zip",
        organisations.member(company): f"/entreprise/courriers/{delivered.pk}/preuve.zip",
    }
    found = [downloaded(person, page) for person, page in pages.items()]
    assert found[0] == found[1]
    for name, data in found[0].items():
        (tmp_path / name).write_bytes(data)
    for check in folders.checks("delivery"):
        done = subprocess.run(check.arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert check.expected in done.stdout + done.stderr


def downloaded(person, page: str) -> dict[str, bytes]:
    client = Client()
    client.force_login(person)
    bundle = zipfile.ZipFile(io.BytesIO(client.get(page).getvalue()))
    return {name.rpartition("/")[2]: bundle.read(name) for name in bundle.namelist()}


def test_an_unread_letter_has_no_proof(letter: Letter, company) -> None:
    client = Client()
    client.force_login(organisations.member(company))
    assert client.get(f"/entreprise/courriers/{letter.pk}/preuve.zip").status_code == 404
    letter.refresh_from_db()
    assert letter.first_opened_at is None  # asking for the proof is not reading


def test_a_stranger_gets_no_proof(delivered: Letter) -> None:
    client = Client()
    client.force_login(organisations.member(organisations.company("Autre Fictive SAS")))
    assert client.get(f"/entreprise/courriers/{delivered.pk}/preuve.zip").status_code == 404
