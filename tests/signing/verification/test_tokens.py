"""Time stamps made by OpenSSL, alone or beside what they cover; and the traps that a library lets through."""

import re

import pytest
from asn1crypto import cms, tsp

from signing.asn1 import der
from signing.verification.cms.stamps import read_stamp
from signing.verification.cms.tokens import read_token
from signing.verification.facts import Content, Format, StampKind, Sub
from tests.conftest import NOW
from tests.signing.verification.openssl_peer import openssl

DOCUMENT = b"Acte d'engagement du lot 3\n"
OTHER = Content.of("cctp.txt", b"Cahier des clauses techniques\n")


def content(data=DOCUMENT):
    return Content.of("acte.txt", data)


def only(facts):
    assert facts.format is Format.TIMESTAMP
    (stamp,) = facts.stamps
    assert facts.problems == ((stamp.message,) if stamp.problem else ())
    return stamp


def token_of(response: bytes) -> cms.ContentInfo:
    return tsp.TimeStampResp.load(response)["time_stamp_token"]


# --- What it covers -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_a_response_beside_its_document_covers_it(stamper, digest):
    _, response = stamper.stamp(DOCUMENT, digest=digest)
    stamp = only(read_token(response, [OTHER, content()]))
    assert (stamp.kind, stamp.problem, stamp.issuer) == (StampKind.TOKEN, "", "Horodatage fictif")
    assert stamp.certificate == stamper.certificate
    assert stamp.at is not None


def test_a_token_without_its_response_is_the_same(stamper):
    _, response = stamper.stamp(DOCUMENT)
    assert only(read_token(token_of(response).dump(), [content()])).problem == ""


def test_a_token_alone_covers_a_document_that_is_not_there(stamper):
    _, response = stamper.stamp(DOCUMENT)
    stamp = only(read_token(response, []))
    assert (stamp.problem, bool(stamp.at)) == (Sub.SIGNED_DATA_NOT_FOUND, True)


def test_a_token_of_another_document_says_so(stamper):
    _, response = stamper.stamp(DOCUMENT)
    stamp = only(read_token(response, [OTHER]))
    assert stamp.problem == Sub.HASH_FAILURE
    assert "un autre document" in stamp.message


def test_the_request_stands_for_the_document(stamper):
    query, response = stamper.stamp(DOCUMENT)
    assert only(read_token(response, [Content.of("demande.tsq", query)])).problem == ""


def test_a_request_by_another_algorithm_says_nothing(stamper):
    query, _ = stamper.stamp(DOCUMENT, digest="sha512")
    _, response = stamper.stamp(DOCUMENT)
    stamp = only(read_token(response, [Content.of("demande.tsq", query)]))
    assert stamp.problem == Sub.SIGNED_DATA_NOT_FOUND


# --- Who made it ----------------------------------------------------------------------------------------------
def test_a_chain_beside_the_token_brings_the_certificate_that_it_lacks(stamper):
    _, response = stamper.stamp(DOCUMENT, with_certificate=False)
    assert only(read_token(response, [content()])).problem == Sub.NO_SIGNING_CERTIFICATE_FOUND
    chain = Content.of("chaine.pem", (stamper.folder / f"{stamper.name}.pem").read_bytes())
    stamp = only(read_token(response, [content(), chain]))
    assert (stamp.problem, stamp.certificate) == ("", stamper.certificate)


def test_injected_certificates_never_become_the_signer(stamper, company):
    """GHSA-3xxc-pwj6-jgrj: the signer is the one that issuer, serial number and ESSCertIDv2 designate."""
    _, response = stamper.stamp(DOCUMENT)
    signed_data = token_of(response)["content"]
    certificates = der.tlv(0xA0, company.certificate, stamper.certificate)
    stamp = read_stamp(with_certificates(signed_data, certificates), StampKind.TOKEN, content().digest)
    assert (stamp.problem, stamp.certificate) == ("", stamper.certificate)
    assert stamp.certificates == (company.certificate,)


def with_certificates(signed_data, certificates: bytes) -> bytes:
    fields = ("version", "digest_algorithms", "encap_content_info")
    parts = [signed_data[field].dump() for field in fields]
    content = der.sequence(*parts, certificates, signed_data["signer_infos"].dump())
    return der.sequence(der.oid("1.2.840.113549.1.7.2"), der.explicit(0, content))


