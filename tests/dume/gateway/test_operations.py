"""Each operation, end to end: our gateway, HTTPS with both certificates, a service that checks what it is asked."""

import base64
from dataclasses import replace

import pytest

from dume.gateway.exchanged import Attachment, Consultation, Format, Found, Platform, Requester, Scope, State
from dume.gateway.operations import Offline
from dume.gateway.refusals import RequestRefused, ServiceFailed, ServiceNotConnected
from dume.gateway.wording import Api
from dume.model import Kind
from dume.samples import SIRET
from dume.sniff import recognise
from tests.dume.gateway.national_service import PLATFORM_ID, TECHNICAL_ID
from tests.dume.gateway.said import BUYER, COMPANY, SCHOOL, XML


def test_a_request_is_saved_with_who_asks_and_for_what(gateway, memory):
    number = gateway.save_request(xml=XML, requester=BUYER, consultation=SCHOOL)
    assert memory.requests[number].xml == XML
    ((api, body),) = memory.asked
    assert api == "dumeA"
    assert body == {
        "operation": "enregistrerDume",
        "typeIdPlateforme": "1",
        "idPlateforme": PLATFORM_ID,
        "idTechniquePlateforme": TECHNICAL_ID,
        "rsDemandeur": "Commune de Valfictif",
        "idDemandeur": "99999900600029",
        "idConsultation": "K7WZ4MQ2",
        "refFonctionnelleConsultation": "2026-001 Menuiseries de l'école",
        "numeroLot": "002",
        "siretAcheteur": "99999900600029",
        "dumeA": base64.b64encode(XML).decode(),
        "statut": "VALIDE",
    }


def test_a_draft_is_replaced_and_a_validated_request_is_not(gateway, memory):
    saved = {"requester": BUYER, "consultation": SCHOOL}
    number = gateway.save_request(xml=b"<brouillon/>", state=State.DRAFT, **saved)
    assert gateway.save_request(xml=XML, number=number, **saved) == number
    assert memory.requests[number].xml == XML
    with pytest.raises(RequestRefused, match="ne peut plus être modifié"):
        gateway.save_request(xml=b"<autre/>", number=number, **saved)
    assert memory.requests[number].xml == XML


def test_a_simplified_request_is_created(gateway, memory):
    number = gateway.create_simple(requester=BUYER, consultation=SCHOOL)
    assert memory.requests[number].fields["operation"] == "creerDumeSimple"


def test_requests_are_found_by_their_consultation_and_lot(gateway):
    first = gateway.save_request(xml=XML, requester=BUYER, consultation=SCHOOL)
    gateway.save_request(xml=XML, requester=BUYER, consultation=replace(SCHOOL, lot=3))
    found = gateway.search(kind=Kind.REQUEST, requester=BUYER, consultation=replace(SCHOOL, reference=""))
    assert found == [Found(number=first, consultation_id="K7WZ4MQ2", state="VALIDE")]
    assert (
        len(gateway.search(kind=Kind.REQUEST, requester=BUYER, consultation=Consultation(id=SCHOOL.id))) == 2
    )
    assert gateway.search(kind=Kind.RESPONSE, requester=BUYER, consultation=SCHOOL) == []


def test_the_blank_model_of_each_kind_is_fetched(gateway, memory):
    assert gateway.fetch_model(kind=Kind.REQUEST) == b"<modele/>"
    assert recognise(gateway.fetch_model(kind=Kind.RESPONSE)).kind is Kind.RESPONSE
    assert [api for api, _ in memory.asked] == ["dumeA", "dumeOE"]


@pytest.mark.parametrize(
    ("form", "begins"), [(Format.PDF, b"%PDF-"), (Format.XML, XML), (Format.HTML, b"<!doctype html>")]
)
def test_a_document_is_fetched_in_each_format_by_number_or_xml(gateway, form, begins):
    number = gateway.save_request(xml=XML, requester=BUYER, consultation=SCHOOL)
    for source in (number, XML):
        found = gateway.fetch_formatted(kind=Kind.REQUEST, source=source, form=form)
        assert found.startswith(begins)


