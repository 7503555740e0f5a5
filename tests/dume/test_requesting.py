"""A buyer's request: whatever is asked of whichever lots, it is a clean document and reads back the same (R2143-4)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dume.build import write
from dume.demand_words import NOT_OFFERED, label_of, lots_label, said, told
from dume.model import Address, Contact, Identifier, Lot, Party, Procedure, Requirement
from dume.parse import read
from dume.presets import PRESETS
from dume.requesting import (
    CHECKED,
    NATIONAL,
    WRITTEN,
    Demand,
    Request,
    compose,
    demand_of,
    instance,
    places_of,
    read_request,
    refit,
    selectable,
    trees,
    unknown_in,
    with_demand,
    without_demand,
)
from dume.validate import check

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHOLE = (Lot("LOT-0000"),)
THREE = tuple(Lot(f"LOT-000{number}", f"Lot fictif {number}") for number in (1, 2, 3))
SCHEMA = "dume/4.1.0/xsd/maindoc/UBL-QualificationApplicationRequest-2.3.xsd"
OFFERED = sorted(one.code for one in selectable() if one.code not in NOT_OFFERED)


def procedure(*lots: Lot) -> Procedure:
    return Procedure(
        reference="2026-014",
        code="oth-single",
        title="Réfection de la voirie",
        description="Reprise des chaussées.",
        buyer=Party(
            name="Commune de Valfictif",
            identifiers=(Identifier("99999900600011", "NATIONAL"),),
            address=Address(country="FRA"),
            contact=Contact("Service des marchés", "", "marches@valfictif.example"),
        ),
        lots=lots,
    )


def document(request: Request) -> bytes:
    dume = compose(
        request,
        identifier="bab8714d-d58e-42ab-95fd-2984c03d4498",
        number="ABCD2345",
        issued_on=date(2026, 3, 2),
    )
    return write(dume, now=NOW)


def text_for(data_type: str) -> st.SearchStrategy[str]:
    """What a form would write in a place of this type, or nothing."""
    match data_type:
        case "DESCRIPTION":
            return st.sampled_from(["", "Travaux comparables", "L'œuvre & <le reste>"])
        case "MINIMUM_AMOUNT":
            return st.sampled_from(["", "85000.50", "1000000.00"])
        case "CODE_BOOLEAN":
            return st.sampled_from(["", CHECKED])
        case "URL":
            return st.sampled_from(["", "https://registre.example"])
        case "CODE":
            return st.just("")
        case _:
            return st.sampled_from(["", "1", "3"])


@st.composite
def demands(draw: st.DrawFn, lots: tuple[str, ...]) -> Demand:
    code = draw(st.sampled_from(OFFERED))
    chosen = draw(st.lists(st.sampled_from(lots), min_size=1, unique=True).map(sorted))
    return demand_of(code, chosen, [draw(text_for(place.data_type)) for place in places_of(code)])


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """A preset, a few more demands for some of the lots, the buyer's words for national grounds or ours."""
    lots = draw(st.sampled_from([WHOLE, THREE]))
    preset = draw(st.sampled_from(sorted(PRESETS)))
    request = Request(procedure(*lots), PRESETS[preset].demands(lots), draw(st.sampled_from(["", "Rappel."])))
    for demand in draw(st.lists(demands(tuple(lot.id for lot in lots)), max_size=4)):
        request = with_demand(request, demand)
    return request


@pytest.mark.parametrize("lots", [WHOLE, THREE], ids=["whole", "three lots"])
@pytest.mark.parametrize("key", sorted(PRESETS))
def test_every_preset_gives_a_request_without_any_finding(key, lots):
    data = document(Request(procedure(*lots), PRESETS[key].demands(lots)))
    assert check(data).findings == ()


@given(requests())
@settings(max_examples=15, deadline=None)
def test_any_request_is_clean_and_reads_back_the_same(request_):
    data = document(request_)
    assert check(data).findings == ()
    assert read_request(read(data)) == request_


