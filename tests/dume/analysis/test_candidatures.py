"""Grounds, evidences, members of a group, identity: facts to look at."""

from dataclasses import replace

import pytest

from dume.analysis.analyse import NOT_A_RESPONSE, analyse
from dume.analysis.model import Candidate, Paper
from dume.model import Answer, Evidence, Kind
from dume.parse import read
from dume.samples import SIRET as SAMPLE_SIRET
from dume.samples import sample_response
from tests.dume.analysis.made import (
    OTHER_SIRET,
    candidate,
    criterion,
    dume,
    ground,
    group,
    question,
    turnover,
    year,
)


def texts(*documents, **facts):
    return [one.text for one in analyse(candidate(*documents, **facts), reference="R1").remarks]


def test_a_ground_answered_yes_is_told_with_its_reasons():
    measures = group(
        question("DESCRIPTION", "Dette contestée"),
        group(question("INDICATOR", True), question("DESCRIPTION", "Échéancier accepté")),
    )
    (member,) = analyse(candidate(dume(ground("Impôts", True, measures))), reference="R1").members
    (found,) = member.declared
    assert [line.answer for line in found.lines] == ["Dette contestée", "Oui", "Échéancier accepté"]


def test_an_unanswered_ground_is_not_taken_for_a_no():
    (member,) = analyse(candidate(dume(ground("Impôts", None), ground("Faillite", False)))).members
    assert [one.title for one in member.silent] == ["Impôts"]
    assert not member.says_no_to_all


def test_a_simple_response_is_read_whole(now):
    data = sample_response(now=now, reference="R1", declared=frozenset({"tax-pay"}))
    facts = Candidate(1, "Menuiserie Imaginaire", SAMPLE_SIRET, (), (Paper("dume.xml", read(data)),))
    found = analyse(facts, reference="R1")
    assert (found.declared, found.silent, found.remarks) == (1, 0, ())
    assert {one.title for one in found.members[0].measured} == {
        "Chiffre d'affaires annuel global",
        "Effectif moyen annuel",
    }


def test_both_versions_we_write_give_the_same_figures(now):
    told = []
    for version in ("4.1.0", "1.0.2"):
        document = read(sample_response(now=now, version=version))
        (member,) = analyse(candidate(document)).members
        told.append(
            {text for one in member.measured for check in one.checks for text in check.declared_texts}
        )
    assert told[1] <= told[0]
    assert any(text.startswith("850") for text in told[1])


def test_evidence_is_linked_only_when_it_is_a_web_address():
    cited = replace(
        question("EVIDENCE_IDENTIFIER"),
        answers=(
            Answer("", "E1", "evidence", evidences=("E1",)),
            Answer("", "E2", "evidence", evidences=("E2",)),
        ),
    )
    document = replace(
        dume(ground("Impôts", False, group(cited))),
        evidences=(
            Evidence("E1", "Attestation", "https://impots.example/1", "Trésor fictif", confidential=True),
            Evidence("E2", "Piège", "javascript:alert(1)"),
        ),
    )
    first, second = analyse(candidate(document)).members[0].proofs
    assert (first.link.url, first.issuer, first.confidential) == (
        "https://impots.example/1",
        "Trésor fictif",
        True,
    )
    assert second.link.url == ""
    assert first.criteria == ("Impôts",)


def test_a_candidate_without_dume_is_there():
    found = analyse(candidate())
    assert (found.members, found.remarks) == ((), ())


def test_what_cannot_be_read_is_told_and_not_dropped():
    paper = Paper("dume.xml", problem="Illisible.")
    (member,) = analyse(Candidate(1, "A", papers=(paper,))).members
    assert member.problem == "Illisible."


def test_the_buyer_s_request_sent_back_is_no_response():
    (member,) = analyse(candidate(dume(kind=Kind.REQUEST))).members
    assert member.problem == NOT_A_RESPONSE


def test_a_file_that_changed_since_the_deposit_is_told():
    paper = Paper("dume.xml", dume(), remark="Il a changé.")
    found = analyse(candidate(papers=(paper,)), reference="R1")
    assert [one.text for one in found.remarks] == ["dume.xml : Il a changé."]


# --- Identity, reference, lots --------------------------------------------------------------------------------------
@pytest.mark.parametrize("siret", ["99999900600011", "99999900600029", "FR27999999006"])
def test_an_establishment_or_the_vat_number_of_the_company_is_the_company(siret):
    assert texts(dume(siret=siret)) == []


def test_another_company_than_the_depositor_is_told():
    (text,) = texts(dume(siret=OTHER_SIRET))
    assert text.startswith("Aucun DUME ne porte le SIREN")
    assert OTHER_SIRET in text


def test_the_reference_of_another_procedure_is_told():
    (text,) = texts(dume(reference="R2"))
    assert "«\u00a0R2\u00a0»" in text


