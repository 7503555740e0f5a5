"""The words that the command and the page share: French typography, known places, one outcome for each code."""

import re

import pytest

from signing.folder.facts import FORMATS
from signing.folder.report import ESSENTIAL, WORDS, Check

PLACES = {
    *("document", "file", "name", "names", "count", "present", "kind", "signer", "issuer", "moment"),
    *("fingerprints", "position", "size", "old", "log", "key"),
}
SENTENCES = [(code, *entry) for code, entry in WORDS["messages"].items()]


@pytest.mark.parametrize(("code", "outcome", "sentence"), SENTENCES, ids=[code for code, _, _ in SENTENCES])
def test_a_sentence_is_french_and_complete(code, outcome, sentence):
    assert outcome in WORDS["outcomes"]
    assert set(re.findall(r"\{(\w*)\}", sentence)) <= PLACES
    assert not re.search(r"[^\u00a0][:;?!»]|«[^\u00a0]", sentence)
    assert sentence.endswith(".")


def test_every_check_has_a_title_and_a_way_of_failing():
    topics = {code.partition(".")[0] for code in WORDS["messages"]}
    assert topics | {"checkpoint"} == set(WORDS["titles"]) == set(WORDS["faults"])
    assert set(ESSENTIAL) <= topics


def test_every_known_format_has_a_name():
    assert set(FORMATS.values()) == set(WORDS["kinds"])


def test_values_are_put_in_their_places():
    check = Check.of("checkpoint", "ok", "consistency", size=12)
    assert (check.check, check.outcome) == ("checkpoint", "passed")
    assert "12\u00a0lignes" in check.message
