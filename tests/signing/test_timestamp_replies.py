"""Answers of other authorities: what is kept, and what is refused with its reason."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from signing.asn1 import der
from signing.tsp import timestamps
from signing.tsp.queries import SYSTEM_FAILURE, QueryRefused, read_query, rejection, write_query
from signing.tsp.replies import Asked, ReplyRefused, check_reply
from signing.tsp.timestamps import TimestampInvalid
from tests.signing import tsa

DIGEST = hashlib.sha256(b"le pli d'une entreprise").digest()
NONCE = 2**63 + 5
SENT_AT = datetime.now(UTC)
ASKED = Asked(digest=DIGEST, nonce=der.integer(NONCE), policy=tsa.POLICY, sent_at=SENT_AT)
QUERY = write_query(digest=DIGEST, nonce=NONCE, policy=tsa.POLICY)


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    return tsa.make(tmp_path_factory.mktemp("rsa"))


@pytest.fixture(scope="module")
def forger(tmp_path_factory):
    return tsa.make(tmp_path_factory.mktemp("ec"), kind="ec")


@pytest.fixture(scope="module")
def asked():
    """Asked of openssl's authority, which reads the real clock: not minutes earlier, when this file was collected."""
    return replace(ASKED, sent_at=datetime.now(UTC))


@pytest.fixture(scope="module")
def reply(provider, asked):
    return provider.reply(QUERY)


def forged(forger, authority, **changes):
    """An answer signed by the forger's unit, right but for `changes`."""
    answer = {
        "digest": DIGEST, "serial": 1, "gen_time": SENT_AT, "nonce": der.integer(NONCE), "policy": tsa.POLICY,
    }  # fmt: skip
    token = timestamps.issue(authority=forger.forge(authority), **(answer | changes))
    return timestamps.response(with_chain(token, forger))


def with_chain(token, forger):
    content = cms.ContentInfo.load(token)
    chain = cms.Certificate.load(der_of(forger.folder / "chain.pem"))
    content["content"]["certificates"].append(cms.CertificateChoices("certificate", chain))
    return content.dump(force=True)


def der_of(pem):
    from cryptography import x509

    return x509.load_pem_x509_certificate(pem.read_bytes()).public_bytes(Encoding.DER)


# --- kept -----------------------------------------------------------------------------------------------------
def test_the_answer_of_openssl_is_accepted_through_its_chain(asked, provider, reply):
    facts = check_reply(reply, asked, [provider.root])
    assert (facts.digest, facts.policy, facts.serial) == (DIGEST, tsa.POLICY, 0x2B)


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_token_of_openssl_is_proved_by_the_certificate_that_issued_its_unit(tmp_path, kind):
    from cryptography import x509

    provider = tsa.make(tmp_path, kind=kind)
    issuer = x509.load_pem_x509_certificate((tmp_path / "chain.pem").read_bytes())
    assert timestamps.verify(provider.reply(QUERY), DIGEST, issuer).policy == tsa.POLICY


def test_the_unit_itself_may_be_what_is_trusted(asked, provider, reply):
    assert check_reply(reply, asked, [provider.unit]).digest == DIGEST


def test_an_answer_written_in_ber_is_read(asked, provider, reply):
    """Some authorities leave the length of the outer elements open."""
    token = timestamps.token_of(reply)
    assert (token[:2], reply[:2]) == (b"\x30\x82", b"\x30\x82")
    granted = reply[4 : len(reply) - len(token)]
    open_ended = b"\x30\x80" + granted + b"\x30\x80" + token[4:] + bytes(4)
    with pytest.raises(TimestampInvalid):
        timestamps.read(open_ended)
    assert check_reply(open_ended, asked, [provider.root]).digest == DIGEST


def test_the_forger_would_be_believed_if_its_answer_were_right(forger, authority):
    assert check_reply(forged(forger, authority), ASKED, [forger.root]).digest == DIGEST


# --- refused --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nonce": der.integer(NONCE + 1)}, "nombre unique différent"),
        ({"nonce": None}, "nombre unique différent"),
        ({"digest": hashlib.sha256(b"autre").digest()}, "autre empreinte"),
        ({"digest": hashlib.sha512(b"autre").digest(), "algorithm": "sha512"}, "autre empreinte"),
        ({"policy": "1.2.3.4.2"}, "autre politique"),
        ({"gen_time": SENT_AT - timedelta(minutes=6)}, "trop éloignée"),
        ({"gen_time": SENT_AT + timedelta(minutes=6)}, "trop éloignée"),
    ],
)
def test_an_answer_to_another_question_is_refused(forger, authority, changes, reason):
    with pytest.raises(ReplyRefused, match=reason):
        check_reply(forged(forger, authority, **changes), ASKED, [forger.root])


