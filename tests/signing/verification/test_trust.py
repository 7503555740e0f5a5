"""Trust in a signature: the times that are proved, then the signer's certificate (EN 319 102-1 5.5, 5.6)."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.verification.facts import Format, SignatureFacts, StampFacts, StampKind
from signing.verification.trust.trust import TrustStore, assess, assess_stamp
from signing.verification.trust.trust_store import TrustFolderUnreadable
from tests.conftest import NOW
from tests.signing import authorities
from tests.signing.authorities import YEAR

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LIFE = {"begins": NOW - YEAR, "ends": NOW + YEAR}


@pytest.fixture(scope="module")
def root():
    return authorities.root("Autorité fictive", begins=NOW - 5 * YEAR, ends=NOW + 20 * YEAR)


@pytest.fixture(scope="module")
def other():
    """An authority of time stamps, apart from that of the signers."""
    return authorities.root("Autorité fictive du temps", begins=NOW - 5 * YEAR, ends=NOW + 20 * YEAR)


@pytest.fixture(scope="module")
def signer(root):
    return root.signer(**LIFE)


@pytest.fixture(scope="module")
def stamper(other):
    return other.stamper(**LIFE)


@pytest.fixture(scope="module")
def store(root, other):
    """Trusts both roots, with lists of the day on which nobody is revoked."""
    return TrustStore(
        roots=(root.certificate, other.certificate), crls=(root.crl(NOW - HOUR), other.crl(NOW - HOUR))
    )


def facts(signer, *stamps, crls=(), ocsps=(), declared_at=None, certificates=()):
    return SignatureFacts(
        place="1",
        format=Format.CADES,
        certificate=signer.der,
        certificates=tuple(holder.der for holder in certificates),
        crls=tuple(crls),
        ocsps=tuple(ocsps),
        stamps=stamps,
        declared_at=declared_at,
    )


def stamp(stamper, at, kind=StampKind.SIGNATURE, problem=""):
    return StampFacts(
        kind=kind, token=b"", at=at, issuer="Horodatage fictif", certificate=stamper.der, problem=problem
    )


def trusting(*holders, crls=()):
    return TrustStore(roots=tuple(holder.certificate for holder in holders), crls=tuple(crls))


# --- Who is known ------------------------------------------------------------------------------------------------
def test_a_known_authority_makes_a_certificate_good(signer, store):
    found = assess(facts(signer), store=store, now=NOW)
    assert (found.why_not, found.is_unrevoked, found.proved_at) == ("", True, None)
    assert (found.is_qualified, found.category) == (None, "")


def test_nobody_is_known_without_a_trust_anchor(signer, stamper):
    found = assess(facts(signer, stamp(stamper, NOW)), store=TrustStore.empty(), now=NOW)
    assert (found.why_not, found.proved_at) == ("NO_CERTIFICATE_CHAIN_FOUND", None)
    assert "n'est pas connue de la plateforme" in found.stamp_notes[0]


def test_an_authority_of_the_same_name_is_not_the_same(signer, root, other):
    impostor = authorities.root("Autorité fictive", begins=NOW - YEAR, ends=NOW + YEAR)
    store = trusting(impostor, other, crls=[root.crl(NOW - HOUR)])
    assert assess(facts(signer), store=store, now=NOW).why_not == "NO_CERTIFICATE_CHAIN_FOUND"


def test_intermediate_authorities_come_with_the_signature(root, store):
    between = root.authority("Autorité intermédiaire fictive", **LIFE)
    signer = between.signer(**LIFE)
    lists = [between.crl(NOW - HOUR)]
    found = assess(facts(signer, certificates=[between], crls=lists), store=store, now=NOW)
    assert found.why_not == ""
    assert assess(facts(signer, crls=lists), store=store, now=NOW).why_not == "NO_CERTIFICATE_CHAIN_FOUND"


def test_a_signer_does_not_issue_certificates(root, signer, store):
    forged = signer.signer(**LIFE)
    found = assess(facts(forged, certificates=[signer], crls=[signer.crl(NOW - HOUR)]), store=store, now=NOW)
    assert found.why_not in {"CHAIN_CONSTRAINTS_FAILURE", "NO_CERTIFICATE_CHAIN_FOUND"}


@pytest.mark.parametrize("purpose", ["stamper", "authority"])
def test_a_certificate_made_for_something_else_signs_no_document(root, store, purpose):
    holder = root.stamper(**LIFE) if purpose == "stamper" else root.authority("Autorité fictive 2", **LIFE)
    assert assess(facts(holder), store=store, now=NOW).why_not == "CHAIN_CONSTRAINTS_FAILURE"


# --- The signer's certificate in time --------------------------------------------------------------------------------
def test_a_signature_stamped_after_the_end_of_its_certificate_is_refused(root, stamper, store):
    """Trap (a): pyHanko's validation with time says PASSED."""
    expired = root.signer(begins=NOW - 2 * YEAR, ends=NOW - DAY)
    found = assess(
        facts(expired, stamp(stamper, NOW), crls=[root.crl(NOW - 2 * DAY)]), store=store, now=NOW + HOUR
    )
    assert (found.why_not, found.proved_at) == ("OUT_OF_BOUNDS_NO_POE", NOW)