def test_a_request_is_merged_with_what_is_known_of_the_company(gateway, memory):
    number = gateway.save_request(xml=XML, requester=BUYER, consultation=SCHOOL)
    for source in (number, XML):
        found = gateway.merge_with_company(source=source, siret=SIRET, requester=COMPANY, scope=Scope.ALL)
        assert recognise(found).kind is Kind.RESPONSE
        assert b"Menuiserie Imaginaire" in found
    assert {body["typeDonnees"] for _, body in memory.asked[1:]} == {"2"}


def test_a_response_is_created_from_a_siret(gateway, memory):
    created = gateway.create_response(siret=SIRET, requester=COMPANY, consultation=SCHOOL)
    assert memory.responses[created.number].xml == created.xml
    assert memory.responses[created.number].fields["typeDonnees"] == "1"
    assert SIRET.encode() in created.xml


def test_a_response_is_downloaded_with_its_attachments(gateway, memory):
    created = gateway.create_response(siret=SIRET, requester=COMPANY, consultation=SCHOOL)
    memory.attachments[created.number] = [("attestation.pdf", b"%PDF-1"), ("..\\..//etc/passwd", b"\0\xff")]
    package = gateway.download_with_attachments(number=created.number, requester=BUYER)
    assert package.xml == created.xml
    assert package.attachments == (
        Attachment(name="attestation.pdf", content=b"%PDF-1"),
        Attachment(name="passwd", content=b"\0\xff"),
    )


def test_the_vetted_labels_are_fetched_in_both_languages(gateway):
    assert gateway.fetch_labels()["eo.sme"] == "Est-ce une PME ?"
    assert gateway.fetch_labels(language="en")["eo.sme"] == "Is it an SME?"


def test_the_service_says_how_it_is(gateway, memory):
    gateway.check_health()
    assert [api for api, _ in memory.asked] == list(Api)
    memory.fault = "ill"
    with pytest.raises(ServiceFailed, match="hors d'état"):
        gateway.check_health()


# --- What it refuses -------------------------------------------------------------------------------------------
def test_a_refusal_of_the_service_is_told_with_its_code(gateway):
    with pytest.raises(RequestRefused) as refused:
        gateway.merge_with_company(source="INCONNU1", siret=SIRET, requester=COMPANY)
    assert "numéro de DUME est inconnu" in str(refused.value)
    assert refused.value.context == {"service_code": "DUME_01"}
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("platform", "reason"),
    [
        ({"id": "123"}, "n'est pas celui de son type"),
        ({"id": ""}, "idPlateforme est obligatoire"),
        ({"technical_id": "AUTRE"}, "n'est pas raccordée"),
    ],
)
def test_a_platform_that_is_not_known_there_is_refused(gateway, platform, reason):
    known = Platform(id=PLATFORM_ID, technical_id=TECHNICAL_ID)
    with pytest.raises(RequestRefused, match=reason):
        replace(gateway, platform=replace(known, **platform)).check_health()


def test_a_requester_without_a_siret_is_refused_and_a_long_name_is_cut(gateway):
    with pytest.raises(RequestRefused, match="idDemandeur est obligatoire"):
        gateway.create_simple(requester=Requester(name="X", siret=""), consultation=SCHOOL)
    assert gateway.create_simple(requester=replace(BUYER, name="Syndicat " * 20), consultation=SCHOOL)


# --- Without it ------------------------------------------------------------------------------------------------
def test_offline_every_operation_is_refused_and_nothing_is_sent(memory):
    offline = Offline()
    given = {"requester": BUYER, "consultation": SCHOOL}
    operations = [
        lambda: offline.save_request(xml=XML, **given),
        lambda: offline.create_simple(**given),
        lambda: offline.search(kind=Kind.REQUEST, **given),
        lambda: offline.fetch_model(kind=Kind.REQUEST),
        lambda: offline.fetch_formatted(kind=Kind.REQUEST, source=XML, form=Format.PDF),
        lambda: offline.merge_with_company(source=XML, siret=SIRET, requester=COMPANY),
        lambda: offline.create_response(siret=SIRET, **given),
        lambda: offline.download_with_attachments(number="K7WZ4MQ2", requester=BUYER),
        offline.fetch_labels,
        offline.check_health,
    ]
    for operation in operations:
        with pytest.raises(ServiceNotConnected, match="n'est pas raccordé"):
            operation()
    assert not offline.is_connected
    assert memory.asked == []
