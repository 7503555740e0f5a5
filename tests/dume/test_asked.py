"""What a request asks, in words: requirements by lot, questions and what their answers open."""

from dataclasses import replace

import pytest

from dume.asked import Required, bounded, lots_of, questions_of, required_of, required_text
from dume.model import Group, Requirement
from dume.values import Fact
from tests.dume.demanding import FRAUD, ONLINE, OWN, TURNOVER, asks, demands


def test_requirements_are_told_lot_by_lot():
    first, second = required_of(TURNOVER)
    assert first == Required(
        "lot\u00a01",
        (
            Fact("Nombre d'années", "3"),
            Fact("Seuil", "au moins 100\u202f000\u00a0€"),
            Fact("Seuil par exercice", "Oui"),
        ),
    )
    assert (second.lots, second.facts[1].value) == ("lot\u00a02", "au moins 250\u202f000,50\u00a0€")


def test_without_a_group_of_its_own_a_requirement_is_for_the_lots_of_the_criterion():
    assert required_of(replace(OWN, lots=("LOT-0003",)))[0].lots == "lot\u00a03"
    assert required_of(OWN) == (Required("", (Fact("Exigence de l'acheteur", "Attestation de visite"),)),)


def test_lots_of_2_0_have_no_data_type_of_their_own():
    lot = demands("IDENTIFIER", "LotIDs", Requirement("2", "ExpectedID"))
    group = Group("g", properties=(lot, *OWN.groups[0].properties))
    assert [one.lots for one in required_of(replace(OWN, groups=(group,)))] == ["lot\u00a02"]


def test_the_lots_of_a_criterion_are_those_it_names_itself_or_in_its_groups():
    assert lots_of(TURNOVER) == "lot\u00a01, lot\u00a02"
    assert lots_of(replace(TURNOVER, lots=())) == "lot\u00a01, lot\u00a02"
    assert lots_of(replace(OWN, lots=("LOT-0003",))) == "lot\u00a03"
    assert lots_of(replace(OWN, lots=("LOT-0000",))) == ""


def test_a_question_tells_its_form_and_what_its_answers_open():
    main, online = questions_of(FRAUD)
    assert main.replace("\u00a0", " ") == (
        "Réponse : oui ou non. Si oui : date de la condamnation ; motif ; "
        "mesures prises pour démontrer sa fiabilité (oui ou non ; si oui : description)"
    )
    assert online == "Justificatifs disponibles en ligne\u00a0: oui ou non, et lesquels"


def test_what_a_no_opens_is_told_too():
    group = Group(
        "g",
        properties=(asks("INDICATOR", "Your answer"),),
        groups=(Group("n", "false", (asks("DESCRIPTION", "Reason"),)),),
    )
    assert questions_of(replace(FRAUD, groups=(group,))) == (
        "Réponse\u00a0: oui ou non. Si non\u00a0: motif",
    )


def test_a_condition_without_a_question_above_loses_no_question():
    group = Group("g", groups=(Group("n", "true", (asks("AMOUNT", "Turnover"),)),))
    assert questions_of(replace(FRAUD, groups=(group, ONLINE)))[0] == "Chiffre d'affaires\u00a0: montant"


def test_the_questions_of_a_national_criterion_name_it():
    national = replace(
        FRAUD,
        name_fr="Certificat de régularité",
        groups=(Group("g", properties=(asks("INDICATOR", "Your answer"),)),),
    )
    assert questions_of(replace(FRAUD, national=(national,)))[-1] == (
        "Certificat de régularité, réponse\u00a0: oui ou non"
    )


@pytest.mark.parametrize(
    ("requirement", "shown"),
    [
        (Requirement("0", "MinimumAmount", "EUR"), "aucun"),
        (Requirement("0", "ExpectedValueNumeric"), "0"),
        (Requirement("plusieurs", "ExpectedAmount"), "plusieurs"),
        (Requirement("CHECKBOX_FALSE", "ExpectedCode"), "Non"),
        (Requirement("true", "ExpectedIndicator"), "Oui"),
        (Requirement("Inscription à l'ordre"), "Inscription à l'ordre"),
    ],
)
def test_a_required_value_is_written_as_a_french_reader_writes_it(requirement, shown):
    assert required_text(requirement) == shown


def test_a_minimum_is_said_where_the_label_does_not():
    assert bounded("3", "MinimumQuantity", "Nombre d'années") == "au moins 3"
    assert bounded("3", "MinimumQuantity", "Nombre minimal d'années") == "3"
    assert bounded("3", "MaximumValueNumeric", "Nombre de lots") == "au plus 3"