def test_a_certificate_that_expired_after_the_stamp_was_good(root, stamper, store):
    signer = root.signer(begins=NOW - YEAR, ends=NOW + HOUR)
    signed = facts(signer, stamp(stamper, NOW), crls=[root.crl(NOW - HOUR)])
    found = assess(signed, store=store, now=NOW + DAY)
    assert (found.why_not, found.proved_at, found.proved_by) == ("", NOW, "Horodatage fictif")


def test_without_a_stamp_an_expired_certificate_proves_nothing(root, store):
    expired = root.signer(begins=NOW - YEAR, ends=NOW - DAY)
    found = assess(facts(expired, declared_at=NOW - 2 * DAY), store=store, now=NOW)
    assert (found.why_not, found.proved_at) == ("OUT_OF_BOUNDS_NO_POE", None)


def test_a_signature_stamped_before_its_certificate_began_is_refused(root, stamper, store):
    later = root.signer(begins=NOW, ends=NOW + YEAR)
    assert assess(facts(later, stamp(stamper, NOW - DAY)), store=store, now=NOW).why_not == "NOT_YET_VALID"
    assert assess(facts(later), store=store, now=NOW - HOUR).why_not == "OUT_OF_BOUNDS_NO_POE"


# --- Revocation ------------------------------------------------------------------------------------------------------
def test_without_any_revocation_data_the_question_stays_open(signer, root):
    found = assess(facts(signer), store=trusting(root), now=NOW)
    assert (found.why_not, found.is_unrevoked) == ("TRY_LATER", None)


def test_an_old_list_does_not_speak_of_today(signer, root):
    store = trusting(root, crls=[root.crl(NOW - 30 * DAY)])
    assert assess(facts(signer), store=store, now=NOW).why_not == "TRY_LATER"


def test_a_list_of_somebody_else_says_nothing(signer, root, other):
    store = trusting(root, crls=[other.crl(NOW - HOUR)])
    assert assess(facts(signer), store=store, now=NOW).why_not == "TRY_LATER"


@pytest.mark.parametrize(
    ("revoked", "stamped", "declared", "expected"),
    [
        (NOW - DAY, NOW - 2 * DAY, None, ""),
        (NOW - DAY, NOW - HOUR, NOW - HOUR, "REVOKED"),
        (NOW - DAY, NOW - HOUR, None, "REVOKED_NO_POE"),
        (NOW - DAY, NOW - HOUR, NOW - 2 * DAY, "REVOKED_NO_POE"),
        (NOW - DAY, None, NOW - HOUR, "REVOKED"),
        (NOW - DAY, None, NOW - 2 * DAY, "REVOKED_NO_POE"),
    ],
)
def test_revocation_counts_from_its_date(root, other, stamper, signer, revoked, stamped, declared, expected):
    store = trusting(root, other, crls=[root.crl(NOW - HOUR, {signer: revoked}), other.crl(NOW - HOUR)])
    stamps = [stamp(stamper, stamped)] if stamped else []
    found = assess(facts(signer, *stamps, declared_at=declared), store=store, now=NOW)
    assert (found.why_not, found.is_unrevoked) == (expected, not expected)