def test_the_same_reference_written_with_other_spaces_is_the_same():
    assert texts(dume(reference="r 1")) == []


@pytest.mark.parametrize(
    ("written", "is_told"), [(("LOT-0001",), True), (("1, 2",), False), (("LOT-0000",), False), ((), False)]
)
def test_lots_are_compared_by_their_numbers(written, is_told):
    assert bool(texts(dume(lots=written), lots=(1, 2))) is is_told


def test_a_contract_that_is_not_divided_has_no_lots_to_compare():
    assert texts(dume(lots=("LOT-0009",)), lots=(1,), is_divided=False) == []


# --- Members of a group ---------------------------------------------------------------------------------------------
def lead(*criteria, **facts):
    return dume(*criteria, name="Mandataire Fictif", role="group-lead", **facts)


def member(*criteria, **facts):
    return dume(*criteria, name="Cotraitant Fictif", siret=OTHER_SIRET, role="group-mem", **facts)


def test_a_complete_group_that_agrees_has_nothing_to_look_at():
    assert texts(lead(ground("Impôts", False)), member(ground("Impôts", False))) == []


def test_members_who_answer_a_ground_otherwise_are_named():
    (text,) = texts(lead(ground("Impôts", False)), member(ground("Impôts", True)))
    assert text.endswith("Mandataire Fictif : Non ; Cotraitant Fictif : Oui.")


def test_a_member_alone_lacks_the_others():
    assert "un seul DUME lisible" in texts(replace_role(member(), "group-mem"))[-1]


def replace_role(document, role):
    return replace(document, operator=replace(document.operator, role=role))


def test_a_group_without_lead_and_a_group_with_two_are_told():
    assert texts(replace_role(lead(), "group-mem"), member()) == ["Aucun DUME n'est celui d'un mandataire."]
    assert texts(lead(), replace_role(member(), "le")) == [
        "Plusieurs mandataires : Mandataire Fictif, Cotraitant Fictif."
    ]


def test_a_role_that_is_not_written_is_told_where_it_could_be():
    assert texts(dume(role="")) == ["Menuiserie Imaginaire : son rôle n'est pas indiqué."]
    assert texts(dume(role="", version="1.0.2")) == []


def relies_on(name, identifier="", part="II.C"):
    ids = [identifier] if identifier else []
    named = group(question("DESCRIPTION", name), question("ECONOMIC_OPERATOR_IDENTIFIER", *ids))
    return criterion("relied", group(question("INDICATOR", True), named), part=part)


def test_an_entity_that_is_relied_upon_without_its_dume_is_told():
    (text,) = texts(dume(relies_on("Charpentes Fictives")))
    assert "s'appuie sur les capacités de «\u00a0Charpentes Fictives\u00a0»" in text


def test_a_subcontractor_is_not_called_relied_upon():
    (text,) = texts(dume(relies_on("Charpentes Fictives", part="II.D")))
    assert "annonce sous-traiter une part à" in text


@pytest.mark.parametrize("named", [("Autre nom", OTHER_SIRET), ("charpentes  fictives", "")])
def test_an_entity_whose_dume_is_there_is_known_by_its_number_or_its_name(named):
    other = dume(name="Charpentes Fictives", siret=OTHER_SIRET, role="oeron")
    assert texts(dume(relies_on(*named)), other) == []


# --- Capacities of a group, as a whole (R2142-25) -------------------------------------------------------------------
def together(*documents):
    return [(one.text, one.members, one.among) for one in analyse(candidate(*documents)).totals]


def test_what_members_declare_for_one_year_is_added_up():
    first, second = turnover("", year("2025", "100.10"), year("2024", 7)), turnover("", year("2025", "50.05"))
    assert together(lead(first), member(second)) == [("150,15\u00a0€ (2025)", 2, 2)]


def test_two_currencies_are_not_added_up():
    first, second = turnover("", year("2025", 100)), turnover("", year("2025", 50, unit="USD"))
    assert together(lead(first), member(second)) == []


def test_figures_that_differ_by_lot_are_not_added_up():
    lots = ("LOT-0001", "LOT-0002")
    split = (year("2025", 100, lots=("LOT-0001",)), year("2025", 50, lots=("LOT-0002",)))
    assert together(lead(turnover("", *split, lots=lots)), member(turnover("", year("2025", 1)))) == []


def test_a_subcontractor_s_figures_are_not_the_group_s():
    first, second = turnover("", year("2025", 100)), turnover("", year("2025", 50))
    assert together(lead(first), dume(second, name="C", siret=OTHER_SIRET, role="subcont")) == []


def test_the_lead_is_read_first_and_what_cannot_be_read_last():
    papers = (Paper("a.xml", problem="Illisible."), Paper("b.xml", member()), Paper("c.xml", lead()))
    found = analyse(Candidate(1, "A", papers=papers))
    assert [one.file for one in found.members] == ["c.xml", "b.xml", "a.xml"]
