"""What is proposed, and what the law says of the capacities required."""

from decimal import Decimal

import pytest

from dume.model import Lot, Procedure
from dume.presets import PRESETS, Estimates, advise, propose, spoken_lots
from dume.requesting import Request, demand_of

LOTS = (Lot("LOT-0001"), Lot("LOT-0002"))


def request(*demands):
    return Request(Procedure(lots=LOTS), demands)


def turnover(amount, *lots, years="3", code="gen-year-to"):
    texts = {"gen-year-to": [years, "", amount], "aver-year-to": [years, amount]}
    return demand_of(code, lots or ("LOT-0001", "LOT-0002"), texts[code])


def codes(*demands, estimates=None):
    return [one.code for one in advise(request(*demands), estimates or Estimates())]


def test_a_mapa_begins_with_the_simplified_use_and_others_with_their_nature():
    assert propose(procedure="mapa", nature="works") == "simplified"
    assert propose(procedure="open", nature="works") == "works"
    assert propose(procedure="open", nature="supplies") == "supplies"


@pytest.mark.parametrize("code", ["gen-year-to", "aver-year-to"])
def test_more_than_twice_the_estimate_is_told_with_its_article(code):
    """R2142-7."""
    estimates = Estimates(Decimal(50000))
    (advice,) = advise(request(turnover("100000.01", code=code)), estimates)
    assert advice.article == "R2142-7"
    assert advice.sentence.startswith(
        "Le chiffre d'affaires exigé pour les lots\u00a01 et 2, 100\u202f000,01"
    )
    assert "deux fois le montant estimé" in advice.sentence
    assert advice.sentence.endswith("(R2142-7).")
    assert codes(turnover("100000", code=code), estimates=estimates) == []


def test_a_lot_is_compared_with_its_own_estimate():
    estimates = Estimates(Decimal(500000), {"LOT-0001": Decimal(10000), "LOT-0002": None})
    rest = turnover("", "LOT-0001", "LOT-0002")
    assert codes(turnover("30000", "LOT-0001"), rest, estimates=estimates) == ["turnover_too_high"]
    assert codes(turnover("30000", "LOT-0002"), rest, estimates=estimates) == []
    assert codes(turnover("30000"), estimates=estimates) == ["turnover_too_high"]


def test_nothing_is_compared_while_no_estimate_is_known():
    assert codes(turnover("999999999")) == []


def test_more_than_three_years_of_turnover_is_told():
    assert codes(turnover("", years="4")) == ["too_many_years"]


def test_lots_without_a_demand_and_requests_without_any_are_told():
    (bare,) = advise(request(turnover("", "LOT-0001")), Estimates())
    assert bare.sentence == "Aucun critère de sélection n'est demandé pour le lot\u00a02."
    assert codes() == ["nothing_required"]
    assert spoken_lots(["LOT-0001", "LOT-0002", "LOT-0005"]) == "les lots\u00a01, 2 et 5"


def test_a_criterion_that_says_nothing_of_what_it_requires_is_told():
    every = ["LOT-0001", "LOT-0002"]
    assert codes(demand_of("tech-equip", every, [])) == ["unspecified"]
    assert codes(demand_of("tech-equip", every, ["Une grue"])) == []
    assert codes(demand_of("suncont-port", every, [])) == []


def test_no_preset_publishes_an_amount():
    """The estimated value is private: a minimum drawn from it would tell it."""
    for preset in PRESETS.values():
        assert codes(*preset.demands(LOTS), estimates=Estimates(Decimal(1))) == []
        assert preset.titles