def test_a_list_that_says_revoked_is_heard_beside_an_answer_that_says_good(root):
    signer = root.signer(**LIFE, extensions=[authorities.answers_at("http://ocsp.exemple.test/")])
    good = facts(signer, ocsps=[root.ocsp(signer, NOW - HOUR)])
    assert assess(good, store=trusting(root), now=NOW).why_not == ""
    store = trusting(root, crls=[root.crl(NOW - HOUR, {signer: NOW - 2 * HOUR})])
    assert assess(good, store=store, now=NOW).why_not == "REVOKED_NO_POE"


def test_an_answer_that_says_revoked_is_heard(root):
    signer = root.signer(**LIFE, extensions=[authorities.answers_at("http://ocsp.exemple.test/")])
    signed = facts(signer, ocsps=[root.ocsp(signer, NOW - HOUR, revoked_at=NOW - DAY)])
    assert assess(signed, store=trusting(root), now=NOW).why_not == "REVOKED_NO_POE"


def test_an_answer_of_today_speaks_of_a_signature_of_last_month(root, other, stamper):
    """Responders change their certificate every month: today's is younger than the signature."""
    signer = root.signer(**LIFE, extensions=[authorities.answers_at("http://ocsp.exemple.test/")])
    responder = root.responder(begins=NOW - DAY, ends=NOW + 30 * DAY)
    signed = facts(
        signer, stamp(stamper, NOW - 20 * DAY), ocsps=[root.ocsp(signer, NOW - HOUR, by=responder)]
    )
    found = assess(signed, store=trusting(root, other, crls=[other.crl(NOW - HOUR)]), now=NOW)
    assert (found.why_not, found.proved_at) == ("", NOW - 20 * DAY)


def test_a_responder_that_the_authority_did_not_certify_says_nothing(root, other):
    """RFC 6960 4.2.2.2."""
    signer = root.signer(**LIFE, extensions=[authorities.answers_at("http://ocsp.exemple.test/")])
    stranger = other.responder(begins=NOW - DAY, ends=NOW + 30 * DAY)
    signed = facts(signer, ocsps=[root.ocsp(signer, NOW - HOUR, by=stranger)])
    assert assess(signed, store=trusting(root, other), now=NOW).why_not == "TRY_LATER"


def test_an_authority_that_is_younger_than_the_signature_did_not_certify_it(root, other, stamper):
    between = root.authority("Autorité intermédiaire fictive", begins=NOW - DAY, ends=NOW + YEAR)
    signer = between.signer(**LIFE)
    lists = [root.crl(NOW - HOUR), between.crl(NOW - HOUR), other.crl(NOW - HOUR)]
    signed = facts(signer, stamp(stamper, NOW - 20 * DAY), certificates=[between], crls=lists)
    found = assess(signed, store=trusting(root, other), now=NOW)
    assert (found.why_not, found.proved_at) == ("CHAIN_CONSTRAINTS_FAILURE", NOW - 20 * DAY)


def test_a_broken_answer_does_not_take_the_good_ones_along(signer, root):
    signed = facts(signer, crls=[root.crl(NOW - HOUR)[:-3], root.crl(NOW - HOUR)], ocsps=[b"\x30\x80\x0a"])
    assert assess(signed, store=trusting(root), now=NOW).why_not == ""


def test_a_list_made_after_the_certificate_expired_may_have_forgotten_it(root, other, stamper):
    signer = root.signer(begins=NOW - YEAR, ends=NOW - DAY)
    signed = facts(signer, stamp(stamper, NOW - 2 * DAY))
    store = trusting(root, other, crls=[root.crl(NOW - HOUR), other.crl(NOW - HOUR)])
    assert assess(signed, store=store, now=NOW).why_not == "TRY_LATER"


