"""The DUME filled in on the platform, from the deposit and back into it (P7-B4, R2143-4)."""

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Piece
from bids.states import PieceKind
from dume.models import DumeResponse
from dume.parse import read
from procurement.audit.models import Entry
from procurement.files import services as files
from tests.factories import bids as deposits
from tests.factories import openings, organisations, tenders

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return deposits.draft(tenders.published())


@pytest.fixture
def bidder(draft):
    client = Client()
    client.force_login(organisations.member(draft.company, full_name="Camille Fictif"))
    return client


def begin(bidder, draft) -> DumeResponse:
    answer = bidder.post(reverse("bids:fill_dume", args=[draft.pk]))
    row = DumeResponse.objects.get(company=draft.company)
    assert str(row.pk) in answer.url
    return row


def join(bidder, draft, row):
    return bidder.post(reverse("bids:attach_dume", args=[draft.pk, row.pk]), follow=True)


def place(bidder, draft) -> str:
    return bidder.get(reverse("bids:dume", args=[draft.pk])).content.decode().replace("&#x27;", "'")


def test_it_begins_with_the_consultation_and_the_lots_of_the_deposit(bidder, draft):
    row = begin(bidder, draft)
    consultation = draft.consultation
    assert (row.reference, row.title) == (consultation.reference, consultation.title)
    assert row.buyer_name == consultation.buyer.name
    assert f"Votre DUME n° {row.number}, commencé" in place(bidder, draft)


def test_one_click_joins_it_encrypted_and_a_new_version_takes_its_place(bidder, draft):
    row = begin(bidder, draft)
    page = join(bidder, draft, row).content.decode()
    assert "est joint sans être terminé" in page
    piece = Piece.objects.get(deposit=draft, kind=PieceKind.ESPD)
    assert piece.name == f"DUME-{row.number}.xml"
    assert files.read_all(piece.cipher, max_bytes=10**6).startswith(b"age-encryption.org/v1")
    assert "Cette version est jointe" in place(bidder, draft)
    bidder.post(reverse("dume:step", args=[row.pk, "entreprise"]), {"size": "micro"})
    assert "la joindre de nouveau la remplace" in place(bidder, draft)
    assert "remplace la version jointe avant" in join(bidder, draft, row).content.decode()
    assert Piece.objects.get(deposit=draft, kind=PieceKind.ESPD).clear_sha256 != piece.clear_sha256
    join(bidder, draft, row)
    assert Piece.objects.filter(deposit=draft).count() == 1
    last = Entry.objects.filter(subject=str(draft.pk)).order_by("-sequence")[0]
    assert (last.action, last.data["number"]) == ("bids.dume.attach", row.number)


def test_finished_members_come_with_their_lead(bidder, draft):
    row = begin(bidder, draft)
    partner = organisations.company("Toitures Imaginaires")
    bidder.post(
        reverse("dume:group", args=[row.pk]),
        {"siret": partner.siret, "name": partner.name, "role": "group-mem"},
    )
    other = Client()
    other.force_login(organisations.member(partner))
    other.post(reverse("dume:join", args=[row.members.get().pk]))
    theirs = DumeResponse.objects.get(company=partner)
    join(bidder, draft, row)
    assert Piece.objects.filter(deposit=draft).count() == 1
    other.post(reverse("dume:finish", args=[theirs.pk]))
    join(bidder, draft, row)
    names = set(Piece.objects.filter(deposit=draft).values_list("name", flat=True))
    assert names == {f"DUME-{row.number}.xml", f"DUME-{theirs.number}.xml"}


def test_the_dume_leads_back_to_its_deposit(bidder, draft):
    row = begin(bidder, draft)
    way = reverse("bids:deposit_of_dume", args=[row.pk])
    assert bidder.get(way).url == reverse("bids:dume", args=[draft.pk])
    DumeResponse.objects.filter(pk=row.pk).update(reference="ailleurs")
    assert bidder.get(way).url == reverse("bids:mine")


def test_the_answers_of_an_earlier_dume_are_taken_up(bidder, draft):
    row = begin(bidder, draft)
    bidder.post(reverse("dume:step", args=[row.pk, "exclusion"]), {"aucun": "on"})
    bidder.post(reverse("bids:fill_dume", args=[draft.pk]), {"earlier": str(row.pk)})
    other = DumeResponse.objects.exclude(pk=row.pk).get(company=draft.company)
    grounds = read(other.xml.encode()).exclusion_grounds
    assert {ground.declared for ground in grounds} == {False}


def test_a_dume_that_is_not_offered_is_told_and_nothing_begins(bidder, draft):
    stranger = "6b1c2a2e-6f0e-4b5b-9a39-2a5f3d1d7c11"
    begin(bidder, draft)
    page = bidder.post(reverse("bids:fill_dume", args=[draft.pk]), {"earlier": stranger}, follow=True)
    assert "alert-danger" in page.content.decode()
    assert DumeResponse.objects.count() == 1


def test_another_company_joins_neither_into_this_deposit_nor_this_dume(bidder, draft):
    row = begin(bidder, draft)
    stranger = Client()
    stranger.force_login(organisations.member(organisations.company("Une autre")))
    assert stranger.post(reverse("bids:attach_dume", args=[draft.pk, row.pk])).status_code == 404
    assert stranger.post(reverse("bids:fill_dume", args=[draft.pk])).status_code == 404
    assert stranger.get(reverse("bids:deposit_of_dume", args=[row.pk])).status_code == 404


def test_the_buyer_reads_after_the_opening_what_the_company_answered(bidder, draft):
    row = begin(bidder, draft)
    exclusion = reverse("dume:step", args=[row.pk, "exclusion"])
    bidder.post(exclusion, {"aucun": "on"})
    join(bidder, draft, row)
    for lot in draft.lots.all():
        deposits.piece(draft, "offre.pdf", lot=lot)
    deposits.seal(draft)
    openings.opened(draft.consultation)
    piece = Piece.objects.get(deposit=draft, kind=PieceKind.ESPD)
    reader = Client()
    reader.force_login(organisations.member(draft.consultation.buyer))
    address = reverse("bids:espd", args=[draft.consultation_id, piece.pk])
    page = reader.get(address).content.decode().replace("&#x27;", "'")
    assert draft.company.name in page
    assert "Aucun motif d'exclusion déclaré" in page
    assert read(files.read_all(piece.clear, max_bytes=10**6)).number == row.number


def test_the_pages_of_a_deposit_do_not_read_what_the_buyer_asks(bidder, draft, django_assert_max_num_queries):
    """Up to megabytes of XML, which each file that is sent would read again."""
    with django_assert_max_num_queries(40) as captured:
        assert bidder.get(reverse("bids:dume", args=[draft.pk])).status_code == 200
        assert bidder.get(reverse("bids:candidature", args=[draft.pk])).status_code == 200
    asked = [one["sql"] for one in captured.captured_queries if "dume_dumerequest" in one["sql"]]
    assert asked
    assert not any('"dume_dumerequest"."xml"' in sql for sql in asked)
