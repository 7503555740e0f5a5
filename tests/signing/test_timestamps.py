"""RFC 3161, judged by three others: openssl, rfc3161-client (Rust) and asn1crypto."""

import hashlib
from datetime import timedelta

import pytest
from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response

from signing.pki.authority import ensure_authority
from signing.tsp import queries as timestamp_queries
from signing.tsp import reading as timestamp_reading
from signing.tsp import signatures as timestamp_signatures
from signing.tsp import timestamps
from signing.tsp.queries import QueryRefused
from signing.tsp.timestamps import TimestampInvalid
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
    query = timestamp_queries.read_query((folder / "pli.tsq").read_bytes(), policy="1.2.3.4")
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
        timestamp_queries.read_query((folder / "pli.tsq").read_bytes())
    (folder / "pli.tsr").write_bytes(timestamp_queries.rejection(refused.value))
    shown = run("openssl", "ts", "-reply", "-in", "pli.tsr", "-text").stdout
    assert "Status: Rejected." in shown
    assert "Seules les empreintes SHA-256, SHA-384 et SHA-512 sont admises." in shown
    assert "unrecognized or unsupported algorithm identifier" in shown


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (timestamp_queries.BAD_REQUEST, "transaction not permitted or supported"),
        (timestamp_queries.BAD_DATA_FORMAT, "the data submitted has the wrong format"),
        (timestamp_queries.TIME_NOT_AVAILABLE, "the TSA's time source is not available"),
        (timestamp_queries.UNACCEPTED_POLICY, "the requested TSA policy is not supported by the TSA"),
        (timestamp_queries.UNACCEPTED_EXTENSION, "the requested extension is not supported by the TSA"),
        (timestamp_queries.SYSTEM_FAILURE, "the request cannot be handled due to system failure"),
    ],
)
def test_openssl_reads_the_reason_of_every_refusal(folder, run, failure, words):
    (folder / "refused.tsr").write_bytes(timestamp_queries.rejection(QueryRefused("Non.", failure)))
    shown = run("openssl", "ts", "-reply", "-in", "refused.tsr", "-text").stdout
    assert "Status: Rejected." in shown
    assert f"Failure info: {words}" in shown


# --- another client -------------------------------------------------------------------------------------------
def test_an_independent_client_verifies_our_reply(authority, tsr, now):
    from cryptography import x509

    root = x509.load_pem_x509_certificate(authority.root_pem())
    reply = decode_timestamp_response(tsr)
    verifier = VerifierBuilder().add_root_certificate(root).build()
    assert verifier.verify_message(reply, DOCUMENT)
    assert reply.tst_info.serial_number == SERIAL
    assert reply.tst_info.gen_time == now


@pytest.mark.parametrize("certificates", [True, False])
def test_an_independent_client_is_answered_what_it_asked(authority, now, certificates):
    """rfc3161-client builds the request, with its nonce, and compares the answer with it."""
    from cryptography import x509

    request = TimestampRequestBuilder().data(DOCUMENT).cert_request(cert_request=certificates).build()
    asked = timestamp_queries.read_query(request.as_bytes())
    answer = timestamps.answer(asked, authority=authority, serial=SERIAL, gen_time=now)
    builder = VerifierBuilder.from_request(request).tsa_certificate(authority.tsa_certificate)
    root = x509.load_pem_x509_certificate(authority.root_pem())
    verifier = builder.add_root_certificate(root).build()
    assert verifier.verify_message(decode_timestamp_response(answer), DOCUMENT)


# --- refusals -------------------------------------------------------------------------------------------------
def query(**changes):
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST}
    return tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, **changes}).dump()


@pytest.mark.parametrize(
    ("asked", "failure"),
    [
        (b"", timestamp_queries.BAD_DATA_FORMAT),
        (b"GET / HTTP/1.1", timestamp_queries.BAD_DATA_FORMAT),
        (query() + b"\x00", timestamp_queries.BAD_DATA_FORMAT),
        (query(version=2), timestamp_queries.BAD_REQUEST),
        (query(req_policy="1.2.3"), timestamp_queries.UNACCEPTED_POLICY),
        (
            query(extensions=[{"extn_id": "1.2.3.4", "critical": True, "extn_value": b"\x05\x00"}]),
            timestamp_queries.UNACCEPTED_EXTENSION,
        ),
        (
            query(message_imprint={"hash_algorithm": {"algorithm": "sha512"}, "hashed_message": DIGEST}),
            timestamp_queries.BAD_DATA_FORMAT,
        ),
        (
            query(message_imprint={"hash_algorithm": {"algorithm": "md5"}, "hashed_message": DIGEST[:16]}),
            timestamp_queries.BAD_ALGORITHM,
        ),
        (b"\x30" * (timestamp_queries.MAX_QUERY_BYTES + 1), timestamp_queries.BAD_DATA_FORMAT),
    ],
)
def test_a_query_we_cannot_serve_is_refused_with_its_reason(asked, failure):
    with pytest.raises(QueryRefused) as refused:
        timestamp_queries.read_query(asked)
    assert refused.value.failure == failure
    assert str(refused.value).isascii()  # openssl prints the bytes as they are


