"""Where a response begins: the profile, an earlier DUME, a file of any version, a buyer's request."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dume.build import write
from dume.models import DumeRequest, DumeResponse, Use
from dume.parse import read
from dume.samples import sample_response
from procurement.audit.models import Entry
from tests.dume.company.conftest import address
from tests.factories import organisations

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def started(client, company, **sent):
    known = set(DumeResponse.objects.values_list("pk", flat=True))
    answer = client.post(reverse("dume:start"), sent)
    assert answer.status_code == 302, answer.content.decode()
    return DumeResponse.objects.exclude(pk__in=known).get(company=company)


def file(data, name="dume.xml"):
    return SimpleUploadedFile(name, data, "text/xml")


def dume_of(row):
    return read(row.xml.encode())


@pytest.mark.parametrize("version", ["1.0.2", "4.1.0"])
def test_a_file_of_any_version_gives_its_answers(person, company, version):
    data = sample_response(now=NOW, version=version, declared=frozenset({"tax-pay"}))
    row = started(person, company, document=file(data))
    dume = dume_of(row)
    assert dume.version == "4.1.0"
    declared = {ground.code: ground.declared for ground in dume.exclusion_grounds}
    assert declared["tax-pay"] is True
    assert declared["corruption"] is False
    assert [one.name for one in dume.representatives] == ["Camille Fictif"]
    assert dume.operator.party.identifier == company.siret
    assert dume.operator.party.name == company.name


def test_an_earlier_dume_is_taken_up_and_journalled(person, company, begun):
    row = started(person, company, earlier=str(begun.pk))
    assert dume_of(row).criteria == dume_of(begun).criteria
    actions = list(
        Entry.objects.filter(subject=str(row.pk)).order_by("sequence").values_list("action", flat=True)
    )
    assert actions == ["dume.response.start", "dume.response.import"]


def test_the_earlier_dume_of_another_company_is_not_offered(person, begun):
    other = organisations.company("Une autre")
    DumeResponse.objects.filter(pk=begun.pk).update(company=other)
    page = person.post(reverse("dume:start"), {"earlier": str(begun.pk)})
    assert DumeResponse.objects.filter(company=other).count() == 1
    assert page.status_code == 302  # without the list, there is nothing to take up
    assert dume_of(DumeResponse.objects.exclude(pk=begun.pk).get()).operator.party.name != other.name


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "DOCTYPE"),
        (b"<facture/>", "n'est pas un DUME"),
        (b"pas du XML", "Il y a un problème"),
    ],
)
def test_a_file_that_is_no_dume_is_refused_in_words(person, company, data, words):
    page = person.post(reverse("dume:start"), {"document": file(data)})
    assert words in page.content.decode().replace("&#x27;", "'")
    assert not DumeResponse.objects.filter(company=company).exists()


def test_answers_without_a_place_are_shown_until_they_are_noted(person, company):
    sample = read(sample_response(now=NOW))
    extra = replace(sample.criteria[-1], uuid="0d62c6ed-f074-4fcf-8e9f-f691351d52ad", code="service-perform")
    data = write(replace(sample, criteria=(*sample.criteria, extra)), now=NOW)
    row = started(person, company, document=file(data))
    assert row.leftovers
    page = person.get(address("tasks", row)).content.decode()
    assert "sans place ici" in page
    assert row.leftovers[0]["reason"] in page.replace("&#x27;", "'")
    for _ in row.leftovers:
        person.post(address("dismiss", row), {"index": "0"})
    row.refresh_from_db()
    assert row.leftovers == []
    person.post(address("dismiss", row), {"index": "7"})


@pytest.fixture
def demand(now):
    """A buyer's published request for two lots."""
    asked = read(sample_response(now=now))
    xml = write(replace(asked, operator=None, representatives=()), now=now).decode()
    return DumeRequest.objects.create(
        number="ABCD2345",
        buyer=organisations.buyer(),
        use=Use.STANDARD,
        reference="2026-001",
        title="Menuiseries",
        xml=xml,
        created_at=now,
        updated_at=now,
        published_at=now,
    )


def test_the_number_of_a_request_brings_its_questions(person, company, demand):
    row = started(person, company, number="abcd 2345")
    assert row.request == demand
    assert row.reference == "2026-001"
    assert row.use == Use.STANDARD
    dume = dume_of(row)
    assert [one.uuid for one in dume.criteria] == [one.uuid for one in dume_of(demand).criteria]
    assert not any(ground.answers for ground in dume.exclusion_grounds)
    page = person.get(address("tasks", row)).content.decode()
    assert "La consultation" not in page
    assert "Condamnations pénales" in page


def test_an_unpublished_or_unknown_number_is_said_so(person, company, demand):
    DumeRequest.objects.update(published_at=None)
    for number in ("ABCD2345", "ZZZZ9999"):
        page = person.post(reverse("dume:start"), {"number": number}).content.decode()
        assert "Aucune consultation de cette plateforme" in page
    assert not DumeResponse.objects.filter(company=company).exists()


def test_the_list_shows_what_was_begun_and_only_that(person, company, begun, client):
    assert begun.number in person.get(reverse("dume:mine")).content.decode()
    stranger = organisations.member(organisations.company("Une autre"))
    client.force_login(stranger)
    assert begun.number not in client.get(reverse("dume:mine")).content.decode()
    for name in ("tasks", "check", "document", "export_xml", "delete"):
        assert client.get(address(name, begun)).status_code == 404
    for name in ("finish", "copy", "dismiss", "delete"):
        assert client.post(address(name, begun)).status_code == 404
    assert client.post(address("step", begun, "entreprise"), {"name": "x"}).status_code == 404
    begun.refresh_from_db()
    assert dume_of(begun).operator.party.name == company.name