@given(requests())
@settings(max_examples=15, deadline=None)
def test_exclusion_grounds_are_always_all_there_and_no_id_is_used_twice(request_):
    asked = read(document(request_))
    grounds = [tree.code for tree in trees().values() if tree.is_exclusion]
    assert [one.code for one in asked.exclusion_grounds] == grounds
    ids = [prop.id for criterion in asked.criteria for prop in criterion.walk()]
    assert len(ids) == len(set(ids))


def test_lots_that_ask_for_different_things_repeat_the_group_of_requirements():
    request = Request(
        procedure(*THREE),
        (
            demand_of("gen-year-to", ["LOT-0001", "LOT-0002"], ["3", "", "100000"]),
            demand_of("gen-year-to", ["LOT-0003"], ["3", "", "20000"]),
        ),
    )
    (turnover,) = read(document(request)).selection_criteria
    assert turnover.lots == ("LOT-0001", "LOT-0002", "LOT-0003")
    assert [group.id for group in turnover.groups] == ["C29_SC_gen-year-to/RG1"] * 2
    lots = [prop for prop in turnover.walk() if prop.data_type == "LOT_IDENTIFIER"]
    assert [(prop.id.partition("/")[2], prop.requirement) for prop in lots] == [
        ("RG1/RQ1/R1/R1", "LOT-0001"),
        ("RG1/RQ1/R1/R2", "LOT-0002"),
        ("RG1/RQ1/R2/R1", "LOT-0003"),
    ]
    amounts = [prop for prop in turnover.walk() if prop.data_type == "MINIMUM_AMOUNT"]
    assert [(prop.id.rpartition("RQ3")[2], prop.requirement) for prop in amounts] == [
        ("/R1/R1/R1", "100000"),
        ("/R2/R1/R1", "20000"),
    ]


def test_the_id_of_a_question_takes_a_number_from_the_second_repetition_on():
    assert instance("C1/RG1/Q1", 1) == "C1/RG1/Q1"
    assert instance("C1/RG1/Q1", 2) == "C1/RG1/Q1/R2"


def test_the_simplified_use_is_turnover_and_staff_without_a_minimum():
    simplified = Request(procedure(*WHOLE), PRESETS["simplified"].demands(WHOLE))
    assert simplified.is_simplified
    assert not Request(procedure(*WHOLE), PRESETS["works"].demands(WHOLE)).is_simplified
    minimum = demand_of("gen-year-to", ["LOT-0000"], ["3", "", "1000"])
    assert not with_demand(simplified, minimum, 0).is_simplified


def test_a_demand_is_replaced_and_taken_away_by_its_position():
    request = Request(procedure(*WHOLE), PRESETS["works"].demands(WHOLE))
    codes = [demand.code for demand in request.demands]
    changed = demand_of(codes[0], ["LOT-0000"], ["2"])
    assert with_demand(request, changed, 0).demands[0] == changed
    assert [one.code for one in without_demand(request, 1).demands] == [codes[0], *codes[2:]]


def test_what_is_required_of_every_lot_follows_the_lots_and_the_rest_keeps_those_that_remain():
    of_all = demand_of("year-manpower", [lot.id for lot in THREE], ["3"])
    of_two = demand_of("gen-year-to", ["LOT-0001", "LOT-0003"], ["3"])
    of_last = demand_of("tech-equip", ["LOT-0003"], ["Une grue"])
    request = Request(procedure(*THREE), (of_two, of_last, of_all))
    kept, lost = refit(request, procedure(*THREE[:2]))
    assert lost == (of_last,)
    assert [(one.code, one.lots) for one in kept.demands] == [
        ("gen-year-to", ("LOT-0001",)),
        ("year-manpower", ("LOT-0001", "LOT-0002")),
    ]
    undivided, lost = refit(request, procedure(*WHOLE))
    assert [one.lots for one in undivided.demands] == [("LOT-0000",)]
    assert lost == (of_two, of_last)


