"""One file as raw bytes: what upload.js sends. Each refusal says what was kept and what to do."""

import errno
import io
import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from bids.models import Deposit, Piece
from procurement.audit.models import Entry
from procurement.files import writers
from tests.factories import bids

JSON = {"Accept": "application/json, application/problem+json"}


@pytest.fixture
def deposit(consultation, company, clock) -> Deposit:
    return bids.draft(consultation, company)


def send(browser: Client, deposit: Deposit, content: bytes = bids.PDF, name: str = "offre.pdf", **more):
    place = more.pop("place", {"envelope": "candidature"})
    url = reverse("bids:upload", args=[deposit.pk]) + "?" + "&".join(f"{k}={v}" for k, v in place.items())
    headers = JSON | {"X-File-Name": quote(name)} | more.pop("headers", {})
    return browser.generic("POST", url, content, "application/octet-stream", headers=headers, **more)


def test_a_file_arrives_in_its_place(consultation, deposit, browser) -> None:
    lot = consultation.lots.last()
    asked = consultation.required_pieces.filter(envelope="offer").first()
    place = {"envelope": "offer", "lot": lot.pk, "answers": asked.pk}
    reply = send(browser, deposit, name="mémoire « été ».pdf", place=place)
    assert reply.status_code == 201
    piece = Piece.objects.get()
    assert (piece.lot, piece.answers, piece.name) == (lot, asked, "mémoire « été ».pdf")
    assert reply.json()["sha256"] == piece.clear_sha256
    assert reply.json()["size"] == len(bids.PDF)


def test_an_empty_choice_of_the_form_is_no_answer(deposit, browser) -> None:
    assert send(browser, deposit, place={"envelope": "candidature", "answers": ""}).status_code == 201


@pytest.mark.corpus
@pytest.mark.parametrize("version", ["4.1.0", "1.0.2"])
def test_an_edume_gets_its_check_at_once(version, shared_data, deposit, browser) -> None:
    """P7-S7."""
    sample = next(
        path for path in sorted((shared_data / "dume" / version).rglob("*.xml")) if "esponse" in path.name
    )
    place = {"envelope": "candidature", "kind": "espd"}
    reply = send(browser, deposit, sample.read_bytes(), "dume.xml", place=place)
    assert reply.status_code == 201
    assert reply.json()["format"].startswith("DUME")
    assert reply.json()["findings"]
    assert Piece.objects.get().kind == "espd"


REFUSALS = [
    pytest.param(b"", "offre.pdf", {}, 422, "empty_file", id="empty"),
    pytest.param(b"MZ" + b"\0" * 300, "offre.pdf", {}, 422, "program_refused", id="program"),
    pytest.param(b"pas un PDF", "offre.pdf", {}, 422, "broken_file", id="not a PDF"),
    pytest.param(b"PK\x03\x04 abc", "offre.zip", {}, 422, "archive_refused", id="broken ZIP"),
    pytest.param(b"<!DOCTYPE a><a/>", "d.xml", {"kind": "espd"}, 422, "xml_refused", id="hostile XML"),
    pytest.param(b"%PDF-", "a.pdf", {"envelope": "offer"}, 422, "place_unknown", id="no lot"),
    pytest.param(b"%PDF-", "a.pdf", {"answers": "n-importe-quoi"}, 422, "place_unknown", id="no identifier"),
]


@pytest.mark.parametrize(("content", "name", "place", "status", "code"), REFUSALS)
def test_refusals_are_problem_details_and_leave_a_trace_only(
    content, name, place, status, code, deposit, browser, stored
) -> None:
    before = stored()
    reply = send(browser, deposit, content, name, place={"envelope": "candidature"} | place)
    assert (reply.status_code, reply["Content-Type"]) == (status, "application/problem+json")
    assert reply.json()["type"].endswith(code)
    assert "conserv" in reply.json()["detail"]
    assert stored() == before
    assert not Piece.objects.exists()
    trace = Entry.objects.get(action="bids.piece.refuse")
    assert trace.data["code"] == code
    assert name not in json.dumps(trace.data)


def test_too_large_is_said_before_the_first_byte(consultation, deposit, browser, stored) -> None:
    """CE 13 Nov 2025 n° 506640: with the limit in words."""
    consultation.max_file_bytes = 1000
    consultation.save()
    before = stored()

    for headers, content in (({}, b"%PDF-" + b"x" * 2000), ({"X-File-Size": "2000"}, b"%PDF-")):
        reply = send(browser, deposit, content, headers=headers)
        assert reply.status_code == 413
        assert "(0,001 Mo par fichier)" in reply.json()["detail"]
    assert stored() == before
    assert Entry.objects.filter(action="bids.piece.refuse", data__received_bytes=0).count() == 2


def test_an_upload_cut_on_the_way_is_not_half_kept(deposit, browser, stored) -> None:
    """The server sees fewer bytes than were announced: the connection was lost."""
    before = stored()
    cut = {"wsgi.input": io.BytesIO(b"%PDF-1.7 moiti"), "CONTENT_LENGTH": "50000"}  # what gunicorn then gives
    reply = send(browser, deposit, **cut)
    assert reply.json()["type"].endswith("upload_interrupted")
    reply = send(browser, deposit, b"%PDF-1.7 moiti", headers={"X-File-Size": "50000"})
    assert reply.status_code == 400
    assert stored() == before
    assert not Piece.objects.exists()


