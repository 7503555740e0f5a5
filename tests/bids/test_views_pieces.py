"""The page of a place and its plain form: everything works without JavaScript."""

import io

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Deposit, Piece
from tests.factories import bids


@pytest.fixture
def deposit(consultation, company, clock) -> Deposit:
    return bids.draft(consultation, company)


def url_of(deposit: Deposit, name: str = "candidature", *more: int) -> str:
    return reverse(f"bids:{name}", args=[deposit.pk, *more])


def named(name: str, content: bytes = bids.PDF) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def form(*files: io.BytesIO, **fields: str) -> dict[str, object]:
    return {"documents": list(files), "fin": "1"} | fields


def test_several_files_arrive_and_answer_what_was_chosen(consultation, deposit, browser) -> None:
    asked = consultation.required_pieces.filter(envelope="offer").first()
    url = url_of(deposit, "offer", 2)
    reply = browser.post(url, form(named("a.pdf"), named("b.pdf", b"%PDF-b"), answers=str(asked.pk)))
    assert reply.url == url
    assert {(p.name, p.lot.number, p.answers) for p in Piece.objects.all()} == {
        ("a.pdf", 2, asked),
        ("b.pdf", 2, asked),
    }
    html = browser.get(url).content.decode()
    assert "2 fichiers sont arrivés, chiffrés." in html
    assert "présente" in html
    assert "manquante" in html  # the other piece of the offer


def test_a_refused_file_does_not_take_the_others_along(deposit, browser, stored) -> None:
    before = len(stored())
    reply = browser.post(url_of(deposit), form(named("bon.pdf"), named("faux.pdf", b"MZ programme")))
    html = reply.content.decode()
    assert reply.status_code == 422
    assert "faux.pdf" in html
    assert "Rien d'autre n'a été perdu : 1 fichier ici" in html.replace("&#x27;", "'")
    assert [piece.name for piece in Piece.objects.all()] == ["bon.pdf"]
    assert len(stored()) == before + 1


def test_nothing_chosen_is_said(deposit, browser) -> None:
    reply = browser.post(url_of(deposit), {"fin": "1"})
    assert reply.status_code == 422
    assert "Choisissez au moins un fichier" in reply.content.decode()


def test_too_large_in_the_form(consultation, deposit, browser, stored) -> None:
    consultation.max_file_bytes = 1000
    consultation.save()
    before = stored()
    reply = browser.post(url_of(deposit), form(named("gros.pdf", b"%PDF-" + b"x" * 5000)))
    assert reply.status_code == 413
    assert stored() == before


def test_a_form_cut_on_the_way_leaves_nothing(deposit, browser, stored) -> None:
    """Its last field did not come: the last file may be a half."""
    before = stored()
    reply = browser.post(url_of(deposit), {"documents": [named("a.pdf"), named("b.pdf", b"%PDF-b")]})
    assert reply.status_code == 400
    assert "connexion a été coupée" in reply.content.decode()
    assert stored() == before
    assert not Piece.objects.exists()


def test_a_forged_form_leaves_nothing(deposit, person, stored) -> None:
    """The token stands in the same body as the files: what was received is dropped when it is wrong."""
    before = stored()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(url_of(deposit), form(named("a.pdf"))).status_code == 403
    assert stored() == before
    assert not Piece.objects.exists()
    browser.get(url_of(deposit))
    token = browser.cookies["csrftoken"].value
    good = browser.post(url_of(deposit), form(named("a.pdf"), csrfmiddlewaretoken=token))
    assert good.status_code == 302
    assert Piece.objects.count() == 1


def test_a_session_that_ended_leads_to_sign_in_and_back(deposit, stored) -> None:
    before = stored()
    reply = Client().post(url_of(deposit), form(named("a.pdf")))
    assert reply.url == f"{reverse('account_login')}?next={url_of(deposit)}"
    assert stored() == before


def test_findings_of_an_edume_are_shown_once_and_not_kept(deposit, browser) -> None:
    """P7-S7; what a DUME says is part of the bid until the opening."""
    page = url_of(deposit, "dume")
    reply = browser.post(page, form(named("dume.xml", b"<autre>chose</autre>")))
    assert reply.status_code == 200
    html = reply.content.decode()
    assert "À corriger" in html
    assert "n&#x27;est pas un DUME" in html
    piece = Piece.objects.get()
    assert piece.kind == "espd"
    assert "n'est pas un DUME" not in " ".join(piece.warnings)
    later = browser.get(page).content.decode()
    assert "Contrôle du DUME : 1 point à corriger" in later
    assert "n&#x27;est pas un DUME" not in later


def test_a_pdf_is_no_edume(deposit, browser) -> None:
    reply = browser.post(url_of(deposit, "dume"), form(named("dume.pdf")))
    assert reply.status_code == 422
    assert "aux pièces de la candidature" in " ".join(reply.content.decode().split())


def test_an_edume_may_answer_for_the_candidature(consultation, deposit, browser) -> None:
    asked = consultation.required_pieces.filter(envelope="candidature", is_mandatory=True).get()
    browser.post(url_of(deposit, "dume"), form(named("d.xml", b"<a/>"), answers=str(asked.pk)))
    html = browser.get(url_of(deposit)).content.decode()
    assert "présente" in html
    assert "manquante" not in html


def test_the_script_is_told_all_it_needs(consultation, deposit, browser) -> None:
    html = browser.get(url_of(deposit, "offer", 1)).content.decode()
    lot = consultation.lots.first()
    assert f'data-upload-url="{url_of(deposit, "upload")}?envelope=offer&amp;lot={lot.pk}"' in html
    assert f'data-upload-max="{consultation.max_file_bytes}"' in html
    assert 'data-upload-list="#pieces"' in html
    assert 'id="pieces"' in html


def test_a_file_is_removed_or_given_to_another_requirement(consultation, deposit, browser) -> None:
    piece = bids.piece(deposit)
    asked = consultation.required_pieces.filter(envelope="candidature").first()
    page = url_of(deposit)
    assign = reverse("bids:assign_piece", args=[deposit.pk, piece.pk])
    assert browser.post(assign, {f"p{piece.pk.hex[:8]}-answers": str(asked.pk)}).url == page
    assert Piece.objects.get().answers == asked
    assert browser.post(assign, {f"p{piece.pk.hex[:8]}-answers": ""}).url == page
    assert Piece.objects.get().answers is None
    remove = reverse("bids:remove_piece", args=[deposit.pk, piece.pk])
    assert browser.post(remove).url == page
    assert not Piece.objects.exists()
    assert browser.post(remove).url == url_of(deposit, "draft")  # a double click


def test_a_lot_that_was_not_chosen_has_no_page(consultation, company, browser, clock) -> None:
    deposit = bids.draft(consultation, company, lots=[consultation.lots.first()])
    assert browser.get(url_of(deposit, "offer", 2)).status_code == 404


def test_a_simulated_deposit_keeps_nothing(client, stored, db) -> None:
    """P7-S6, P7-S3: for anyone, without a cookie."""
    url = reverse("bids:simulate")
    assert client.get(url).status_code == 200
    before = stored()
    reply = client.post(url, {"files": [named("essai.pdf"), named("essai.csv", b"a;b\n")]})
    html = reply.content.decode()
    assert "Votre poste peut déposer" in html
    assert "essai.pdf" in html
    assert "essai.csv" in html
    assert stored() == before
    assert not Deposit.objects.exists()
    assert not reply.cookies
    assert client.post(url, {}).status_code == 422
    refused = client.post(url, {"files": named("outil.pdf", b"MZ programme")})
    assert refused.status_code == 422
    assert stored() == before
