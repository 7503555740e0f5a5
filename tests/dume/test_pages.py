"""A DUME as one HTML file: complete, accessible, and dependent on nothing."""

import re
from collections import Counter
from dataclasses import replace
from html import escape, unescape
from html.parser import HTMLParser

import pytest

from dume.ecertis import criterion_url
from dume.model import Criterion, Dume, Kind, Recognised
from dume.pages import html_of
from dume.parse import NotADume, read
from dume.render import page_of
from dume.report import Finding, Report, Severity
from dume.validate import check
from dume.values import text_of
from tests.dume.demanding import FRAUD, OWN, REQUEST

VOID = {"meta", "br"}
REPORT = Report(kind="request")


class Outline(HTMLParser):
    """Headings in order, ids, and the tags that were left open or closed too often."""

    def __init__(self, html):
        super().__init__()
        self.headings, self.ids, self.open, self.faults = [], Counter(), [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.ids.update([dict(attrs)["id"]] if "id" in dict(attrs) else [])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def words(html):
    """What a reader sees, white space folded."""
    seen = re.sub(r"<(style|title)\b.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(seen).split())


@pytest.fixture
def shown(response):
    return html_of(read(response), check(response))


def test_it_is_one_file_that_asks_for_nothing(shown):
    assert shown.lower().startswith('<!doctype html>\n<html lang="fr">')
    assert re.findall(r"<(?:script|link|img|iframe|object)\b|\bsrc=|@import|url\(", shown) == []
    assert "<main " in shown
    assert "<nav " in shown
    assert "<footer>" in shown


@pytest.mark.parametrize("kind", ["request", "response"])
def test_headings_are_in_order_and_anchors_lead_somewhere(response, kind):
    shown = html_of(read(response), check(response)) if kind == "response" else html_of(REQUEST, REPORT)
    outline = Outline(shown)
    assert (outline.faults, outline.open) == ([], [])
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert max(b - a for a, b in zip(outline.headings, outline.headings[1:], strict=False)) == 1
    assert set(outline.ids.values()) == {1}
    assert set(re.findall(r'href="#([^"]+)"', shown)) <= set(outline.ids)


def test_every_part_of_the_form_has_its_title(shown):
    titles = [
        "Partie I – Procédure et acheteur", "Partie II – Entreprise", "Partie III – Motifs d'exclusion",
        "Partie IV – Critères de sélection", "Partie VI – Déclarations finales",
    ]  # fmt: skip
    seen = words(shown)
    assert [title for title in titles if seen.count(title) != 2] == []
    assert "Partie V –" not in seen


def test_it_says_who_answers_for_what_and_under_which_number(shown, response):
    seen = words(shown)
    assert read(response).number in seen
    for said in ("Menuiserie Imaginaire", "Camille Fictif", "Commune de Valfictif", "Marché non alloti"):
        assert said in seen


def test_a_declared_ground_is_set_apart_in_words_and_listed_first(edited):
    data = edited(("C3_EG_fraud/QG1/Q1</cbc:Val", "elsewhere</cbc:Val"))
    seen = words(html_of(read(data), check(data)))
    assert seen.index("Motifs sans réponse Condamnation pour fraude") < seen.index("Sommaire")
    assert "Sans réponse À demander" in seen


def test_an_oui_to_a_ground_says_that_it_is_declared(now):
    from dume.samples import sample_response

    data = sample_response(now=now, declared=frozenset({"bankruptcy"}))
    seen = words(html_of(read(data), check(data)))
    assert "Motifs déclarés par l'entreprise Liquidation judiciaire" in seen
    assert seen.count("Oui Motif déclaré") == 1


def test_answers_without_their_question_are_told(edited):
    data = edited(("C3_EG_fraud/QG1/Q1</cbc:Val", "elsewhere</cbc:Val"))
    seen = words(html_of(read(data), check(data)))
    assert "Réponses à des questions absentes du document : 1." in seen
    assert "elsewhere" in seen


def test_a_request_shows_what_the_buyer_requires_of_each_lot_and_what_it_asks():
    seen = words(html_of(REQUEST, REPORT))
    assert "Exigence de l'acheteur, lot 1 : Nombre d'années : 3 Seuil : au moins 100 000 €" in seen
    assert "Exigence de l'acheteur, lot 2 :" in seen
    assert "au moins 250 000,50 €" in seen
    assert "Si oui : date de la condamnation ; motif" in seen
    assert "Lot 1, Toiture" in seen
    assert "Chiffre d'affaires annuel global (article R2142-6) Pour : lot 1, lot 2" in seen
    assert "Sans réponse" not in seen
    assert "ne nomme aucune entreprise" not in seen


def test_a_criterion_nobody_knows_keeps_the_words_of_the_buyer():
    seen = words(html_of(REQUEST, REPORT))
    assert "Autres critères" in seen
    assert "Une visite des lieux est demandée." in seen
    assert "Attestation de visite" in seen


def test_the_remarks_of_the_check_come_last():
    finding = Finding(Severity.WARNING, "Partie I", "Le numéro de l'avis manque.")
    seen = words(html_of(REQUEST, Report(kind="request", findings=(finding,))))
    assert "Contrôle 1 remarque " in seen
    assert seen.index("Autres critères Critère") < seen.index(
        "À vérifier , Partie I : Le numéro de l'avis manque."
    )


def test_a_criterion_with_a_uuid_leads_to_e_certis():
    shown = html_of(REQUEST, REPORT)
    assert f'<a href="{escape(criterion_url(FRAUD.uuid))}"' in shown
    assert OWN.uuid not in shown


def test_what_others_write_never_becomes_markup():
    hostile = replace(
        REQUEST, procedure=replace(REQUEST.procedure, title='</style><script>alert(1)</script>"')
    )
    assert "<script" not in html_of(hostile, REPORT)


def test_a_list_of_criteria_is_read_as_a_request():
    criteria = replace(REQUEST, recognised=Recognised(Kind.CRITERIA, "4.1.0"))
    seen = words(html_of(criteria, REPORT))
    assert "Liste de critères, modèle ESPD 4.1.0." in seen
    assert "Si oui : date de la condamnation" in seen


def answers_in(criteria: tuple[Criterion, ...]):
    return [answer for criterion in criteria for answer in criterion.answers]


def assert_nothing_is_lost(dume: Dume) -> None:
    seen = words(html_of(dume, REPORT))
    given = answers_in(dume.criteria)
    assert [text for one in given if not one.evidences and (text := folded(text_of(one))) not in seen] == []
    shown = Counter(line.answer for row in page_of(dume, REPORT).rows for line in row.lines)
    values = (text_of(one) for one in given if not one.evidences and not isinstance(one.value, bool))
    assert not Counter(text for text in values if text) - shown
    evidences = {evidence.id for evidence in dume.evidences}
    assert [
        one.evidences for one in given if set(one.evidences) - evidences and one.evidences[0] not in seen
    ] == []
    required = [
        r.value
        for c in dume.criteria
        for p in c.walk()
        for r in p.requirements
        if r.element == "ExpectedDescription"
    ]
    assert [text for text in required if text not in seen and text not in {"true", "false"}] == []


def folded(text):
    return " ".join(text.split())


@pytest.mark.corpus
def test_every_answer_of_every_sample_is_on_its_page(shared_data):
    pages = Counter()
    for path in sorted((shared_data / "dume").rglob("*.xml")):
        if not {"samples", "other-versions"} & set(path.parts) and path.name != "ESPD-criterion.xml":
            continue
        try:
            dume = read(path.read_bytes())
        except NotADume:
            continue
        assert_nothing_is_lost(dume)
        pages[dume.kind] += 1
    assert pages[Kind.RESPONSE] > 80
    assert pages[Kind.REQUEST] > 60
