"""A group: each company fills in its own DUME, the lead sees what is missing across the set."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dume.models import DumeResponse, GroupMember
from dume.parse import read
from dume.samples import sample_response
from dume.services import groups
from procurement.audit.models import Entry
from tests.dume.company.conftest import address
from tests.factories import organisations

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def partner():
    return organisations.company("Toitures Imaginaires")


@pytest.fixture
def partner_client(partner, client_of):
    return client_of(organisations.member(partner))


@pytest.fixture
def client_of():
    def sign_in(user):
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def named(person, begun, partner) -> GroupMember:
    sent = {"siret": partner.siret, "name": partner.name, "role": "group-mem"}
    assert person.post(address("group", begun), sent).status_code == 302
    return GroupMember.objects.get(lead=begun)


def test_a_member_of_the_platform_is_invited_and_begins_its_own(
    person, begun, named, partner, partner_client
):
    assert "Groupements qui vous attendent" in partner_client.get(reverse("dume:mine")).content.decode()
    assert "Pas commencé" in person.get(address("group", begun)).content.decode()
    answer = partner_client.post(reverse("dume:join", args=[named.pk]))
    row = DumeResponse.objects.get(company=partner)
    assert str(row.pk) in answer.url
    dume = read(row.xml.encode())
    assert (dume.operator.role, dume.operator.party.name) == ("group-mem", partner.name)
    assert "qu&#x27;une fois le DUME terminé" in partner_client.get(
        address("tasks", row)
    ).content.decode().replace("'", "&#x27;")
    assert "Groupements qui vous attendent" not in partner_client.get(reverse("dume:mine")).content.decode()


def test_the_lead_sees_what_is_missing_and_reads_only_what_is_finished(
    person, begun, named, partner, partner_client
):
    partner_client.post(reverse("dume:join", args=[named.pk]))
    row = DumeResponse.objects.get(company=partner)
    page = person.get(address("group", begun)).content.decode()
    assert "Il manque" in page
    assert "Motifs d&#x27;exclusion" in page or "Motifs d'exclusion" in page
    reading = reverse("dume:read_member", args=[named.pk])
    assert person.get(reading).status_code == 404
    assert person.get(address("tasks", row)).status_code == 404
    partner_client.post(address("finish", row))
    assert partner.name in person.get(reading).content.decode()
    assert person.get(address("tasks", row)).status_code == 404


def test_differences_and_declared_grounds_are_told_once_finished(
    person, begun, named, partner, partner_client
):
    partner_client.post(reverse("dume:join", args=[named.pk]))
    row = DumeResponse.objects.get(company=partner)
    partner_client.post(
        address("step", row, "consultation"), {"reference": "AUTRE", "title": "T", "buyer": "B", "lots": "2"}
    )
    assert "AUTRE" not in person.get(address("group", begun)).content.decode()
    partner_client.post(address("finish", row))
    page = person.get(address("group", begun)).content.decode()
    assert "AUTRE" in page
    assert "vous pour le marché entier" in page


def test_a_document_of_a_member_outside_the_platform_is_brought_by_the_lead(person, begun, company):
    siret = organisations.fictional_siret()
    person.post(address("group", begun), {"siret": siret, "name": "Vitres Imaginaires", "role": "subcont"})
    member = GroupMember.objects.get(lead=begun)
    data = sample_response(now=NOW, version="1.0.2", declared=frozenset({"tax-pay"}))
    file = SimpleUploadedFile("dume.xml", data, "text/xml")
    field = f"{member.pk.hex[:8]}-document"
    person.post(reverse("dume:bring", args=[member.pk]), {field: file})
    member.refresh_from_db()
    dume = read(member.response.xml.encode())
    assert (dume.operator.party.name, dume.operator.party.identifier) == ("Vitres Imaginaires", siret)
    assert dume.operator.role == "subcont"
    page = person.get(address("group", begun)).content.decode()
    assert "Apporté par vous" in page or "Terminé, incomplet" in page
    assert "motif d'exclusion déclaré" in page.replace("&#x27;", "'")
    assert person.get(reverse("dume:read_member", args=[member.pk])).status_code == 200
    assert str(member.response_id) not in person.get(reverse("dume:mine")).content.decode()
    actions = (
        Entry.objects.filter(subject=str(begun.pk)).order_by("sequence").values_list("action", flat=True)
    )
    assert list(actions)[-2:] == ["dume.member.add", "dume.member.bring"]


def test_a_hostile_document_is_refused_and_nothing_is_linked(person, begun, named):
    field = f"{named.pk.hex[:8]}-document"
    file = SimpleUploadedFile("dume.xml", b"<!DOCTYPE a><a/>", "text/xml")
    page = person.post(reverse("dume:bring", args=[named.pk]), {field: file}, follow=True)
    assert "DOCTYPE" in page.content.decode()
    named.refresh_from_db()
    assert named.response is None


@pytest.mark.parametrize("which", ["twice", "own", "wrong"])
def test_members_have_a_siret_of_their_own_once(person, begun, named, company, partner, which):
    siret = {"twice": partner.siret, "own": company.siret, "wrong": "123"}[which]
    page = person.post(address("group", begun), {"siret": siret, "name": "X", "role": "oeron"})
    assert "Il y a un problème" in page.content.decode()
    assert begun.members.count() == 1


def test_who_leaves_keeps_what_it_wrote(person, begun, named, partner, partner_client):
    partner_client.post(reverse("dume:join", args=[named.pk]))
    person.post(reverse("dume:remove_member", args=[named.pk]))
    assert not begun.members.exists()
    assert DumeResponse.objects.filter(company=partner).exists()


def test_a_lead_with_members_at_work_is_not_deleted(person, begun, named, partner_client):
    partner_client.post(reverse("dume:join", args=[named.pk]))
    person.post(address("delete", begun), {"confirm": "on"})
    assert DumeResponse.objects.filter(pk=begun.pk).exists()


def test_an_invitation_is_for_the_company_of_that_siret_only(named, client_of):
    stranger = client_of(organisations.member(organisations.company("Une autre")))
    assert stranger.post(reverse("dume:join", args=[named.pk])).status_code == 404
    for name in ("bring", "remove_member"):
        assert stranger.post(reverse(f"dume:{name}", args=[named.pk])).status_code == 404


def test_a_group_has_a_bounded_number_of_members(person, begun, monkeypatch):
    monkeypatch.setattr(groups, "MOST_MEMBERS", 1)
    for name in ("Vitres Imaginaires", "Toitures Imaginaires"):
        sent = {"siret": organisations.fictional_siret(), "name": name, "role": "subcont"}
        page = person.post(address("group", begun), sent, follow=True).content.decode()
    assert "cinquante membres au plus" in page
    assert begun.members.get().name == "Vitres Imaginaires"