@pytest.fixture
def closed_journal(deposit, browser) -> None:
    """After a first file the journal takes no line, as when its table is locked; the end of the test undoes it."""
    assert send(browser, deposit, name="premier.pdf").status_code == 201
    refuse = {
        "postgresql": "FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()",
        "sqlite": "BEGIN SELECT RAISE(ABORT, 'database table is locked'); END",
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER journal_closed BEFORE INSERT ON audit_entry {refuse[connection.vendor]}"
        )


@pytest.mark.parametrize(
    "content", [b"", b"MZ" + b"\0" * 300, b"%PDF-1.7 moiti"], ids=["empty", "program", "cut"]
)
def test_a_refusal_is_answered_even_when_the_journal_cannot_be_written(
    content, closed_journal, deposit, browser, stored, caplog
) -> None:
    before = stored()
    cut = {"X-File-Size": "50000"} if content.startswith(b"%PDF") else {}
    reply = send(browser, deposit, content, headers=cut)
    assert reply.status_code in {400, 422}
    assert "conserv" in reply.json()["detail"]
    assert stored() == before
    assert not Entry.objects.filter(action="bids.piece.refuse").exists()
    told = "".join(str(record.msg) for record in caplog.records)
    assert "bids.refusal_not_in_journal" in told
    assert (str(deposit.pk) in told, reply.json()["type"].rpartition(":")[2] in told) == (True, True)


def test_a_form_cut_on_the_way_is_answered_without_the_journal(closed_journal, deposit, browser) -> None:
    """Without a script: the form's own page says the refusal."""
    url = reverse("bids:candidature", args=[deposit.pk])
    page = browser.post(url, {"documents": SimpleUploadedFile("offre.pdf", b"%PDF-1.7 moiti")})
    assert page.status_code == 400
    assert "connexion a été coupée" in page.content.decode()


def test_a_connection_that_breaks_while_it_is_read(deposit, browser, stored, monkeypatch) -> None:
    before = stored()
    from django.core.handlers.wsgi import WSGIRequest
    from django.http.request import UnreadablePostError

    blocks = [b"%PDF-1.7 " + b"x" * 300_000]

    def read(self: WSGIRequest, *args: int) -> bytes:
        if not blocks:
            raise UnreadablePostError("reset by peer")
        return blocks.pop()

    monkeypatch.setattr(WSGIRequest, "read", read)
    assert send(browser, deposit).json()["type"].endswith("upload_interrupted")
    assert stored() == before


def test_a_session_that_ends_during_the_upload(deposit, browser, stored) -> None:
    kept = send(browser, deposit, name="premier.pdf")
    before = stored()
    browser.logout()
    reply = send(browser, deposit, name="second.pdf")
    assert reply.status_code == 401
    assert "Votre session a expiré : les fichiers déjà arrivés sont conservés" in reply.json()["detail"]
    assert stored() == before
    assert Piece.objects.get().name == kept.json()["name"]


def test_a_full_disk(deposit, browser, stored, monkeypatch) -> None:
    send(browser, deposit, name="premier.pdf")
    before = stored()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writers.os, "open", full)
    reply = send(browser, deposit, name="second.pdf")
    assert reply.status_code == 507
    assert "les précédents le sont" in " ".join(reply.json()["detail"].replace("\n", " ").split())
    assert stored() == before


def test_the_deadline_passes_during_an_upload(consultation, deposit, sign_in, person, clock) -> None:
    """P7-B5: the file is accepted and kept; only the seal is judged."""
    clock.move_to(consultation.deadline + timedelta(seconds=1))
    assert send(sign_in(person), deposit).status_code == 201


def test_the_same_file_sent_twice_is_one(deposit, browser, stored) -> None:
    first = send(browser, deposit)
    before = stored()
    second = send(browser, deposit)
    assert (second.status_code, second.json()["id"]) == (201, first.json()["id"])
    assert stored() == before


def test_without_the_token_of_the_page_nothing_is_read(deposit, person, stored) -> None:
    before = stored()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert send(browser, deposit).status_code == 403
    assert stored() == before
    browser.get(reverse("bids:candidature", args=[deposit.pk]))
    token = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    assert send(browser, deposit, headers=token).status_code == 201


def test_only_post_uploads(deposit, browser) -> None:
    assert browser.get(reverse("bids:upload", args=[deposit.pk])).status_code == 405


def test_the_bytes_of_an_upload_lie_nowhere_in_clear(deposit, browser, tmp_path, monkeypatch, caplog) -> None:
    """P7-T9, through HTTP: data directory, temporary files, database file, logs."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    caplog.set_level("DEBUG")
    canary = b"canari-9c2e-montant-de-l-offre"
    content = b"%PDF-1.7\n" + canary * 100_000
    assert send(browser, deposit, content).status_code == 201
    send(browser, deposit, canary * 100_000, "refuse.pdf")
    form = {"documents": io.BytesIO(content), "fin": "1"}
    form["documents"].name = "par-formulaire.pdf"
    assert browser.post(reverse("bids:candidature", args=[deposit.pk]), form).status_code == 302
    places = [*Path(settings.DATA_DIR).rglob("*"), *tmp_path.rglob("*")]
    assert [path for path in places if path.is_file() and canary in path.read_bytes()] == []
    assert canary.decode() not in caplog.text
    assert Piece.objects.count() == 2
