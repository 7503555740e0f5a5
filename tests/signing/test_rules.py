"""From facts to the verdict of EN 319 102-1 and the five checks, without any PDF."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from signing.rules import PADES, PKCS7, TRUSTED, Changes, Facts, judge
from signing.verdicts import Outcome, Status
from tests.conftest import NOW

YEAR = timedelta(days=365)
GOOD = Facts(
    field="Signature1",
    signer="Entreprise fictive",
    issuer="Autorité fictive",
    format=PADES,
    level="PAdES-B-LT",
    not_before=NOW - YEAR,
    not_after=NOW + YEAR,
    declared_at=NOW - timedelta(days=2),
    stamped_at=NOW - timedelta(days=2),
    proved_at=NOW - timedelta(days=2),
    intact=True,
    authentic=True,
    changes=Changes.NONE,
    trust=TRUSTED,
)


def verdict(**changes):
    return judge(replace(GOOD, **changes), now=NOW)


def outcome(found, code):
    return next(check.outcome for check in found.checks if check.code == code)


def test_a_good_signature_passes():
    found = verdict()
    assert (found.status, found.sub_indication, found.message) == (
        Status.PASSED,
        "",
        "La signature est valide.",
    )


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"broken": "FORMAT_FAILURE"}, Status.FAILED, "FORMAT_FAILURE"),
        ({"broken": "GENERIC"}, Status.INDETERMINATE, "GENERIC"),
        ({"intact": False}, Status.FAILED, "HASH_FAILURE"),
        ({"intact": None}, Status.FAILED, "HASH_FAILURE"),
        ({"authentic": False}, Status.FAILED, "SIG_CRYPTO_FAILURE"),
        ({"changes": Changes.FORBIDDEN}, Status.FAILED, "FORMAT_FAILURE"),
        ({"changes": Changes.UNKNOWN}, Status.INDETERMINATE, "GENERIC"),
        ({"changes": Changes.PROOFS}, Status.PASSED, ""),
        ({"changes": Changes.FORM}, Status.PASSED, ""),
        ({"trust": "REVOKED"}, Status.FAILED, "REVOKED"),
        ({"trust": "REVOKED_NO_POE"}, Status.INDETERMINATE, "REVOKED_NO_POE"),
        ({"trust": "NO_CERTIFICATE_CHAIN_FOUND"}, Status.INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND"),
        ({"not_after": NOW - timedelta(days=3)}, Status.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE"),
        ({"not_before": NOW - timedelta(days=1)}, Status.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE"),
        ({"not_after": None}, Status.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE"),
        (
            {"proved_at": None, "not_after": NOW - timedelta(days=1)},
            Status.INDETERMINATE,
            "OUT_OF_BOUNDS_NO_POE",
        ),
        ({"declared_at": NOW + 2 * YEAR}, Status.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE"),
    ],
)
def test_each_fault_has_its_code(changes, status, code):
    found = verdict(**changes)
    assert (found.status, found.sub_indication) == (status, code)


def test_a_signature_proved_in_time_is_good_after_the_certificate_has_expired():
    assert verdict(not_after=NOW - timedelta(days=1)).status is Status.PASSED


def test_nothing_passes_unless_every_fact_is_good():
    """Every combination of facts: a pass has them all."""
    for intact, authentic, changes, trust, broken in product(
        (True, False, None), (True, False, None), Changes, (TRUSTED, "TRY_LATER", "REVOKED"), ("", "GENERIC")
    ):
        found = verdict(intact=intact, authentic=authentic, changes=changes, trust=trust, broken=broken)
        good = intact and authentic and changes in {Changes.NONE, Changes.PROOFS, Changes.FORM}
        assert (found.status is Status.PASSED) == bool(good and trust == TRUSTED and not broken)


def test_the_five_checks_of_article_5_come_in_its_order():
    codes = [check.code for check in verdict().checks]
    assert codes == ["identity", "category", "format", "validity", "integrity"]


@pytest.mark.parametrize(
    ("changes", "code", "expected"),
    [
        ({"signer": ""}, "identity", Outcome.FAILED),
        ({"trust": "TRY_LATER"}, "identity", Outcome.UNKNOWN),
        ({"declares_qualified": True}, "category", Outcome.UNKNOWN),
        ({"format": PKCS7, "level": PKCS7}, "format", Outcome.UNKNOWN),
        ({"format": "", "level": ""}, "format", Outcome.FAILED),
        ({"trust": "REVOKED"}, "validity", Outcome.FAILED),
        ({"not_after": NOW - timedelta(days=3)}, "validity", Outcome.FAILED),
        ({"trust": "TRY_LATER"}, "validity", Outcome.UNKNOWN),
        ({"not_before": None}, "validity", Outcome.FAILED),
        ({"changes": Changes.FORBIDDEN}, "integrity", Outcome.FAILED),
        ({"changes": Changes.UNKNOWN}, "integrity", Outcome.UNKNOWN),
        ({"intact": None, "broken": "GENERIC"}, "integrity", Outcome.UNKNOWN),
        ({"intact": None, "broken": "FORMAT_FAILURE"}, "integrity", Outcome.FAILED),
    ],
)
def test_a_check_says_what_is_known_and_what_is_not(changes, code, expected):
    assert outcome(verdict(**changes), code) is expected


def test_a_signer_who_cannot_be_read_is_said_to_be_unknown():
    assert verdict(signer="").signer == "Signataire inconnu"
