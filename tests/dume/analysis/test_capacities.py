"""What is required against what is declared: told, in Decimal, never decided for the buyer."""

from decimal import Decimal

import pytest

from dume.analysis.analyse import analyse
from dume.analysis.capacity import TOO_MANY_LOTS
from dume.analysis.model import Outcome, What
from dume.model import Kind
from tests.dume.analysis.made import (
    candidate,
    criterion,
    dume,
    group,
    question,
    requirement,
    turnover,
    year,
)


def capacities(*criteria, request=None, lots=(), **facts):
    found = analyse(candidate(dume(*criteria, **facts), lots=lots), reference="R1", request=request)
    return found.members[0].capacities


def checks(*criteria, **more):
    return {one.what: one for capacity in capacities(*criteria, **more) for one in capacity.checks}


@pytest.mark.parametrize(
    ("years", "per_year", "outcome"),
    [
        ((year("2025", 100000),), False, Outcome.REACHED),
        ((year("2025", "99999.99"),), False, Outcome.BELOW),
        ((year("2025", 150000), year("2024", 100000)), True, Outcome.REACHED),
        ((year("2025", 150000), year("2024", 90000)), True, Outcome.BELOW),
        # Nothing says whether the minimum is of each year, of their mean or of their sum.
        ((year("2025", 150000), year("2024", 90000)), False, Outcome.NOT_COMPARABLE),
        ((year("2025", 40000), year("2024", 40000)), False, Outcome.BELOW),
        ((year("2025", 60000), year("2024", 60000)), False, Outcome.NOT_COMPARABLE),
        ((), False, Outcome.NOT_DECLARED),
    ],
)
def test_a_minimum_amount_against_the_years_declared(years, per_year, outcome):
    assert checks(turnover("100000", *years, per_year=per_year))[What.AMOUNT].outcome is outcome


def test_the_year_that_misses_the_minimum_is_named():
    found = checks(turnover("100000", year("2025", 150000), year("2024", 90000), per_year=True))
    assert found[What.AMOUNT].why == "En dessous : 2024."


def test_another_currency_is_not_converted():
    """P7-B4: the platform tells, the buyer decides."""
    found = checks(turnover("100000", year("2025", 500000, unit="USD")))[What.AMOUNT]
    assert (found.outcome, found.why) == (
        Outcome.NOT_COMPARABLE,
        "Montant déclaré en USD, minimum en EUR.",
    )


def test_an_amount_without_currency_is_not_taken_for_euros():
    found = checks(turnover("100000", year("2025", 500000, unit="")))[What.AMOUNT]
    assert found.outcome is Outcome.NOT_COMPARABLE
    assert "sans devise" in found.why
    assert found.declared_texts == ("500\u202f000 (sans devise) (2025)",)


def test_what_is_no_number_is_shown_as_written():
    found = checks(turnover("100000", group(question("AMOUNT", "environ un million"))))[What.AMOUNT]
    assert found.outcome is Outcome.NOT_COMPARABLE
    assert found.declared_texts == ("environ un million",)


def test_a_number_beyond_all_money_is_not_counted_with():
    """9E+999999 is a number to XML; added to itself it is none to Decimal."""
    found = checks(turnover("100000", year("2025", "9E+999999"), year("2024", "9E+999999")))[What.AMOUNT]
    assert found.outcome is Outcome.NOT_COMPARABLE
    assert found.average == ""
    assert all(len(text) < 40 for text in found.declared_texts)


def test_a_zero_minimum_is_no_minimum_and_the_figure_is_told():
    found = checks(turnover("0", year("2025", 850000)))[What.AMOUNT]
    assert found.outcome is Outcome.OPEN
    assert found.declared_texts == ("850\u202f000\u00a0€ (2025)",)


def test_the_mean_of_several_years_is_exact():
    found = checks(turnover("", year("2025", "100000.01"), year("2024", "100000.02")))[What.AMOUNT]
    assert found.average == "100\u202f000,02\u00a0€"


def test_the_number_of_years_is_compared_too():
    found = checks(turnover("100000", year("2025", 150000), asked_years="3"))[What.YEARS]
    assert (found.outcome, found.declared_texts) == (Outcome.BELOW, ("1",))


def test_the_worst_of_its_checks_is_the_criterion_s():
    (found,) = capacities(turnover("100000", year("2025", 150000), asked_years="3"))
    assert found.outcome is Outcome.BELOW


def test_references_are_counted_by_group_and_by_answer():
    one = group(question("DESCRIPTION", "École"), question("AMOUNT", Decimal(5)), name="A")
    two = group(question("DESCRIPTION", "Mairie", "Halle"), question("AMOUNT", Decimal(5)), name="B")
    asked = group(requirement("MINIMUM_QUANTITY_INTEGER", "3"), one, two)
    found = checks(criterion("work-perform", asked, part="IV.C"))[What.REFERENCES]
    assert (found.outcome, found.declared_texts) == (Outcome.REACHED, ("3",))


def test_several_minimums_beside_the_same_answers_are_left_to_the_buyer():
    ratios = group(
        group(requirement("MINIMUM_QUANTITY", "0.5")),
        group(requirement("MINIMUM_QUANTITY", "2")),
        group(question("QUANTITY", Decimal(1))),
    )
    outcomes = {one.outcome for one in capacities(criterion("finan-rat", ratios))[0].checks}
    assert outcomes == {Outcome.NOT_COMPARABLE}