def test_a_revoked_intermediate_authority_is_no_authority(root):
    between = root.authority("Autorité intermédiaire fictive", **LIFE)
    signed = facts(between.signer(**LIFE), certificates=[between], crls=[between.crl(NOW - HOUR)])
    store = trusting(root, crls=[root.crl(NOW - HOUR, {between: NOW - DAY})])
    assert assess(signed, store=store, now=NOW).why_not == "REVOKED_CA_NO_POE"


# --- Time stamps -----------------------------------------------------------------------------------------------------
def test_the_earliest_trusted_stamp_is_the_time_proved(signer, stamper, store):
    signed = facts(signer, stamp(stamper, NOW - HOUR), stamp(stamper, NOW - 2 * HOUR))
    assert assess(signed, store=store, now=NOW).proved_at == NOW - 2 * HOUR


def test_a_stamp_of_the_content_does_not_date_the_signature(signer, stamper, store):
    signed = facts(signer, stamp(stamper, NOW - HOUR, StampKind.CONTENT))
    assert assess(signed, store=store, now=NOW).proved_at is None


def test_a_stamp_with_a_problem_proves_nothing(signer, stamper, store):
    signed = facts(signer, stamp(stamper, NOW - HOUR, problem="HASH_FAILURE"))
    assert assess(signed, store=store, now=NOW).proved_at is None


def test_an_authority_without_the_critical_purpose_proves_no_time(signer, other, store):
    """RFC 3161 2.3: the extended usage must be critical."""
    lax = other.stamper(**LIFE, critical=False)
    found = assess(facts(signer, stamp(lax, NOW - HOUR)), store=store, now=NOW)
    assert found.proved_at is None
    assert "n'est pas fait pour l'horodatage" in found.stamp_notes[0]


def test_a_stamp_of_tomorrow_proves_nothing(signer, stamper, store):
    found = assess(facts(signer, stamp(stamper, NOW + HOUR)), store=store, now=NOW)
    assert found.proved_at is None
    assert "date à venir" in found.stamp_notes[0]


def test_a_stamp_before_its_authority_began_proves_nothing(signer, other, store):
    young = other.stamper(begins=NOW - HOUR, ends=NOW + YEAR)
    assert assess(facts(signer, stamp(young, NOW - DAY)), store=store, now=NOW).proved_at is None


def test_archive_stamps_carry_the_proof_through_the_expiry_of_the_first(root, other):
    """The signer and the first authority expired long ago; each stamp was made before the one it covers expired."""
    now = NOW + 8 * YEAR
    signer = root.signer(**LIFE)
    units = [
        other.stamper(begins=NOW + n * 2 * YEAR - DAY, ends=NOW + n * 2 * YEAR + 3 * YEAR) for n in range(4)
    ]
    moments = [NOW, *(NOW + n * 2 * YEAR + YEAR for n in (1, 2))]
    kinds = [StampKind.SIGNATURE, StampKind.ARCHIVE, StampKind.ARCHIVE]
    stamps = [stamp(unit, at, kind) for unit, at, kind in zip(units, moments, kinds, strict=False)]
    lists = [root.crl(NOW - HOUR), *(other.crl(at - HOUR) for at in (*moments, now))]
    store = trusting(root, other)
    found = assess(facts(signer, *stamps, crls=lists), store=store, now=moments[-1] + DAY)
    assert (found.why_not, found.proved_at) == ("", NOW)
    # Once the last one has expired too, nothing is proved any more.
    late = assess(facts(signer, *stamps, crls=lists), store=store, now=now)
    assert (late.why_not, late.proved_at) == ("OUT_OF_BOUNDS_NO_POE", None)


