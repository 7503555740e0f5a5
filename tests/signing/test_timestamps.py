"""RFC 3161, judged by three others: openssl, rfc3161-client (Rust) and asn1crypto."""

import hashlib
from datetime import timedelta

import pytest
from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from rfc3161_client import VerifierBuilder, decode_timestamp_response

from signing import timestamps
from signing.authority import ensure_authority
from signing.timestamps import QueryRefused, TimestampInvalid
from tests.conftest import NOW

DOCUMENT = b"le pli d'une entreprise"
DIGEST = hashlib.sha256(DOCUMENT).digest()
SERIAL = 2**80 + 12345


@pytest.fixture
def tsr(authority, now):
    token = timestamps.issue(digest=DIGEST, authority=authority, serial=SERIAL, gen_time=now)
    return timestamps.response(token)


# --- openssl, both ways ---------------------------------------------------------------------------------------
def test_openssl_verifies_our_reply(folder, run, at, tsr):
    (folder / "pli").write_bytes(DOCUMENT)
    (folder / "pli.tsr").write_bytes(tsr)
    verify = ("openssl", "ts", "-verify", "-in", "pli.tsr", "-CAfile", "ca.pem", *at, "-data")
    assert "Verification: OK" in run(*verify, "pli").stdout
    (folder / "autre").write_bytes(DOCUMENT + b".")
    refused = run(*verify, "autre")
    assert refused.returncode == 1
    assert "message imprint mismatch" in refused.stdout


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize(
    "options", [(), ("-cert",), ("-cert", "-no_nonce"), ("-cert", "-tspolicy", "1.2.3.4")]
)
def test_openssl_accepts_our_answer_to_its_query(folder, run, at, authority, now, algorithm, options):
    (folder / "pli").write_bytes(DOCUMENT)
    run("openssl", "ts", "-query", "-data", "pli", f"-{algorithm}", *options, "-out", "pli.tsq")
    query = timestamps.read_query((folder / "pli.tsq").read_bytes(), policy="1.2.3.4")
    answer = timestamps.answer(query, authority=authority, serial=SERIAL, gen_time=now, policy="1.2.3.4")
    (folder / "pli.tsr").write_bytes(answer)
    (folder / "tsa.pem").write_bytes((authority.directory / "tsa.pem").read_bytes())
    signer = () if "-cert" in options else ("-untrusted", "tsa.pem")
    verify = ("openssl", "ts", "-verify", "-in", "pli.tsr", "-queryfile", "pli.tsq", "-CAfile", "ca.pem")
    assert "Verification: OK" in run(*verify, *signer, *at).stdout


def test_a_sha1_query_is_refused_in_words_that_openssl_reads(folder, run):
    (folder / "pli").write_bytes(DOCUMENT)
    run("openssl", "ts", "-query", "-data", "pli", "-sha1", "-out", "pli.tsq")
    with pytest.raises(QueryRefused) as refused:
        timestamps.read_query((folder / "pli.tsq").read_bytes())
    (folder / "pli.tsr").write_bytes(timestamps.rejection(refused.value))
    shown = run("openssl", "ts", "-reply", "-in", "pli.tsr", "-text").stdout
    assert "Status: Rejected." in shown
    assert "Seules les empreintes SHA-256, SHA-384 et SHA-512 sont admises." in shown
    assert "unrecognized or unsupported algorithm identifier" in shown


# --- another client -------------------------------------------------------------------------------------------
def test_an_independent_client_verifies_our_reply(authority, tsr, now):
    from cryptography import x509

    root = x509.load_pem_x509_certificate(authority.root_pem())
    reply = decode_timestamp_response(tsr)
    verifier = VerifierBuilder().add_root_certificate(root).build()
    assert verifier.verify_message(reply, DOCUMENT)
    assert reply.tst_info.serial_number == SERIAL
    assert reply.tst_info.gen_time == now


# --- refusals -------------------------------------------------------------------------------------------------
def query(**changes):
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST}
    return tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, **changes}).dump()