@given(st.data())
def test_no_damaged_query_does_more_than_be_refused(data):
    asked = bytearray(query(nonce=2**60, cert_req=True))
    for place in data.draw(st.lists(st.integers(0, len(asked) - 1), min_size=1, max_size=6)):
        asked[place] = data.draw(st.integers(0, 255))
    try:
        timestamp_queries.read_query(bytes(asked))
    except QueryRefused as refusal:
        timestamp_queries.rejection(refusal)


def test_the_nonce_is_given_back_as_it_came(authority, now):
    asked = timestamp_queries.read_query(query(nonce=-5))
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
    assert (facts.algorithm, facts.policy) == ("sha256", timestamp_queries.DEFAULT_POLICY)


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


def test_a_token_with_an_endless_serial_number_is_refused(authority, now):
    """Its decimal notation would be longer than Python converts."""
    token = timestamps.issue(digest=DIGEST, authority=authority, serial=2**20_000, gen_time=now)
    with pytest.raises(TimestampInvalid):
        timestamps.read(timestamps.response(token))


# --- one form -------------------------------------------------------------------------------------------------
def test_no_bit_of_a_token_can_change_unnoticed(authority, tsr):
    """All of them, one after the other: refused, or no longer written as we write."""
    assert timestamps.is_canonical(tsr)
    for place in range(len(tsr) * 8):
        damaged = bytearray(tsr)
        damaged[place // 8] ^= 1 << place % 8
        try:
            timestamps.verify(bytes(damaged), DIGEST, authority.root_certificate)
        except TimestampInvalid:
            continue
        assert not timestamps.is_canonical(bytes(damaged)), place


def test_the_other_signature_of_the_same_bytes_is_noticed(authority, tsr):
    """ECDSA: who has (r, s) can make (r, n - s), which verifies as well."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

    content = cms.ContentInfo.load(timestamps.token_of(tsr))
    signer_info = content["content"]["signer_infos"][0]
    r, s = decode_dss_signature(signer_info["signature"].native)
    assert s <= timestamp_signatures._ORDER // 2
    signer_info["signature"] = encode_dss_signature(r, timestamp_signatures._ORDER - s)
    twin = timestamps.response(content.dump(force=True))
    assert timestamps.verify(twin, DIGEST, authority.root_certificate).serial == SERIAL
    assert not timestamps.is_canonical(twin)


def test_a_certificate_added_to_a_token_is_noticed(authority, tsr):
    content = cms.ContentInfo.load(timestamps.token_of(tsr))
    root = cms.Certificate.load(authority.root_certificate.public_bytes(Encoding.DER))
    content["content"]["certificates"].append(cms.CertificateChoices("certificate", root))
    longer = timestamps.response(content.dump(force=True))
    assert timestamps.verify(longer, DIGEST, authority.root_certificate).serial == SERIAL
    assert not timestamps.is_canonical(longer)


def test_many_tokens_are_all_of_one_form(authority, now):
    """Half of all signatures come with the larger s: none may leave so."""
    for serial in range(40):
        token = timestamps.issue(digest=DIGEST, authority=authority, serial=serial, gen_time=now)
        assert timestamps.is_canonical(timestamps.response(token))
        assert timestamps.verify(timestamps.response(token), DIGEST, authority.root_certificate)


@pytest.mark.parametrize("garbage", [b"", b"0", b"<html>", b"\x30\x80" * 500, bytes(300_000)])
def test_what_is_no_token_is_refused_and_has_no_form(authority, garbage):
    with pytest.raises(TimestampInvalid):
        timestamps.verify(garbage, DIGEST, authority.root_certificate)
    assert not timestamps.is_canonical(garbage)


@given(st.binary(max_size=400))
def test_no_octets_do_more_than_be_refused(authority, octets):
    with pytest.raises(TimestampInvalid):
        timestamps.verify(octets, DIGEST, authority.root_certificate)


def test_a_token_without_its_certificate_is_proved_with_it_at_hand(authority, now):
    token = timestamps.issue(digest=DIGEST, authority=authority, serial=1, gen_time=now, cert_req=False)
    bare = timestamps.response(token)
    with pytest.raises(TimestampInvalid, match="ne contient pas le certificat"):
        timestamps.verify(bare, DIGEST, authority.root_certificate)
    given_apart = (authority.tsa_der,)
    assert timestamps.verify(bare, DIGEST, authority.root_certificate, certificates=given_apart)


@pytest.mark.corpus
def test_tokens_of_the_world_are_read_and_their_signatures_hold(shared_data):
    """Authorities of several countries and makes: RSA, RSA-PSS, ECDSA; SHA-256, SHA-384 and SHA-512."""
    folder = shared_data / "signing" / "open" / "rfc3161"
    good = ["response", "other_response", "response-sha256", "response-sha384", "response-sha512"]
    tokens = [timestamps.token_of((folder / f"{name}.tsr").read_bytes()) for name in good]
    tokens += [(folder / name).read_bytes() for name in ("archive_timestamp.tst", "disig.tst", "d-trust.tsr")]
    for read in map(timestamp_reading.read_token, tokens):
        timestamp_signatures.check_signature(read, timestamp_signatures.signer_of(read))
    forged = timestamp_reading.read_response((folder / "response-invalid-signature.tsr").read_bytes())
    with pytest.raises(TimestampInvalid):
        timestamp_signatures.check_signature(forged, timestamp_signatures.signer_of(forged))