def test_each_insurance_is_compared_with_its_own_minimum():
    def kind(minimum, amount):
        return group(
            requirement("MINIMUM_AMOUNT", minimum, "EUR"), group(question("AMOUNT", Decimal(amount)))
        )

    (found,) = capacities(criterion("indem-insu", group(kind("50000", 60000), kind("90000", 60000))))
    assert [one.outcome for one in found.checks] == [Outcome.REACHED, Outcome.BELOW]


def test_one_response_for_several_lots_is_told_lot_by_lot():
    lots = ("LOT-0001", "LOT-0002")
    figures = (year("2025", 150000, lots=("LOT-0001",)), year("2025", 50000, lots=("LOT-0002",)))
    found = capacities(turnover("100000", *figures, lots=lots))
    assert [(one.lots_text, one.outcome) for one in found] == [
        ("lot\u00a01", Outcome.REACHED),
        ("lot\u00a02", Outcome.BELOW),
    ]


def test_lots_told_alike_share_a_line():
    lots = ("LOT-0001", "LOT-0002", "LOT-0003")
    (found,) = capacities(turnover("100000", year("2025", 150000, lots=lots), lots=lots))
    assert found.lots == lots


def test_a_group_that_names_its_lot_is_of_that_lot_alone():
    def block(lot, minimum):
        demands = (requirement("LOT_IDENTIFIER", lot), requirement("MINIMUM_AMOUNT", minimum, "EUR"))
        return group(*demands, year("2025", 150000), name=lot)

    found = capacities(criterion("gen-year-to", block("LOT-0001", "100000"), block("LOT-0002", "200000")))
    assert [(one.lots, one.outcome) for one in found] == [
        (("LOT-0001",), Outcome.REACHED),
        (("LOT-0002",), Outcome.BELOW),
    ]


def test_a_file_made_of_lots_does_not_hold_the_page():
    lots = tuple(f"LOT-{rank:04d}" for rank in range(1, 2001))
    years = tuple(year(str(rank), 1) for rank in range(100))
    (found,) = capacities(turnover("100000", *years, lots=lots))
    assert (found.checks, found.notes) == ((), (TOO_MANY_LOTS,))


def test_who_relies_on_another_is_not_said_to_be_below():
    means = group(
        question("INDICATOR", False),
        group(
            group(question("DESCRIPTION", "Charpentes Fictives"), question("ECONOMIC_OPERATOR_IDENTIFIER")),
        ),
    )
    asked = group(requirement("MINIMUM_AMOUNT", "100000", "EUR"), means)
    (found,) = capacities(criterion("gen-year-to", asked))
    assert found.outcome is Outcome.NOT_COMPARABLE
    assert found.notes == ("S'appuie sur les capacités de Charpentes Fictives.",)


# --- With the buyer's own request -----------------------------------------------------------------------------------
def request_of(*criteria):
    return dume(*criteria, kind=Kind.REQUEST)


def test_the_buyer_s_own_minimum_decides_and_the_difference_is_told():
    response = dume(turnover("1000", year("2025", 150000)))
    found = analyse(candidate(response), reference="R1", request=request_of(turnover("200000")))
    (capacity,) = found.members[0].capacities
    assert capacity.outcome is Outcome.BELOW
    (remark,) = found.remarks
    assert "reprend «\u00a01\u202f000\u00a0€\u00a0» là où l'acheteur demande" in remark.text


def test_a_response_without_requirements_is_compared_with_the_request():
    """1.0.2 repeats none."""
    found = checks(turnover("", year("2025", 150000)), request=request_of(turnover("200000")))
    assert found[What.AMOUNT].outcome is Outcome.BELOW


def test_a_response_for_the_whole_contract_is_told_for_each_lot_of_the_request():
    asked = [
        turnover("100000", lots=("LOT-0001",)),
        turnover("200000", lots=("LOT-0002",)),
    ]
    found = capacities(turnover("", year("2025", 150000)), request=request_of(*asked))
    assert [(one.lots, one.outcome) for one in found] == [
        (("LOT-0001",), Outcome.REACHED),
        (("LOT-0002",), Outcome.BELOW),
    ]


def test_what_the_buyer_asks_for_and_the_response_leaves_out_is_told():
    found = analyse(candidate(dume()), reference="R1", request=request_of(turnover("200000")))
    assert [one.outcome for one in found.members[0].capacities] == [Outcome.NOT_DECLARED]
    assert [one.about for one in found.remarks] == ["Exigence"]


def test_what_the_buyer_asks_for_another_lot_is_not_missing():
    asked = request_of(turnover("200000", lots=("LOT-0002",)))
    found = analyse(candidate(dume(), lots=(1,)), reference="R1", request=asked)
    assert (found.members[0].capacities, found.remarks) == ((), ())


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        (("60000", "50000", "70000"), "Aucun des 3 montants n'atteint seul le minimum"),
        (("160000", "50000", "70000"), "1\u00a0montant sur 3 atteint le minimum"),
        (("160000", "150000", "70000"), "2\u00a0montants sur 3 atteignent le minimum"),
    ],
)
def test_how_many_years_reach_the_minimum_is_said_in_a_sentence(amounts, said):
    years = [year(2023 + rank, amount) for rank, amount in enumerate(amounts)]
    assert checks(turnover("100000", *years))[What.AMOUNT].why.startswith(f"{said} : voyez")
