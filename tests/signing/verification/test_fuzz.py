"""Flipped bits: never valid where a signed byte changed, never an exception.

A few seconds by default; MUTATIONS=2000 runs as many mutations in each test.
"""

import io
import json
import os
import re
import zipfile
from dataclasses import dataclass, replace

import pytest
from asn1crypto import cms
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.verification import checks
from signing.verification.facts import Content
from signing.verification.reports import Verdict
from signing.verification.trust.trust import TrustStore
from tests.conftest import NOW
from tests.signing.conftest import render_receipt
from tests.signing.verification import makers
from tests.signing.verification.manifest import good_files

MUTATIONS = int(os.environ.get("MUTATIONS", "150"))
fuzzed = settings(
    max_examples=MUTATIONS, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
#: Which file, where in it or in what is signed of it (a fraction), which bit.
FLIPS = {
    "which": st.integers(0, 999),
    "where": st.floats(0, 1, exclude_max=True),
    "bit": st.integers(0, 7),
}


@dataclass(frozen=True, repr=False)
class Bench:
    files: list[makers.Signed]
    trust: TrustStore


@pytest.fixture(scope="module")
def bench(authority):
    files = makers.every_kind(authority, render_receipt(NOW))
    return Bench(list(files.values()), makers.trust(authority))


def flip(data, place, bit):
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


def check(signed, store):
    report = checks.check([Content.of(signed.name, signed.data), *signed.beside], now=NOW, trust=store)[0]
    assert json.dumps(report.to_json())
    return report


# --- What is signed -----------------------------------------------------------------------------------------------
def altered(signed, where, bit):
    """The file with one bit changed in what its signature covers."""
    if signed.beside:
        (document,) = signed.beside
        data = document.open().read()
        changed = Content.of(document.name, flip(data, int(where * len(data)), bit))
        return replace(signed, beside=(changed,))
    if signed.data.startswith(b"PK"):
        return replace(signed, data=altered_container(signed.data, where, bit))
    covered = covered_places(signed.data)
    return replace(signed, data=flip(signed.data, covered[int(where * len(covered))], bit))


def covered_places(data):
    if data.startswith(b"%PDF"):
        start, length, second, rest = map(
            int, re.search(rb"/ByteRange\s*\[([\d\s]+)\]", data).group(1).split()
        )
        return [*range(start, start + length), *range(second, second + rest)]
    document = makers.DOCUMENT if data.startswith(b"\x30") else b"<montant>12000</montant><objet>Toiture"
    place = data.index(document)
    return range(place, place + len(document))


def altered_container(data, where, bit):
    """In a document or a manifest, packed again so that the archive itself is whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    mimetype = parts.pop("mimetype").decode()
    signed = [name for name in parts if not name.startswith("META-INF/") or "ASiCManifest" in name]
    name = signed[bit % len(signed)]
    parts[name] = flip(parts[name], int(where * len(parts[name])), bit)
    return makers.archive(mimetype, parts)


@fuzzed
@given(**FLIPS)
def test_no_changed_byte_of_what_is_signed_leaves_a_file_valid(bench, which, where, bit):
    changed = altered(bench.files[which % len(bench.files)], where, bit)
    assert check(changed, bench.trust).verdict is not Verdict.VALID


# --- Anywhere -----------------------------------------------------------------------------------------------------
def documents_in(signed):
    """What somebody who trusts the verdict goes on to read."""
    data = signed.data
    if signed.beside:
        return None  # read elsewhere
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = (name for name in archive.namelist() if not name.startswith("META-INF/"))
            return {name: archive.read(name) for name in names if name != "mimetype"}
    if data.startswith(b"\x30"):
        return cms.ContentInfo.load(data)["content"]["encap_content_info"]["content"].native
    if data.startswith(b"%PDF"):
        return [data[place] for place in covered_places(data)]
    return re.findall(rb"<(?:\w+:)?engagement.*?engagement>", data)


@fuzzed
@given(**FLIPS)
def test_a_file_that_stays_valid_says_what_it_said(bench, which, where, bit):
    signed = bench.files[which % len(bench.files)]
    changed = replace(signed, data=flip(signed.data, int(where * len(signed.data)), bit))
    if check(changed, bench.trust).verdict is Verdict.VALID:
        assert documents_in(changed) == documents_in(signed)


@pytest.mark.corpus
@fuzzed
@given(**FLIPS)
def test_damaged_files_of_others_are_judged_without_an_exception(shared_data, which, where, bit):
    paths = good_files(shared_data)
    path = paths[which % len(paths)]
    data = path.read_bytes()
    changed = makers.Signed(path.name, flip(data, int(where * len(data)), bit))
    assert check(changed, TrustStore.empty()).verdict is not Verdict.VALID
