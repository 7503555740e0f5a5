"""Groups repeated inside repeated groups: every property keeps an id of its own."""

from itertools import product

import pytest

from dume.filling import Filling, Place
from dume.leaves import leaves
from dume.model import Answer, Requirement
from dume.trees import criterion_of


@pytest.mark.parametrize("version", ["4.1.0", "2.1.1"])
@pytest.mark.parametrize("copy", [1, 2])
def test_ids_differ_at_every_depth_of_repetition(version, copy):
    criterion = criterion_of(version, "gen-year-to")
    amount = next(
        one for one in leaves(criterion) if one.prop.data_type == "AMOUNT" and one.prop.element == "QUESTION"
    )
    filling = Filling(criterion, copy)
    outer, inner = amount.classes[:1], amount.classes
    for lot, year in product(range(3), range(3)):
        place = Place(amount.classes, amount.place, {outer: [lot], inner: [year]}, frozenset())
        filling.put(place, Answer("", f"{lot}-{year}", "text"))
    filled = filling.filled()
    assert sorted(one.value for one in filled.answers) == sorted(
        f"{a}-{b}" for a, b in product(range(3), range(3))
    )
    ids = [prop.id for prop in filled.walk()]
    assert len(ids) == len(set(ids))
    assert (ids[0] == next(criterion.walk()).id) == (copy == 1)


def test_a_second_copy_of_a_criterion_shares_no_id_with_the_first():
    criterion = criterion_of("4.1.0", "gen-year-to")
    first, second = ({one.id for one in Filling(criterion, copy).filled().walk()} for copy in (1, 2))
    assert not first & second


def test_lots_are_required_one_by_one_as_4_1_0_writes_them():
    criterion = criterion_of("4.1.0", "gen-year-to")
    lot = next(one for one in leaves(criterion) if one.prop.data_type == "LOT_IDENTIFIER")
    filling = Filling(criterion)
    for one in ("LOT-0001", "LOT-0002", "LOT-0003"):
        filling.require(Place(lot.classes, lot.place, {}, frozenset()), Requirement(one, "ExpectedID"))
    written = [(one.id, one.requirement) for one in filling.filled().walk() if one.requirements]
    assert written == [
        ("C29_SC_gen-year-to/RG1/RQ1/R1/R1", "LOT-0001"),
        ("C29_SC_gen-year-to/RG1/RQ1/R1/R2", "LOT-0002"),
        ("C29_SC_gen-year-to/RG1/RQ1/R1/R3", "LOT-0003"),
    ]