@pytest.mark.parametrize(
    ("asked", "failure"),
    [
        (b"", timestamps.BAD_DATA_FORMAT),
        (b"GET / HTTP/1.1", timestamps.BAD_DATA_FORMAT),
        (query() + b"\x00", timestamps.BAD_DATA_FORMAT),
        (query(version=2), timestamps.BAD_REQUEST),
        (query(req_policy="1.2.3"), timestamps.UNACCEPTED_POLICY),
        (
            query(extensions=[{"extn_id": "1.2.3.4", "critical": True, "extn_value": b"\x05\x00"}]),
            timestamps.UNACCEPTED_EXTENSION,
        ),
        (
            query(message_imprint={"hash_algorithm": {"algorithm": "sha512"}, "hashed_message": DIGEST}),
            timestamps.BAD_DATA_FORMAT,
        ),
        (
            query(message_imprint={"hash_algorithm": {"algorithm": "md5"}, "hashed_message": DIGEST[:16]}),
            timestamps.BAD_ALGORITHM,
        ),
        (b"\x30" * (timestamps.MAX_QUERY_BYTES + 1), timestamps.BAD_DATA_FORMAT),
    ],
)
def test_a_query_we_cannot_serve_is_refused_with_its_reason(asked, failure):
    with pytest.raises(QueryRefused) as refused:
        timestamps.read_query(asked)
    assert refused.value.failure == failure
    assert str(refused.value).isascii()  # openssl prints the bytes as they are


@given(st.data())
def test_no_damaged_query_does_more_than_be_refused(data):
    asked = bytearray(query(nonce=2**60, cert_req=True))
    for place in data.draw(st.lists(st.integers(0, len(asked) - 1), min_size=1, max_size=6)):
        asked[place] = data.draw(st.integers(0, 255))
    try:
        timestamps.read_query(bytes(asked))
    except QueryRefused as refusal:
        timestamps.rejection(refusal)


def test_the_nonce_is_given_back_as_it_came(authority, now):
    asked = timestamps.read_query(query(nonce=-5))
    reply = timestamps.answer(asked, authority=authority, serial=1, gen_time=now)
    token = tsp.TimeStampResp.load(reply)["time_stamp_token"]
    assert token["content"]["encap_content_info"]["content"].parsed["nonce"].native == -5


def test_no_token_is_issued_after_the_end_of_the_certificate(authority, now):
    with pytest.raises(ValueError, match="outside the life"):
        timestamps.issue(digest=DIGEST, authority=authority, serial=1, gen_time=now + timedelta(days=4000))


# --- reading --------------------------------------------------------------------------------------------------
def test_the_facts_of_a_token_are_read(tsr, now):
    facts = timestamps.read(tsr)
    assert (facts.gen_time, facts.serial, facts.digest) == (now, SERIAL, DIGEST)
    assert (facts.algorithm, facts.policy) == ("sha256", timestamps.DEFAULT_POLICY)


def test_a_good_token_is_proved(authority, tsr, now):
    assert timestamps.verify(tsr, DIGEST, authority.root_certificate).gen_time == now


def test_a_token_of_another_document_is_refused(authority, tsr):
    with pytest.raises(TimestampInvalid, match="autre document"):
        timestamps.verify(tsr, hashlib.sha256(b"x").digest(), authority.root_certificate)


def test_a_token_of_another_authority_is_refused(authority, now, tmp_path, tsr):
    stranger = ensure_authority(tmp_path, now)
    with pytest.raises(TimestampInvalid):
        timestamps.verify(tsr, DIGEST, stranger.root_certificate)


@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_a_token_with_a_changed_byte_is_never_proved_to_say_something_else(authority, place, change):
    token = timestamps.issue(digest=DIGEST, authority=authority, serial=SERIAL, gen_time=NOW)
    damaged = bytearray(timestamps.response(token))
    damaged[int(place * len(damaged))] ^= change
    try:
        facts = timestamps.verify(bytes(damaged), DIGEST, authority.root_certificate)
    except TimestampInvalid:
        return
    assert (facts.gen_time, facts.serial, facts.digest) == (NOW, SERIAL, DIGEST)


def test_the_signer_is_the_certificate_named_by_the_token(authority, now, tmp_path):
    """GHSA-3xxc-pwj6-jgrj: a genuine leaf put first must not lend its name to a forged token."""
    stranger = ensure_authority(tmp_path, now)
    token = timestamps.issue(digest=DIGEST, authority=stranger, serial=1, gen_time=now)
    genuine = authority.tsa_certificate.public_bytes(Encoding.DER)
    content = cms.ContentInfo.load(token)
    decoy = cms.CertificateChoices("certificate", cms.Certificate.load(genuine))
    content["content"]["certificates"] = cms.CertificateSet([decoy, content["content"]["certificates"][0]])
    with pytest.raises(TimestampInvalid):
        timestamps.verify(timestamps.response(content.dump(force=True)), DIGEST, authority.root_certificate)
