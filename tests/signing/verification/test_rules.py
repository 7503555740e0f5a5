"""From facts to verdicts, without any file: EN 319 102-1, and the five checks of annexe 12 art. 5."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.verification.facts import (
    Changes,
    Covers,
    FileFacts,
    Format,
    SignatureFacts,
    StampFacts,
    StampKind,
    Sub,
    TrustFacts,
)
from signing.verification.reports import CheckCode, Outcome, Status, TimeSource, Verdict
from signing.verification.rules import judge, judge_file, judge_stamp
from tests.conftest import NOW
from tests.signing import authorities

YEAR, DAY = timedelta(days=365), timedelta(days=1)
SIGNED = NOW - 2 * DAY
STAMP = StampFacts(kind=StampKind.SIGNATURE, token=b"", at=SIGNED, issuer="Horodatage fictif")
TRUSTED = TrustFacts(why_not="", proved_at=SIGNED, proved_by="Horodatage fictif", is_unrevoked=True)
UNTRUSTED = TrustFacts()
BAD_STAMP = replace(STAMP, problem=Sub.HASH_FAILURE, message="L'horodatage de la signature est une copie.")


def certificate(begins, ends):
    root = authorities.root("Autorité fictive", begins=NOW - 9 * YEAR, ends=NOW + 9 * YEAR)
    return root.signer(begins=begins, ends=ends).certificate.public_bytes(Encoding.DER)


GOOD = SignatureFacts(
    place="Signature1",
    format=Format.PADES,
    level="B-LT",
    certificate=certificate(NOW - YEAR, NOW + YEAR),
    declared_at=SIGNED,
    stamps=(STAMP,),
    intact=True,
    authentic=True,
)


def verdict(trust=TRUSTED, now=NOW, **changes):
    return judge(replace(GOOD, **changes), trust, now=now)


def test_a_good_signature_passes_the_five_checks():
    found = verdict(trust=replace(TRUSTED, is_qualified=True))
    assert (found.status, found.sub_indication) == (Status.PASSED, "")
    assert found.message == "La signature est valide."
    assert [check.code for check in found.checks] == list(CheckCode)
    assert {check.outcome for check in found.checks} == {Outcome.PASSED}
    assert (found.signer, found.level, found.signed_at) == ("Entreprise fictive", "PAdES-B-LT", SIGNED)
    assert found.time_source is TimeSource.TRUSTED_TIMESTAMP


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"broken": Sub.FORMAT_FAILURE}, Status.FAILED, "FORMAT_FAILURE"),
        ({"broken": Sub.GENERIC}, Status.INDETERMINATE, "GENERIC"),
        ({"broken": Sub.CRYPTO_CONSTRAINTS_FAILURE}, Status.INDETERMINATE, "CRYPTO_CONSTRAINTS_FAILURE"),
        ({"intact": False}, Status.FAILED, "HASH_FAILURE"),
        ({"intact": False, "broken": Sub.GENERIC}, Status.FAILED, "HASH_FAILURE"),
        ({"intact": None}, Status.INDETERMINATE, "SIGNED_DATA_NOT_FOUND"),
        ({"authentic": False}, Status.FAILED, "SIG_CRYPTO_FAILURE"),
        ({"authentic": None}, Status.INDETERMINATE, "GENERIC"),
        ({"certificate": None}, Status.INDETERMINATE, "NO_SIGNING_CERTIFICATE_FOUND"),
        ({"certificate": b"0\x03\x02\x01"}, Status.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE"),
        ({"changes": Changes.FORBIDDEN}, Status.FAILED, "FORMAT_FAILURE"),
        ({"changes": Changes.UNKNOWN}, Status.INDETERMINATE, "GENERIC"),
        ({"changes": Changes.PROOFS}, Status.PASSED, ""),
        ({"changes": Changes.FORM}, Status.PASSED, ""),
        ({"is_baseline": False}, Status.INDETERMINATE, "SIG_CONSTRAINTS_FAILURE"),
        ({"stamps": (STAMP, BAD_STAMP)}, Status.INDETERMINATE, "SIG_CONSTRAINTS_FAILURE"),
        ({"declared_at": NOW + 2 * YEAR}, Status.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE"),
    ],
)
def test_each_fault_has_its_indication(changes, status, code):
    found = verdict(**changes)
    assert (found.status, found.sub_indication) == (status, code)


@pytest.mark.parametrize(
    ("why_not", "status"),
    [
        ("NO_CERTIFICATE_CHAIN_FOUND", Status.INDETERMINATE),
        ("REVOKED_NO_POE", Status.INDETERMINATE),
        ("TRY_LATER", Status.INDETERMINATE),
        ("REVOKED", Status.FAILED),
        ("NOT_YET_VALID", Status.FAILED),
    ],
)
def test_what_trust_finds_is_said_in_its_words(why_not, status):
    found = verdict(trust=replace(TRUSTED, why_not=why_not))
    assert (found.status, found.sub_indication) == (status, why_not)


def test_without_an_anchor_the_document_may_be_whole_and_the_signer_unknown():
    found = verdict(trust=UNTRUSTED)
    assert (found.status, found.sub_indication) == (Status.INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND")
    assert found.outcome(CheckCode.INTEGRITY) is Outcome.PASSED
    assert found.outcome(CheckCode.IDENTITY) is Outcome.UNKNOWN
    assert found.time_source is TimeSource.TIMESTAMP


def test_a_signature_stamped_after_the_end_of_its_certificate_is_never_passed():
    """Trap (a): pyHanko only compares the beginning of the certificate's life."""
    found = verdict(certificate=certificate(NOW - 2 * YEAR, SIGNED - DAY), declared_at=SIGNED - 2 * DAY)
    assert (found.status, found.sub_indication) == (Status.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE")
    assert found.outcome(CheckCode.VALIDITY) is Outcome.FAILED


def test_a_signature_proved_in_time_is_good_after_the_certificate_has_expired():
    found = verdict(certificate=certificate(NOW - 2 * YEAR, NOW - DAY))
    assert found.status is Status.PASSED


def test_the_word_of_the_signer_does_not_outlive_the_certificate():
    expired = certificate(NOW - 2 * YEAR, NOW - DAY)
    found = verdict(certificate=expired, stamps=(), trust=replace(TRUSTED, proved_at=None, proved_by=""))
    assert (found.status, found.sub_indication) == (Status.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE")
    assert found.time_source is TimeSource.DECLARED
    assert found.outcome(CheckCode.VALIDITY) is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"intact": False}, CheckCode.INTEGRITY),
        ({"authentic": False}, CheckCode.INTEGRITY),
        ({"changes": Changes.FORBIDDEN}, CheckCode.INTEGRITY),
        ({"is_baseline": False}, CheckCode.FORMAT),
        ({"broken": Sub.FORMAT_FAILURE}, CheckCode.FORMAT),
        ({"broken": Sub.CRYPTO_CONSTRAINTS_FAILURE}, CheckCode.FORMAT),
        ({"certificate": None}, CheckCode.FORMAT),
        ({"certificate": None}, CheckCode.IDENTITY),
    ],
)
def test_each_fault_fails_its_check(changes, code):
    assert verdict(**changes).outcome(code) is Outcome.FAILED


