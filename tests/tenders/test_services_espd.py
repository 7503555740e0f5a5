"""The DUME request of a consultation: begun, changed, fitted to the lots, frozen with the publication (R2143-4)."""

import pytest

from dume.model import Kind
from dume.models import DumeRequest
from dume.parse import NotADume, read
from dume.presets import PRESETS
from dume.requesting import demand_of
from dume.samples import sample_response
from dume.services import RequestPublished, change_request, discard_request
from dume.validate import check
from procurement.audit.models import Entry
from procurement.files import services as files
from procurement.organisations.models import Organisation
from tenders import archive, queries
from tenders.espd import content_of, current_of
from tenders.models import Consultation, DocumentKind
from tenders.rules.publication import find_advice
from tenders.services import espd, publication
from tenders.services.drafting import ConsultationPublished, LotFacts
from tenders.services.publication import draft_of, publish_consultation
from tests.factories import tenders
from tests.factories.organisations import actor_of

pytestmark = pytest.mark.django_db


def act(consultation, now, **more):
    return {"consultation_id": consultation.pk, "actor": actor_of(consultation.buyer), "now": now, **more}


def asked(buyer: Organisation, now, preset: str = "simplified", **facts) -> Consultation:
    """A draft with documents and a request."""
    draft = tenders.draft(buyer, documents=["reglement.pdf"], **facts)
    espd.start_from_preset(**act(draft, now, preset=preset))
    return tenders.refreshed(draft)


def codes_of(consultation: Consultation) -> list[str]:
    assert consultation.espd_request is not None
    return [one.code for one in current_of(consultation, consultation.espd_request).request.demands]


def test_a_preset_gives_a_clean_request_with_a_number_and_lines_in_the_journal(buyer, now):
    draft = asked(buyer, now, estimated_value=None)
    request = draft.espd_request
    assert (request.use, request.buyer, len(request.number)) == ("simplified", buyer, 8)
    report = check(request.xml.encode(), expected_reference=draft.reference, expected_buyer=buyer.name)
    assert report.findings == ()
    document = read(request.xml.encode())
    assert (document.kind, document.number, document.id) == (Kind.REQUEST, request.number, str(request.pk))
    assert document.procedure.buyer.identifier == buyer.siret
    assert document.procedure.code == "oth-single"
    actions = list(Entry.objects.order_by("-sequence").values_list("action", flat=True)[:2])
    assert actions == ["tenders.espd.attach", "dume.request.create"]
    assert {line.action for line in queries.list_history(draft)} >= set(actions)


def test_no_number_is_given_twice(buyer, now, monkeypatch):
    taken = asked(buyer, now).espd_request.number
    numbers = iter([taken, taken, "ZZZZ9999"])
    monkeypatch.setattr("dume.queries.new_number", lambda: next(numbers))
    assert asked(buyer, now).espd_request.number == "ZZZZ9999"


def test_the_lots_of_the_consultation_are_those_of_the_request(buyer, now):
    draft = asked(buyer, now, "works", lots=tenders.LOTS, procedure="open")
    content = content_of(draft.espd_request)
    assert [(lot.id, lot.name) for lot in content.procedure.lots] == [
        ("LOT-0001", "Chaussées"),
        ("LOT-0002", "Signalisation"),
    ]
    assert {demand.lots for demand in content.demands} == {("LOT-0001", "LOT-0002")}
    assert content.procedure.code == "open"


def test_the_estimated_value_is_never_written(buyer, now):
    draft = asked(buyer, now, "works", estimated_value=123457)
    assert "123457" not in draft.espd_request.xml


def test_a_preset_that_does_not_exist_is_refused(buyer, now):
    with pytest.raises(espd.UnknownPreset):
        espd.start_from_preset(**act(tenders.draft(buyer), now, preset="absent"))
    assert not DumeRequest.objects.exists()


def test_begun_again_it_keeps_its_number(buyer, now):
    draft = asked(buyer, now)
    espd.start_from_preset(**act(draft, now, preset="works"))
    again = tenders.refreshed(draft).espd_request
    assert (again.number, again.use) == (draft.espd_request.number, "standard")


