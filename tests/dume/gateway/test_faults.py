"""A service that misbehaves: each fault has its French refusal, what was sent is not lost, nothing secret is logged."""

import base64
from dataclasses import replace
from time import monotonic

import pytest

from dume.gateway.exchanged import Format
from dume.gateway.refusals import AnswerUnreadable, RequestRefused, ServiceFailed
from dume.gateway.sending import send
from dume.model import Kind
from dume.samples import SIRET
from procurement.network.connections import Identity
from tests.dume.gateway.national_service import PLATFORM_ID, TECHNICAL_ID, serving
from tests.dume.gateway.said import BUYER, COMPANY, SCHOOL, XML

HOSTILE = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("fault", "refusal", "reason"),
    [
        ("error", ServiceFailed, "code 500"),
        ("elsewhere", ServiceFailed, "code 307"),
        ("cut", ServiceFailed, "a coupé sa réponse"),
        ("huge", ServiceFailed, "plus d'octets que permis"),
        ("lost", ServiceFailed, "n'a pas répondu"),
        ("garbage", AnswerUnreadable, "n'est pas lisible"),
        ("deep", AnswerUnreadable, "n'est pas lisible"),
    ],
)
def test_a_fault_is_told_and_the_same_request_can_be_sent_again(gateway, memory, fault, refusal, reason):
    memory.fault = fault
    with pytest.raises(refusal, match=reason) as refused:
        gateway.check_health()
    assert type(refused.value) is refusal
    assert refused.value.status == 502
    memory.fault = ""
    number = gateway.save_request(xml=XML, requester=BUYER, consultation=SCHOOL)
    assert memory.requests[number].xml == XML


def test_a_slow_service_is_left_when_the_time_is_over(gateway, memory):
    memory.fault, begins = "slow", monotonic()
    with pytest.raises(ServiceFailed, match="temps imparti"):
        replace(gateway, timeout=0.3).check_health()
    assert monotonic() - begins < 3


def test_a_service_that_is_down_is_told(gateway, papers):
    with serving(papers) as (url, _):
        pass
    with pytest.raises(ServiceFailed, match="n'a pas répondu"):
        replace(gateway, url=url).check_health()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "OK",
        {},
        {"response": None},
        {"response": {"messageList": "ERREUR"}},
        {"response": {"messageList": ["ERREUR"]}},
        {"response": {"idDume": 12345678}},
        {"response": {"idDume": ""}},
        {"response": {"idDume": None, "dumeA": "PGEvPg=="}},
    ],
)
def test_an_answer_without_what_was_asked_for_is_unreadable(gateway, memory, answer):
    memory.fault, memory.answer = "given", answer
    with pytest.raises(AnswerUnreadable):
        gateway.create_simple(requester=BUYER, consultation=SCHOOL)


@pytest.mark.parametrize(
    "document",
    ["", "%%%", "é", coded(b""), coded(b"<a>"), coded(b"GIF89a"), coded(HOSTILE), coded(b"<a>" * 500)],
)
def test_an_xml_that_is_broken_or_hostile_is_not_taken(gateway, memory, document):
    memory.fault, memory.answer = "given", {"response": {"dumeA": document, "dumeOE": document}}
    with pytest.raises(AnswerUnreadable):
        gateway.fetch_model(kind=Kind.REQUEST)
    with pytest.raises(AnswerUnreadable):
        gateway.merge_with_company(source=XML, siret=SIRET, requester=COMPANY)


def test_a_pdf_that_is_none_is_not_taken(gateway, memory):
    memory.fault, memory.answer = "given", {"response": {"dumeA": coded(b"<html>")}}
    with pytest.raises(AnswerUnreadable):
        gateway.fetch_formatted(kind=Kind.REQUEST, source=XML, form=Format.PDF)


@pytest.mark.parametrize("listed", [{}, [1], [{"idDume": 1}], [{}]])
def test_a_list_of_something_else_is_not_taken(gateway, memory, listed):
    memory.fault, memory.answer = "given", {"response": {"listeDume": listed}}
    if listed == {}:
        assert gateway.search(kind=Kind.REQUEST, requester=BUYER, consultation=SCHOOL) == []
        return
    with pytest.raises(AnswerUnreadable):
        gateway.search(kind=Kind.REQUEST, requester=BUYER, consultation=SCHOOL)