def test_qualified_or_not_is_what_the_trusted_list_says():
    """Annexe 12 art. 2."""
    outcomes = [verdict(trust=replace(TRUSTED, is_qualified=known)) for known in (True, False, None)]
    assert [found.outcome(CheckCode.CATEGORY) for found in outcomes] == [
        Outcome.PASSED,
        Outcome.FAILED,
        Outcome.UNKNOWN,
    ]


def test_a_time_stamp_with_a_problem_is_named():
    found = verdict(stamps=(BAD_STAMP,))
    assert found.problems == (BAD_STAMP.message,)
    assert found.stamps[0].status is Status.FAILED


# --- Files ------------------------------------------------------------------------------------------------------------
def file_verdict(*signatures, stamps=(), **facts):
    return judge_file("f", FileFacts(format=Format.CADES, **facts), signatures, stamps).verdict


def test_a_file_is_worth_its_worst_signature():
    good, unknown, bad = verdict(), verdict(trust=UNTRUSTED), verdict(intact=False)
    assert file_verdict(good, good) is Verdict.VALID
    assert file_verdict(good, unknown) is Verdict.INDETERMINATE
    assert file_verdict(good, unknown, bad) is Verdict.INVALID
    assert file_verdict() is Verdict.UNSIGNED


def test_a_broken_file_is_not_valid_whatever_its_signatures():
    assert file_verdict(verdict(), broken=Sub.FORMAT_FAILURE) is Verdict.INVALID
    assert file_verdict(verdict(), broken=Sub.SIG_CONSTRAINTS_FAILURE) is Verdict.INDETERMINATE
    assert file_verdict(broken=Sub.GENERIC) is Verdict.INDETERMINATE


def test_a_file_of_which_no_signature_covers_all_is_not_valid():
    partial = verdict(covers=Covers.PARTIAL)
    assert file_verdict(partial) is Verdict.INDETERMINATE
    assert file_verdict(partial, verdict()) is Verdict.VALID
    assert file_verdict(partial, verdict(countersigns="Signature1")) is Verdict.INDETERMINATE


def test_a_time_stamp_alone_is_valid_only_with_trust():
    trusted, untrusted = judge_stamp(STAMP, is_trusted=True), judge_stamp(STAMP, is_trusted=False, note="?")
    broken = judge_stamp(BAD_STAMP, is_trusted=True)
    assert file_verdict(stamps=[trusted]) is Verdict.VALID
    assert file_verdict(stamps=[untrusted]) is Verdict.INDETERMINATE
    assert file_verdict(stamps=[trusted, broken]) is Verdict.INVALID


def test_a_time_stamp_beside_a_signature_only_harms_it_by_a_problem():
    untrusted, broken = judge_stamp(STAMP, is_trusted=False), judge_stamp(BAD_STAMP, is_trusted=False)
    assert file_verdict(verdict(), stamps=[untrusted]) is Verdict.VALID
    assert file_verdict(verdict(), stamps=[broken]) is Verdict.INDETERMINATE
