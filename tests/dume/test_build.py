from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dume.build import VersionNotWritten, build_response, write
from dume.compose import Declaration, UnknownGround, compose, grounds
from dume.elements import folded
from dume.model import Contact, Representative
from dume.parse import read
from dume.samples import sample_response
from dume.validate import check

SCHEMAS = {
    "4.1.0": "4.1.0/xsd/maindoc/UBL-QualificationApplicationResponse-2.3.xsd",
    "1.0.2": "1.0.2/xsd/maindoc/ESPDResponse-1.0.xsd",
}
GROUNDS = sorted(grounds())
YEARS = datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2090-01-01")
#: Whatever a person may type, emoji and control characters included; at least something once these are gone.
texts = st.text(max_size=60).filter(folded)
declarations = st.builds(
    Declaration,
    operator_name=texts,
    operator_siret=st.from_regex(r"[0-9]{14}", fullmatch=True),
    country=st.sampled_from(["FR", "FRA", "be", "ESP", "ZZ"]),
    buyer_name=texts,
    reference=texts,
    title=texts,
    lots=st.lists(st.integers(1, 60).map(str), max_size=5).map(tuple),
    contact=st.builds(Contact, texts, texts, texts),
    now=st.datetimes(*YEARS, timezones=st.just(UTC)),
    turnover=st.decimals(0, 10**12, places=2),
    staff=st.integers(0, 10**6),
    size=st.sampled_from(["micro", "small", "medium", "large"]),
    buyer_siret=st.sampled_from(["", "99999900600011"]),
    declared=st.frozensets(st.sampled_from(GROUNDS)),
    representative=st.none()
    | st.builds(Representative, texts.map(folded), texts.map(folded), texts.map(folded)),
)


@given(declarations, st.sampled_from(["4.1.0", "1.0.2"]))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back_the_same(said, version):
    dume = compose(said, version)
    assert read(write(dume, now=said.now)) == dume


@given(declarations, st.sampled_from(["4.1.0", "1.0.2"]))
@settings(max_examples=20, deadline=None)
def test_declared_grounds_are_the_only_ones_read_as_yes(said, version):
    dume = read(write(compose(said, version), now=said.now))
    names = {one.name_fr for one in compose(said, "4.1.0").criteria if one.code in said.declared}
    assert {ground.name_fr for ground in dume.exclusion_grounds if ground.declared} == names
    assert all(ground.declared is not None for ground in dume.exclusion_grounds)


@pytest.mark.parametrize("version", ["4.1.0", "1.0.2"])
def test_a_response_that_declares_nothing_has_no_finding_at_all(now, version):
    """Not even for information: scheme of the SIRET (EOIDType), lists of codes, text of law of each criterion."""
    assert check(sample_response(now=now, version=version)).findings == ()


def test_the_same_words_give_the_same_bytes(now):
    assert sample_response(now=now) == sample_response(now=now)
    assert sample_response(now=now, reference="2026-002") != sample_response(now=now)


def test_lots_are_written_as_4_x_wants_them(now):
    arguments = {
        "operator_name": "A",
        "operator_siret": "1",
        "buyer_name": "B",
        "reference": "R",
        "title": "T",
    }
    dume = read(
        build_response(
            **arguments, contact=Contact(), lots=["1", "12", "1"], now=now, turnover=Decimal("1.50")
        )
    )
    assert [lot.id for lot in dume.procedure.lots] == ["LOT-0001", "LOT-0012"]
    turnover = next(one for one in dume.criteria if one.code == "gen-year-to")
    assert turnover.lots == turnover.answers[0].lots == ("LOT-0001", "LOT-0012")


def test_only_the_versions_we_write_are_written(now):
    with pytest.raises(VersionNotWritten, match=r"version 4\.1\.0"):
        sample_response(now=now, version="2.1.1")


def test_a_ground_that_does_not_exist_cannot_be_declared(now):
    with pytest.raises(UnknownGround):
        sample_response(now=now, declared=frozenset({"gen-year-to"}))


@pytest.mark.corpus
@pytest.mark.parametrize("version", ["4.1.0", "1.0.2"])
def test_our_responses_are_valid_against_the_official_schemas(shared_data, now, version):
    schema = etree.XMLSchema(etree.parse(shared_data / "dume" / SCHEMAS[version]))
    plain = sample_response(now=now, version=version)
    declared = sample_response(now=now, version=version, declared=frozenset(GROUNDS))
    for data in (plain, declared):
        schema.assertValid(etree.fromstring(data))


@pytest.mark.corpus
def test_our_trees_are_those_of_the_official_4_1_0_criteria(shared_data, now):
    """Same groups, same conditions, same kinds of question in the same places; the words are ours."""
    official = {
        one.code: one
        for one in read((shared_data / "dume/4.1.0/samples/ESPD-Request.xml").read_bytes()).criteria
    }
    for ours in read(sample_response(now=now)).criteria:
        assert [outline(group) for group in ours.groups] == [
            outline(group) for group in official[ours.code].groups
        ]
        assert ours.uuid == official[ours.code].uuid


def outline(group):
    kinds = [(prop.element, prop.data_type) for prop in group.properties]
    return group.id, group.condition, kinds, [outline(sub) for sub in group.groups]