def test_the_words_of_a_refusal_are_cut_and_made_of_one_line(gateway, memory):
    message = {"type": "ERREUR", "code": ["X", "\x1b[31m"], "message": "non\n\r\u202e" + "a" * 5000}
    memory.fault, memory.answer = "given", {"response": {"messageList": [message]}}
    with pytest.raises(RequestRefused) as refused:
        gateway.check_health()
    assert len(str(refused.value)) < 700
    assert str(refused.value).replace("\u00a0", " ").isprintable()


# --- Certificates ----------------------------------------------------------------------------------------------
def test_a_service_that_cannot_prove_its_name_is_told_nothing(gateway, papers):
    with serving(papers, "other") as (url, memory):
        with pytest.raises(ServiceFailed, match="prouver son identité"):
            replace(gateway, url=url).save_request(xml=XML, requester=BUYER, consultation=SCHOOL)
        assert memory.asked == []


def test_a_service_of_an_unknown_authority_is_told_nothing(gateway, memory, papers):
    unknowing = Identity(certificate=papers.certificate("platform"), key=papers.key("platform"))
    with pytest.raises(ServiceFailed, match="prouver son identité"):
        replace(gateway, identity=unknowing).check_health()
    assert memory.asked == []


@pytest.mark.parametrize("name", [None, "stranger"])
def test_without_a_certificate_that_the_service_knows_nothing_is_done(gateway, memory, papers, name):
    identity = Identity(
        certificate=papers.certificate(name) if name else None,
        key=papers.key(name) if name else None,
        authorities=papers.root,
    )
    with pytest.raises(ServiceFailed, match="a refusé la plateforme"):
        replace(gateway, identity=identity).save_request(xml=XML, requester=BUYER, consultation=SCHOOL)
    assert (memory.asked, memory.requests) == ([], {})


# --- What the log says -----------------------------------------------------------------------------------------
def test_the_log_names_the_operation_and_neither_people_nor_keys_nor_documents(
    gateway, memory, caplog, papers
):
    caplog.set_level("DEBUG")
    secret = replace(gateway, url=gateway.url + "/cle-s3cret")
    for fault in ("error", "garbage"):
        memory.fault = fault
        with pytest.raises(ServiceFailed):
            secret.save_request(xml=XML, requester=BUYER, consultation=SCHOOL)
    memory.fault = ""
    with pytest.raises(RequestRefused):
        gateway.merge_with_company(source="INCONNU1", siret=SIRET, requester=COMPANY)
    said = caplog.text
    assert said.count("enregistrerDume") == 2
    assert "DUME_01" in said
    kept_quiet = [
        coded(XML)[:20],
        "s3cret",
        "Menuiserie",
        "Valfictif",
        SIRET,
        PLATFORM_ID,
        TECHNICAL_ID,
        "INCONNU1",
    ]
    assert [word for word in [*kept_quiet, str(papers.folder)] if word in said] == []


# --- Sending ---------------------------------------------------------------------------------------------------
def sent(gateway, xml=XML, number="K7WZ4MQ2"):
    return send(xml, number, gateway=gateway, requester=BUYER, consultation=replace(SCHOOL, id="autre"))


def test_sending_twice_enters_one_request(gateway, memory):
    assert sent(gateway) == sent(gateway)
    assert [(each.xml, each.fields["idConsultation"]) for each in memory.requests.values()] == [
        (XML, "K7WZ4MQ2")
    ]
    assert sent(gateway, number="B3CD4EFG") not in (None, sent(gateway))
    assert len(memory.requests) == 2


def test_a_sending_whose_answer_was_lost_is_found_again(gateway, memory):
    answer = {"response": {"messageList": [], "listeDume": []}}
    memory.fault, memory.answer = "given", answer
    with pytest.raises(AnswerUnreadable):  # the service has entered it, and answers something else
        sent(gateway)
    assert len(memory.requests) == 1
    memory.fault = ""
    assert [sent(gateway)] == list(memory.requests)