def test_a_second_stamp_of_the_signature_does_not_carry_the_first(root, other):
    """It covers the signature and not the other token: that one's authority is judged today."""
    signer, first = root.signer(**LIFE), other.stamper(begins=NOW - YEAR, ends=NOW + DAY)
    second = other.stamper(begins=NOW, ends=NOW + 2 * YEAR)
    now = NOW + 10 * DAY
    signed = facts(
        signer,
        stamp(first, NOW),
        stamp(second, NOW + HOUR),
        crls=[root.crl(NOW - HOUR), other.crl(NOW - HOUR), other.crl(now - HOUR)],
    )
    assert assess(signed, store=trusting(root, other), now=now).proved_at == NOW + HOUR


def test_a_lone_stamp_is_trusted_or_says_why(stamper, store):
    assert assess_stamp(stamp(stamper, NOW, StampKind.TOKEN), store=store, now=NOW) == ""
    note = assess_stamp(stamp(stamper, NOW, StampKind.TOKEN), store=TrustStore.empty(), now=NOW)
    assert note.startswith("Le jeton d'horodatage du lundi")
    assert "n'est pas connue de la plateforme" in note


# --- Nothing comes out but facts -----------------------------------------------------------------------------------
@pytest.mark.parametrize("keep", [0, 1, 20, 200, -1])
def test_a_damaged_certificate_is_a_fact(signer, stamper, store, keep):
    damaged = SignatureFacts(
        place="1",
        format=Format.CADES,
        certificate=signer.der[:keep],
        certificates=(b"\x30", b"", signer.der[:50]),
        crls=(b"\x30\x03\x02\x01\x01", b""),
        ocsps=(b"\x30\x03\x0a\x01\x00",),
        stamps=(
            stamp(stamper, NOW),
            StampFacts(kind=StampKind.SIGNATURE, token=b"", at=NOW, certificate=b"\x30\x00"),
        ),
    )
    assert assess(damaged, store=store, now=NOW).why_not != ""


def test_every_flipped_byte_of_a_certificate_is_a_fact(signer, store):
    for position in range(0, len(signer.der), 7):
        changed = bytearray(signer.der)
        changed[position] ^= 0xFF
        found = assess(
            SignatureFacts(place="1", format=Format.CADES, certificate=bytes(changed)), store=store, now=NOW
        )
        assert found.why_not != "", position


def test_authorities_that_sign_each_other_do_not_keep_us_busy(store):
    """Eight authorities of one name, each able to have issued all the others: 8! paths, none to an anchor."""
    crowd = [authorities.root("Foule fictive", begins=NOW - YEAR, ends=NOW + YEAR) for _ in range(12)]
    crossed = [holder.authority("Foule fictive", begins=NOW - YEAR, ends=NOW + YEAR) for holder in crowd]
    signed = facts(crossed[0].signer(**LIFE), certificates=[*crowd, *crossed])
    assert assess(signed, store=store, now=NOW).why_not != ""


# --- Stores ----------------------------------------------------------------------------------------------------------
def test_a_folder_of_trust_is_read_by_content(tmp_path, root, other, signer, caplog):
    (tmp_path / "une-autorite.pem").write_bytes(
        root.certificate.public_bytes(Encoding.PEM) + other.certificate.public_bytes(Encoding.PEM)
    )
    (tmp_path / "liste.crl").write_bytes(root.crl(NOW - HOUR))
    (tmp_path / "notes.txt").write_text("rien")
    with caplog.at_level("WARNING", logger="signing"):
        store = TrustStore.from_directory(tmp_path)
    assert len(store.roots) == 2
    assert assess(facts(signer), store=store, now=NOW).why_not == ""
    assert "notes.txt" in caplog.text


def test_a_certificate_in_der_is_an_anchor_too(tmp_path, root):
    (tmp_path / "autorite.cer").write_bytes(root.der)
    assert TrustStore.from_directory(tmp_path).roots == (root.certificate,)


def test_a_folder_that_does_not_exist_is_a_refusal(tmp_path):
    with pytest.raises(TrustFolderUnreadable):
        TrustStore.from_directory(tmp_path / "nulle-part")
