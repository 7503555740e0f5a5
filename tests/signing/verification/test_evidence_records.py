"""Evidence records (RFC 4998) made here: hash trees, and renewals of their time stamps and of their trees."""

import hashlib
from datetime import timedelta

import pytest

from signing.asn1 import der
from signing.tsp import timestamps
from signing.verification.cms.evidence_records import looks_like_one, read_evidence_record, read_file
from signing.verification.facts import Content, Format, Sub
from tests.conftest import NOW

DATA, OTHER = b"archive", b"voisine"
CONTENT = Content.of("archive.txt", DATA)
SHA256, SHA512 = (der.sequence(der.oid(timestamps.DIGESTS[name][0])) for name in ("sha256", "sha512"))


def sha256(data):
    return hashlib.sha256(data).digest()


def sha512(data):
    return hashlib.sha512(data).digest()


def stamp(authority, root, *, algorithm="sha256", tree=(), at=NOW):
    """An ArchiveTimeStamp over the root of a tree, given as lists of hashes."""
    token = timestamps.issue(digest=root, authority=authority, serial=3, gen_time=at, algorithm=algorithm)
    parts = [der.sequence(*map(der.octets, hashes)) for hashes in tree]
    return der.sequence(der.explicit(2, *parts) if parts else b"", token), token


def record(*chains):
    """Each chain is a list of ArchiveTimeStamps."""
    sequence = der.sequence(*(der.sequence(*chain) for chain in chains))
    return der.sequence(der.integer(1), der.sequence(SHA256, SHA512), sequence)


def problems(data, contents=(CONTENT,)):
    return [str(found.problem) for found in read_evidence_record(data, contents)]


@pytest.fixture
def first(authority):
    """One stamp over the document and its neighbour."""
    hashes = [sha256(DATA), sha256(OTHER)]
    return stamp(authority, sha256(b"".join(sorted(hashes))), tree=[hashes])


def test_a_document_in_the_tree_is_proved(first):
    data = record([first[0]])
    assert looks_like_one(data)
    assert problems(data) == [""]
    assert read_evidence_record(data, [CONTENT])[0].at == NOW


def test_a_document_alone_needs_no_tree(authority):
    assert problems(record([stamp(authority, sha256(DATA))[0]])) == [""]
    assert problems(record([stamp(authority, sha256(OTHER))[0]])) == [Sub.HASH_FAILURE]


def test_another_document_is_not_in_the_tree(first):
    assert problems(record([first[0]]), [Content.of("a", b"autre")]) == [Sub.HASH_FAILURE]


def test_without_the_document_only_the_tree_is_checked(authority, first):
    assert problems(record([first[0]]), []) == [Sub.SIGNED_DATA_NOT_FOUND]
    wrong = stamp(authority, sha256(OTHER), tree=[[sha256(DATA), sha256(OTHER)]])[0]
    assert problems(record([wrong]), []) == [Sub.HASH_FAILURE]


def test_a_renewed_time_stamp_covers_the_one_before(authority, first):
    day = NOW + timedelta(days=1)
    good = stamp(authority, sha256(first[1]), tree=[[sha256(first[1])]], at=day)[0]
    bad = stamp(authority, sha256(OTHER), tree=[[sha256(OTHER)]], at=day)[0]
    assert problems(record([first[0], good])) == ["", ""]
    assert problems(record([first[0], bad])) == ["", Sub.HASH_FAILURE]


def test_a_renewed_tree_covers_the_document_and_the_chains_before(authority, first):
    """RFC 4998 5.2."""
    chains = der.sequence(der.sequence(first[0]))
    day = NOW + timedelta(days=1)
    good = stamp(authority, sha512(sha512(DATA) + sha512(chains)), algorithm="sha512", at=day)[0]
    bad = stamp(authority, sha512(sha512(DATA)), algorithm="sha512", at=day)[0]
    assert problems(record([first[0]], [good])) == ["", ""]
    assert problems(record([first[0]], [bad])) == ["", Sub.HASH_FAILURE]


def test_a_failing_time_stamp_is_named_by_its_chain(authority, first):
    bad = stamp(authority, sha256(OTHER), tree=[[sha256(OTHER)]])[0]
    _, second = read_evidence_record(record([first[0]], [bad]), [CONTENT])
    assert second.message.startswith("Enregistrement de preuve, chaîne 2, horodatage 1\u00a0: ")


def test_renewals_come_after_what_they_renew(authority, first):
    earlier = stamp(authority, sha256(first[1]), tree=[[sha256(first[1])]], at=NOW - timedelta(minutes=5))[0]
    assert problems(record([first[0], earlier])) == ["", Sub.FORMAT_FAILURE]


@pytest.mark.parametrize("data", [b"", b"0\x00", b"\x30\x03\x02\x01\x01", b"PK\x03\x04"])
def test_what_is_no_record_is_said_so(data):
    assert not looks_like_one(data)
    (found,) = read_evidence_record(data, [])
    assert found.problem == Sub.FORMAT_FAILURE


def test_an_algorithm_that_nobody_knows_makes_a_record_unreadable(first):
    data = record([first[0]]).replace(SHA256[2:], der.oid("2.16.840.1.101.3.4.2.99"))
    assert problems(data) == [Sub.FORMAT_FAILURE]


def test_an_xml_record_is_named_and_not_judged():
    facts = read_file(b'<EvidenceRecord xmlns="urn:ietf:params:xml:ns:ers"/>', [])
    assert (facts.format, facts.stamps, facts.broken) == (Format.NONE, (), Sub.GENERIC)
    assert "RFC 6283" in facts.problems[-1]


@pytest.mark.corpus
def test_the_chain_of_the_corpus_that_was_renewed_wrongly_is_named(shared_data):
    path = shared_data / "signing" / "open" / "evidence-record" / "er-asn1-chain-renewal-invalid.ers"
    _, second = read_evidence_record(path.read_bytes(), [Content.of("autre", b"autre")])
    assert (second.problem, "chaîne 2" in second.message) == (Sub.HASH_FAILURE, True)
