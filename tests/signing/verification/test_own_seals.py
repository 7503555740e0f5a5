"""Our own seals, judged like anybody's: our root is the anchor, our lists the revocation data (P7-T6)."""

from datetime import timedelta

import pytest

from signing.pki.authority import ensure_authority
from signing.seals import seal_detached, seal_pdf
from signing.verification.checks import check, check_detached
from signing.verification.facts import Content
from signing.verification.reports import Outcome, Verdict
from signing.verification.trust.trust import TrustStore
from tests.signing import pki

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


@pytest.fixture
def sealed(receipt_pdf, authority, now):
    return seal_pdf(receipt_pdf, reason="Récépissé", authority=authority, now=now)


def trusted(authority, at):
    """What the installation trusts on that day: its root, and the list of the day."""
    from cryptography.hazmat.primitives.serialization import Encoding

    of_the_day = ensure_authority(authority.directory.parent, at)
    return TrustStore(
        roots=of_the_day.roots, crls=tuple(crl.public_bytes(Encoding.DER) for crl in of_the_day.crls)
    )


def checked(data, store, at):
    (report,) = check([Content.of("acte.pdf", data)], now=at, trust=store)
    return report


@pytest.mark.parametrize("later", [timedelta(minutes=5), YEAR, 9 * YEAR])
def test_our_seal_is_valid_at_once_and_for_years(sealed, authority, now, later):
    report = checked(sealed, trusted(authority, now + later), now + later)
    (signature,) = report.signatures
    assert (report.verdict, signature.signed_at, signature.level) == (Verdict.VALID, now, "PAdES-B-LTA")
    assert signature.time_is_proved


def test_once_the_last_stamp_has_expired_nothing_is_proved(sealed, authority, now):
    late = now + 11 * YEAR
    report = checked(sealed, trusted(authority, late), late)
    (signature,) = report.signatures
    assert (report.verdict, signature.sub_indication) == (Verdict.INDETERMINATE, "OUT_OF_BOUNDS_NO_POE")


def test_without_our_root_our_seal_is_nobody_s(sealed, now):
    assert checked(sealed, TrustStore.empty(), now).verdict is Verdict.INDETERMINATE


def test_an_altered_seal_is_refused(sealed, authority, now):
    position = sealed.index(b"/Producer") if b"/Producer" in sealed else 2000
    changed = bytearray(sealed)
    changed[position + 3] ^= 1
    assert checked(bytes(changed), trusted(authority, now), now).verdict is not Verdict.VALID


def test_a_detached_seal_is_valid_for_its_document_alone(authority, now):
    receipt, other = Content.of("recepisse.json", b'{"pli": 1}'), Content.of("autre.json", b'{"pli": 2}')
    seal = Content.of("recepisse.json.p7s", seal_detached(b'{"pli": 1}', authority=authority, now=now))
    store = trusted(authority, now)
    found = {report.file: report for report in check([receipt, other, seal], now=now, trust=store)}
    assert found["recepisse.json"].verdict is Verdict.VALID
    assert found["autre.json"].verdict is Verdict.UNSIGNED
    (wrong,) = check_detached(seal, [other], now=now, trust=store)
    assert wrong.verdict is not Verdict.VALID


def test_a_seal_made_by_an_expired_key_is_not_valid_whatever_stamps_it(receipt_pdf, authority, now):
    """Trap (a) of the whole chain: expired yesterday, stamped today by an authority that is trusted."""
    expired = pki.signer(authority, begins=now - YEAR, ends=now - timedelta(days=1))
    signed = pki.sign(receipt_pdf, expired, now=now, stamped_at=now, crl=authority.crl)
    (signature,) = checked(signed, trusted(authority, now), now + timedelta(minutes=5)).signatures
    assert signature.sub_indication == "OUT_OF_BOUNDS_NO_POE"
    outcomes = {check.code: check.outcome for check in signature.checks}
    assert outcomes["not_expired_not_revoked_at_signing"] is Outcome.FAILED