def test_an_earlier_request_is_copied_and_fitted_to_these_lots(buyer, now):
    source = asked(buyer, now, "works", lots=tenders.LOTS)
    demand = demand_of("qualification", ["LOT-0002"], ["Un permis fictif"])
    espd.set_demand(**act(source, now, demand=demand, position=None))
    draft = tenders.draft(buyer)
    request, lost = espd.start_from_earlier(**act(draft, now, request_id=source.espd_request.pk))
    assert request.number != source.espd_request.number
    assert ["ses lots n'existent plus" in one for one in lost] == [True]
    assert {one.lots for one in content_of(request).demands} == {("LOT-0000",)}
    assert Entry.objects.get(action="dume.request.create", subject=str(request.pk)).data["origin"] == (
        f"request:{source.espd_request.number}"
    )


def test_the_request_of_another_buyer_cannot_be_copied(buyer, other_buyer, now):
    source = asked(other_buyer, now)
    with pytest.raises(DumeRequest.DoesNotExist):
        espd.start_from_earlier(**act(tenders.draft(buyer), now, request_id=source.espd_request.pk))


def test_a_file_is_imported_with_its_criteria_and_not_its_procedure(buyer, now):
    source = asked(buyer, now, "works", title="Une autre consultation")
    draft = tenders.draft(buyer)
    request, lost = espd.start_from_file(**act(draft, now, data=source.espd_request.xml.encode()))
    assert lost == []
    content = content_of(request)
    assert content.procedure.title == draft.title
    assert [one.code for one in content.demands] == sorted(
        (code for code, _ in PRESETS["works"].asked), key=codes_of(source).index
    )


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    [
        "2.1.1/samples/edm/BASIC-ESPDRequest-2.1.1.xml",
        "3.3.0/samples/ESPD-Request.xml",
        "4.1.0/samples/ESPD-Request.xml",
    ],
)
def test_requests_of_other_versions_become_clean_ones_of_4_1_0(shared_data, buyer, now, name):
    draft = tenders.draft(buyer, lots=tenders.LOTS)
    data = (shared_data / "dume" / name).read_bytes()
    request, lost = espd.start_from_file(**act(draft, now, data=data))
    assert any("Autre exigence économique ou financière" in sentence for sentence in lost)
    assert any("500000" in sentence for sentence in lost) == (not name.startswith("2.1.1"))
    assert {"gen-year-to", "work-perform"} <= set(codes_of(tenders.refreshed(draft)))
    assert [one.rule for one in check(request.xml.encode()).findings] == []


def test_a_response_or_another_file_is_not_imported(buyer, now):
    draft = tenders.draft(buyer)
    with pytest.raises(espd.NotARequest):
        espd.start_from_file(**act(draft, now, data=sample_response(now=now)))
    with pytest.raises(NotADume):
        espd.start_from_file(**act(draft, now, data=b"<autre/>"))
    assert tenders.refreshed(draft).espd_request is None


def test_criteria_are_added_changed_and_removed_by_position(buyer, now):
    draft = asked(buyer, now)
    demand = demand_of("tech-equip", ["LOT-0000"], ["Une grue"])
    espd.set_demand(**act(draft, now, demand=demand, position=None))
    draft = tenders.refreshed(draft)
    assert codes_of(draft) == ["gen-year-to", "tech-equip", "year-manpower"]
    assert draft.espd_request.use == "standard"
    other = demand_of("tech-equip", ["LOT-0000"], ["Deux grues"])
    espd.set_demand(**act(draft, now, demand=other, position=1))
    assert other in content_of(tenders.refreshed(draft).espd_request).demands
    with pytest.raises(espd.CriterionMoved):
        espd.set_demand(**act(draft, now, demand=other, position=0))
    with pytest.raises(espd.CriterionMoved):
        espd.remove_demand(**act(draft, now, code="tech-equip", position=9))
    espd.remove_demand(**act(draft, now, code="tech-equip", position=1))
    draft = tenders.refreshed(draft)
    assert codes_of(draft) == ["gen-year-to", "year-manpower"]
    assert draft.espd_request.use == "simplified"