@pytest.mark.parametrize(
    "usage", ["extendedKeyUsage=timeStamping", "extendedKeyUsage=critical,emailProtection"]
)
def test_a_certificate_of_another_use_stamps_nothing(identities, usage):
    """RFC 3161 2.3: extended key usage, time stamping alone, and critical."""
    stamp = signed_as_token(identities("Autre-usage", "-addext", usage))
    assert (stamp.problem, "réservé à l'horodatage" in stamp.message) == (Sub.SIG_CONSTRAINTS_FAILURE, True)


def test_a_token_made_by_hand_with_the_right_certificate_is_good(stamper):
    assert signed_as_token(stamper).problem == ""


def signed_as_token(by):
    """A TSTInfo signed by `openssl cms`, which asks nothing of the certificate."""
    imprint = der.sequence(
        der.sequence(der.oid("2.16.840.1.101.3.4.2.1")), der.octets(content().digest("sha256"))
    )
    info = der.sequence(
        der.integer(1), der.oid("1.2.3.4.1"), imprint, der.integer(7), der.generalized_time(NOW)
    )
    token = by.sign(info, "-cades", "-nodetach", "-econtent_type", "1.2.840.113549.1.9.16.1.4")
    return read_stamp(token, StampKind.TOKEN, content().digest)


# --- What was altered -----------------------------------------------------------------------------------------
def test_any_altered_byte_of_what_was_signed_is_refused(stamper):
    _, response = stamper.stamp(DOCUMENT)
    info = bytes(token_of(response)["content"]["encap_content_info"]["content"])
    start = response.index(info)
    for position in range(start, start + len(info), 7):
        altered = bytearray(response)
        altered[position] ^= 1
        facts = read_token(bytes(altered), [content()])
        assert facts.problems or facts.broken, position


def test_an_altered_signature_value_is_said_not_to_be_authentic(stamper):
    _, response = stamper.stamp(DOCUMENT)
    value = token_of(response)["content"]["signer_infos"][0]["signature"].native
    altered = response.replace(value, value[:-1] + bytes([value[-1] ^ 1]))
    stamp = only(read_token(altered, [content()]))
    assert stamp.problem == Sub.SIG_CRYPTO_FAILURE


# --- Refusals and rubbish -------------------------------------------------------------------------------------
def test_a_refusal_is_read_though_asn1crypto_cannot_express_one(stamper):
    """Trap: asn1crypto's TimeStampResp demands the token that a refusal has not."""
    query = openssl(stamper.folder, "ts", "-query", "-data", "data", "-sha224")
    (stamper.folder / "query").write_bytes(query)
    names = ("-signer", f"{stamper.name}.pem", "-inkey", f"{stamper.name}.key", "-config", "tsa.cnf")
    reply = ("ts", "-reply", *names, "-section", "own", "-queryfile", "query")
    refusal = openssl(stamper.folder, *reply)
    with pytest.raises(ValueError, match="time_stamp_token"):
        tsp.TimeStampResp.load(refusal).native  # noqa: B018  reads all of it
    facts = read_token(refusal, [content()])
    assert (facts.stamps, facts.broken) == ((), Sub.FORMAT_FAILURE)
    assert re.match(r"L'autorité d'horodatage a refusé la demande", facts.problems[0])
    assert "Message digest algorithm is not supported" in facts.problems[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30\x00",
        b"\x30\x03\x02\x01\x00",
        b"\x30\x80" * 4000,
        b"not a token",
        b"\x30\x05\x30\x03\x02\x01\x02",
    ],
)
def test_what_is_not_a_token_is_a_fact_never_an_exception(data):
    facts = read_token(data, [content()])
    assert (facts.stamps, bool(facts.broken), bool(facts.problems)) == ((), True, True)


def test_a_signature_is_not_a_time_stamp(company):
    stamp = read_stamp(company.sign(DOCUMENT, "-nodetach"), StampKind.SIGNATURE, content().digest)
    assert stamp.problem == Sub.FORMAT_FAILURE
    assert stamp.message.startswith("L'horodatage de la signature")