def test_a_demand_follows_its_lot_when_the_numbers_shift():
    """The second lot goes, so that the third takes its number."""
    of_second = demand_of("tech-equip", ["LOT-0002"], ["Une grue"])
    of_third = demand_of("qualification", ["LOT-0003"], ["Un permis fictif"])
    request = Request(procedure(*THREE), (of_second, of_third))
    kept, lost = refit(request, procedure(THREE[0], Lot("LOT-0002", THREE[2].name)))
    assert lost == (of_second,)
    assert [(one.code, one.lots) for one in kept.demands] == [("qualification", ("LOT-0002",))]


def test_a_demand_stays_with_a_lot_that_is_renamed_and_with_its_number_where_names_are_the_same():
    of_second = demand_of("tech-equip", ["LOT-0002"], ["Une grue"])
    renamed = (THREE[0], Lot("LOT-0002", "Un autre nom"), THREE[2])
    kept, lost = refit(Request(procedure(*THREE), (of_second,)), procedure(*renamed))
    assert (kept.demands, lost) == ((of_second,), ())
    alike = tuple(Lot(lot.id, "Bâtiments") for lot in THREE)
    kept, lost = refit(Request(procedure(*alike), (of_second,)), procedure(*alike[:2]))
    assert (kept.demands, lost) == ((of_second,), ())


def test_the_buyers_words_for_national_grounds_are_read_back():
    asked = read(document(Request(procedure(*WHOLE), national="Rappel : L2141-1 et suivants.")))
    ground = next(one for one in asked.criteria if one.code == NATIONAL)
    assert "Rappel : L2141-1 et suivants." in [prop.label for prop in ground.walk()]
    assert read_request(asked).national == "Rappel : L2141-1 et suivants."


def test_values_no_clerk_sets_are_kept_from_a_request_made_elsewhere():
    ratio = replace(
        demand_of("finan-rat", ["LOT-0000"], []),
        values=(
            (),
            (Requirement("ratio", "ExpectedCode", scheme="financial-ratio-type"),),
            (Requirement("Liquidité"),),
            (),
        ),
    )
    request = Request(procedure(*WHOLE), (ratio,))
    assert read_request(read(document(request))).demands == (ratio,)


def test_every_place_a_clerk_fills_in_has_a_name_and_a_way_to_be_written():
    for code in OFFERED:
        for place in places_of(code):
            assert label_of(code, place)[0]
            assert place.data_type in WRITTEN or place.data_type == "CODE"


def test_demands_are_told_in_french():
    demand = demand_of("gen-year-to", ["LOT-0002"], ["3", CHECKED, "100000"])
    assert told(demand) == [
        ("Nombre d'exercices", "3"),
        ("Le minimum vaut pour chaque exercice", "oui"),
        ("Chiffre d'affaires minimal", "100\u202f000\u00a0€\u00a0HT"),
    ]
    assert said("MINIMUM_AMOUNT", Requirement("5", "MinimumAmount", "CHF")) == "5 CHF"
    ids = tuple(lot.id for lot in THREE)
    assert lots_label(("LOT-0002",), ids) == "Lot\u00a02"
    assert lots_label(ids, ids) == "Tous les lots"
    assert lots_label(("LOT-0000",), ("LOT-0000",)) == "Tout le marché"


@pytest.mark.corpus
@pytest.mark.parametrize("lots", [WHOLE, THREE], ids=["whole", "three lots"])
def test_our_requests_are_valid_against_the_official_schema(shared_data, lots):
    schema = etree.XMLSchema(etree.parse(shared_data / SCHEMA))
    everything = Request(
        procedure(*lots), tuple(demand_of(code, [lots[-1].id], []) for code in OFFERED), "Rappel."
    )
    for content in (everything, *(Request(procedure(*lots), one.demands(lots)) for one in PRESETS.values())):
        schema.assertValid(etree.fromstring(document(content)))


@pytest.mark.corpus
def test_the_official_sample_is_read_as_a_request(shared_data):
    sample = read((shared_data / "dume/4.1.0/samples/ESPD-Request.xml").read_bytes())
    request = read_request(sample)
    assert [one.code for one in unknown_in(sample)] == ["finan-requ"]
    assert [one.code for one in request.demands] == [one.code for one in selectable()]
    assert {lot for one in request.demands for lot in one.lots} == {"LOT-0000"}