@pytest.mark.parametrize(
    ("usages", "critical", "reason"),
    [
        ((), True, "n'est pas un certificat d'horodatage"),
        (tsa.TIMESTAMPING, False, "usage non critique"),
        ((*tsa.TIMESTAMPING, ExtendedKeyUsageOID.SERVER_AUTH), True, "n'est pas un certificat d'horodatage"),
    ],
)
def test_a_certificate_that_is_not_for_time_stamping_alone_is_refused(
    tmp_path, authority, usages, critical, reason
):
    """RFC 3161 2.3."""
    forger = tsa.make(tmp_path, kind="ec", usages=usages, critical=critical)
    with pytest.raises(ReplyRefused, match=reason):
        check_reply(forged(forger, authority), ASKED, [forger.root])


def test_a_chain_that_leads_elsewhere_is_refused(asked, provider, forger, reply):
    with pytest.raises(ReplyRefused, match="aucun certificat de confiance"):
        check_reply(reply, asked, [forger.root])


def test_a_trusted_certificate_put_into_a_forged_answer_lends_it_nothing(provider, forger, authority):
    """GHSA-3xxc-pwj6-jgrj: injected certificates."""
    content = cms.ContentInfo.load(timestamps.token_of(forged(forger, authority)))
    kept = [each.chosen.dump() for each in content["content"]["certificates"]]
    injected = [der_of(provider.folder / name) for name in ("tsa.pem", "chain.pem", "root.pem")]
    content["content"]["certificates"] = cms.CertificateSet(
        [cms.CertificateChoices("certificate", cms.Certificate.load(each)) for each in injected + kept]
    )
    with pytest.raises(ReplyRefused, match="aucun certificat de confiance"):
        check_reply(timestamps.response(content.dump(force=True)), ASKED, [provider.root])


def test_a_genuine_token_that_claims_another_signer_is_refused(asked, provider, reply):
    """The unit's name and number, on a certificate that is not the one that signed (ESSCertIDv2)."""
    content = cms.ContentInfo.load(timestamps.token_of(reply))
    twin = cms.Certificate.load(provider.unit.public_bytes(Encoding.DER))
    twin["signature_value"] = b"\x00" + bytes(40)
    content["content"]["certificates"] = cms.CertificateSet([cms.CertificateChoices("certificate", twin)])
    with pytest.raises(ReplyRefused, match="autre certificat"):
        check_reply(timestamps.response(content.dump(force=True)), asked, [provider.root])


def test_a_rejection_is_refused_in_its_own_words(provider):
    refused = rejection(QueryRefused("Le quota est atteint.", SYSTEM_FAILURE))
    with pytest.raises(ReplyRefused, match=r"a refusé\s: Le quota est atteint"):
        check_reply(refused, ASKED, [provider.root])


def test_openssl_refuses_a_policy_that_it_does_not_know(provider):
    query = write_query(digest=DIGEST, nonce=NONCE, policy="1.2.3.4.99")
    with pytest.raises(ReplyRefused, match="a refusé"):
        check_reply(provider.reply(query), ASKED, [provider.root])


@pytest.mark.parametrize("garbage", [b"", b"<html>503</html>", b"\x30\x80", b"\x30" * 4000, bytes(300_000)])
def test_garbage_is_refused(provider, garbage):
    with pytest.raises(ReplyRefused):
        check_reply(garbage, ASKED, [provider.root])


@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_an_answer_with_a_changed_byte_is_refused_or_says_the_same(provider, asked, reply, place, change):
    damaged = bytearray(reply)
    damaged[int(place * len(damaged))] ^= change
    try:
        facts = check_reply(bytes(damaged), asked, [provider.root])
    except ReplyRefused:
        return
    assert facts == timestamps.read(reply)


# --- our queries, read by others ------------------------------------------------------------------------------
def test_our_query_is_what_openssl_and_asn1crypto_read(run, tmp_path):
    (tmp_path / "query.tsq").write_bytes(QUERY)
    shown = run("openssl", "ts", "-query", "-in", "query.tsq", "-text").stdout
    assert "Hash Algorithm: sha256" in shown
    assert "Certificate required: yes" in shown
    parsed = tsp.TimeStampReq.load(QUERY, strict=True)
    assert (parsed["nonce"].native, parsed["req_policy"].native) == (NONCE, tsa.POLICY)
    assert read_query(QUERY, policy=tsa.POLICY).digest == DIGEST