def test_national_grounds_are_worded_by_the_buyer_and_given_back(buyer, now):
    draft = asked(buyer, now)
    espd.set_national_grounds(**act(draft, now, text="Rappel."))
    assert content_of(tenders.refreshed(draft).espd_request).national == "Rappel."
    espd.set_national_grounds(**act(draft, now, text=""))
    assert content_of(tenders.refreshed(draft).espd_request).national == ""


def test_dropped_it_leaves_the_consultation_and_a_line(buyer, now):
    draft = asked(buyer, now)
    espd.drop_request(**act(draft, now))
    assert tenders.refreshed(draft).espd_request is None
    assert not DumeRequest.objects.exists()
    assert Entry.objects.filter(action="tenders.espd.drop", subject=str(draft.pk)).exists()
    with pytest.raises(espd.NoRequest):
        espd.drop_request(**act(draft, now))


def test_it_follows_the_consultation_while_it_is_a_draft(buyer, now):
    draft = asked(buyer, now, lots=tenders.LOTS)
    demand = demand_of("tech-equip", ["LOT-0002"], ["Une grue"])
    espd.set_demand(**act(draft, now, demand=demand, position=None))
    restated = tenders.restated(draft, title="Nouvel intitulé", lots=(LotFacts(1, "Chaussées"),))
    current = current_of(restated, restated.espd_request)
    assert current.lost == (demand,)
    assert current.request.procedure.title == "Nouvel intitulé"
    assert {one.lots for one in current.request.demands} == {("LOT-0000",)}
    (advice,) = [one for one in find_advice(draft_of(restated), now) if one.step == "espd"]
    assert "ses lots n'existent plus" in advice.text


def test_what_a_request_lacks_is_told_and_forbids_nothing(buyer, now):
    draft = asked(buyer, now, estimated_value=10000)
    demand = demand_of("gen-year-to", ["LOT-0000"], ["3", "", "50000"])
    espd.set_demand(**act(draft, now, demand=demand, position=0))
    draft = tenders.refreshed(draft)
    (advice,) = [one for one in find_advice(draft_of(draft), now) if one.step == "espd"]
    assert "R2142-7" in advice.text
    assert publish_consultation(**act(draft, now)).espd_request.published_at == now


def test_publication_freezes_the_request_and_attaches_its_xml(buyer, now):
    draft = tenders.restated(asked(buyer, now, "works", title="Ancien"), title="Nouveau")
    published = tenders.refreshed(publish_consultation(**act(draft, now)))
    request = queries.find_published_espd(published)
    assert request.published_at == now
    assert request.title == "Nouveau"
    (document,) = [one for one in published.documents.all() if one.kind == DocumentKind.ESPD]
    assert document.file.name == f"dume-acheteur-{request.number}.xml"
    data = b"".join(files.read_chunks(document.file))
    assert data == request.xml.encode()
    assert check(data, expected_reference=published.reference).findings == ()
    names = [name for name, _ in archive.entries_of(list(published.documents.all()))]
    assert document.file.name in names
    assert document.file.sha256 in Entry.objects.last().data["documents"]


def test_once_published_it_never_changes(buyer, now):
    published = publish_consultation(**act(asked(buyer, now), now))
    request = published.espd_request
    with pytest.raises(ConsultationPublished):
        espd.drop_request(**act(published, now))
    actor = actor_of(buyer)
    with pytest.raises(RequestPublished):
        change_request(request_id=request.pk, content=content_of(request), actor=actor, now=now)
    with pytest.raises(RequestPublished):
        discard_request(request_id=request.pk, actor=actor, now=now)


def test_without_a_request_publication_is_as_before(buyer, now):
    published = tenders.published(buyer)
    assert queries.find_published_espd(published) is None
    assert [one.kind for one in published.documents.all()] == [DocumentKind.RULES]


def test_a_publication_that_fails_leaves_the_request_a_draft(buyer, now, monkeypatch):
    draft = asked(buyer, now)

    def broken(*_arguments, **_facts):
        raise RuntimeError

    monkeypatch.setattr(publication, "journal", broken)
    with pytest.raises(RuntimeError):
        publish_consultation(**act(draft, now))
    after = tenders.refreshed(draft)
    assert (after.state, after.espd_request.published_at) == ("draft", None)
    assert [one.kind for one in after.documents.all()] == [DocumentKind.RULES]
