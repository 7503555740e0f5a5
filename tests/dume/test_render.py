from datetime import date
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from dume.model import Answer, Dume, Evidence, Kind, Lot, Operator, Party, Period, Recognised
from dume.parse import read
from dume.render import render_context
from dume.samples import sample_response
from dume.values import Link, evidence_line, link_of, lot_label, safe_url, text_of


def page(data: bytes, **more: object) -> str:
    return render_to_string("dume/_document.html", render_context(read(data)) | more)


@pytest.mark.parametrize("version", ["4.1.0", "1.0.2"])
def test_the_page_says_who_answers_and_yes_or_no_to_each_ground(now, version):
    html = page(sample_response(now=now, version=version, declared=frozenset({"bankruptcy"})))
    assert "Menuiserie Imaginaire" in html
    assert "<strong>Oui</strong>" in html
    assert html.count("Non\n") >= 23
    assert "Liquidation judiciaire ou faillite personnelle" in html
    assert "1\u00a0motif d&#x27;exclusion déclaré." in html


def test_a_page_without_declared_ground_says_so(response):
    html = page(response)
    assert "Aucun motif d'exclusion déclaré." in html
    assert "<strong>Oui</strong>" not in html


def test_a_ground_without_answer_is_never_passed_off_as_no(edited):
    html = page(edited(("C3_EG_fraud/QG1/Q1</cbc:Val", "elsewhere</cbc:Val")))
    assert "1\u00a0motif sans réponse." in html
    assert "Aucun motif d'exclusion déclaré." not in html


@pytest.mark.parametrize(
    ("written", "shown"),
    [("LOT-0000", ""), ("0", ""), ("LOT-0012", "lot\u00a012"), ("3", "lot\u00a03"), ("Nord", "Nord")],
)
def test_lots_are_named_as_the_consultation_names_them(written, shown):
    assert lot_label(Lot(written)) == shown


def test_turnover_and_staff_are_written_as_in_french(response):
    html = page(response)
    assert "850\u202f000\u00a0€" in html
    assert "du 1er\u00a0janvier\u00a02025 au 31\u00a0décembre\u00a02025" in html
    assert "Chiffre d&#x27;affaires annuel global" in html


def test_tables_have_captions_and_scopes_and_headings_do_not_skip(response):
    html = page(response)
    assert html.count("<table") == html.count("<caption>")
    assert html.count('<th scope="row">') >= 26
    assert "<h1" not in html
    assert html.index("<h2") < html.index("<h3")


def test_the_received_file_is_offered_by_the_caller(response):
    assert 'href="/plis/1/dume.xml"' in page(response, original_url="/plis/1/dume.xml")
    assert "Télécharger" not in page(response)


def test_what_a_bidder_writes_is_escaped(edited):
    assert "<script>" not in page(edited(("Menuiserie Imaginaire", "&lt;script&gt;alert(1)&lt;/script&gt;")))


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://example.org/kbis", "https://example.org/kbis"),
        ("www.example.org", "https://www.example.org"),
        ("javascript:alert(1)", ""),
        ("http:dod.gov.usa/sat", ""),
        ("kbis.pdf", ""),
    ],
)
def test_only_web_addresses_become_links(written, url):
    assert safe_url(written) == url


def test_links_leave_no_referrer():
    html = render_to_string(
        "dume/_links.html", {"links": [Link("Kbis", "https://example.org"), Link("RC.pdf")]}
    )
    assert 'rel="noreferrer noopener nofollow external"' in html
    assert html.count("<a ") == 1


def test_an_evidence_shows_who_issued_it():
    evidence = Evidence("1", name="Extrait", uri="https://example.org", issuer="Greffe", confidential=True)
    assert link_of(evidence) == Link("Extrait, Greffe", "https://example.org")
    assert evidence_line(evidence).answer == "Confidentiel"


@pytest.mark.parametrize(
    ("value", "value_type", "unit", "shown"),
    [
        (True, "indicator", "", "Oui"),
        (False, "indicator", "", "Non"),
        (Decimal("1250000.5"), "amount", "EUR", "1\u202f250\u202f000,5\u00a0€"),
        (Decimal(7), "amount", "CHF", "7\u00a0CHF"),
        (Decimal("1E+999999"), "amount", "EUR", "1E+999999 EUR"),
        (Decimal("12.5"), "number", "", "12,5"),
        (Decimal(2025), "quantity", "YEAR", "2025"),
        (Decimal(1200), "quantity", "INTEGER", "1\u202f200"),
        (date(2026, 3, 1), "date", "", "1er\u00a0mars\u00a02026"),
        (Period(date(2025, 1, 1)), "period", "", "depuis le 1er\u00a0janvier\u00a02025"),
        (Period(text="6 ans"), "period", "", "6 ans"),
        ("tel quel", "text", "", "tel quel"),
        (None, "", "", ""),
    ],
)
def test_values_are_shown_as_a_french_reader_writes_them(value, value_type, unit, shown):
    assert text_of(Answer("", value, value_type, unit)) == shown


def test_a_country_and_a_role_are_words():
    operator = Operator(Party(name="A"), role="group-lead", size="micro")
    page = render_context(Dume(Recognised(Kind.RESPONSE), operator=operator))["page"]
    facts = {fact.term: fact.value for fact in page.operator}
    assert facts == {"Nom": "A", "Rôle": "Mandataire d'un groupement", "Taille": "Micro-entreprise"}


def test_an_empty_document_has_a_page_too():
    html = page(b'<ESPDResponse xmlns="urn:grow:names:specification:ubl:schema:xsd:ESPDResponse-1"/>')
    assert "Ce document ne nomme aucune entreprise." in html


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    [
        "4.1.0/samples/ESPD-Response.xml",
        "3.3.0/samples/ESPD-Response.xml",
        "2.1.1/samples/edm/EXTENDED-ESPDResponse-2.1.1.xml",
        "2.0.2/samples/edm/SELFCONTAINED_ESPD_Response_2.0.2.xml",
        "1.0.2/samples/espd-service/response/v20160601/espd-response-20160601-full.xml",
    ],
)
def test_official_responses_of_every_family_have_a_page(shared_data, name):
    html = page((shared_data / "dume" / name).read_bytes())
    assert "Condamnations pénales" in html
    assert "Oui" in html
    assert "Your answer" not in html
