"""What our own rules know is the same from the model and straight from the file."""

import pytest

from dume.checking.facts import facts_in, facts_of
from dume.model import Kind
from dume.parse import read_root
from dume.samples import sample_response
from dume.sniff import DumeUnreadable, recognise_root, root_of


def both(data):
    root = root_of(data)
    recognised = recognise_root(root)
    return facts_in(root, recognised), facts_of(read_root(root, recognised))


@pytest.mark.parametrize("version", ["4.1.0", "1.0.2"])
def test_a_response_says_the_same_either_way(now, version):
    quick, whole = both(sample_response(now=now, version=version, declared=frozenset({"fraud"})))
    assert quick == whole
    assert [one.code for one in quick.grounds if one.admitted]


def test_answers_that_point_to_nothing_are_counted_the_same(edited):
    quick, whole = both(
        edited(("C3_EG_fraud/QG1/Q1</cbc:Val", "nowhere</cbc:Val"), (">LOT-0000<", ">LOT-0009<"))
    )
    assert quick == whole
    assert quick.links.answers == 1


@pytest.mark.corpus
def test_every_reference_document_says_the_same_either_way(shared_data):
    compared = 0
    for path in sorted((shared_data / "dume").rglob("*.xml")):
        try:
            root = root_of(path.read_bytes())
        except DumeUnreadable:
            continue
        recognised = recognise_root(root)
        if recognised.kind is not Kind.UNKNOWN:
            assert facts_in(root, recognised) == facts_of(read_root(root, recognised)), path.name
            compared += 1
    assert compared > 150
