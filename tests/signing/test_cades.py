"""Detached seals written from prepared DER: pyHanko and openssl read them, and no byte changes unnoticed (P7-T7)."""

import asyncio
import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from signing import seals
from signing.pki.authority import ensure_authority
from signing.sealing import cades, cades_reading
from signing.sealing.cades_reading import SealInvalid
from signing.sealing.keys.chosen import own_key
from signing.sealing.keys.seal_key import Origin, SealKey, sign_with
from tests.conftest import NOW
from tests.signing import external, pki

DATA = '{"depot": "2026-VAL-014/3", "objet": "école"}'.encode()
DIGEST = hashlib.sha256(DATA).digest()


def seal(authority, *, key=None, signing_time=NOW, stamped_at=NOW, stamper=None) -> bytes:
    def stamp(digest: bytes) -> bytes:
        return pki.stamped(stamper or authority, stamped_at, digest)

    return cades.sign(DIGEST, key=key or own_key(authority), stamp=stamp, signing_time=signing_time)


@pytest.fixture(scope="module")
def p7s(authority) -> bytes:
    return seal(authority)


@pytest.fixture(scope="module")
def rsa_key(authority, tmp_path_factory) -> SealKey:
    """Under a root of its own, as an external seal."""
    made = external.make(tmp_path_factory.mktemp("rsa"), "rsa")
    return external_key(made.folder)


def external_key(folder) -> SealKey:
    key = load_pem_private_key((folder / "seal.key").read_bytes(), None)
    chain = x509.load_pem_x509_certificates((folder / "issuers.pem").read_bytes())
    certificate = x509.load_pem_x509_certificate((folder / "seal.pem").read_bytes())
    return SealKey(Origin.PKCS12, certificate, tuple(chain), lambda message: sign_with(key, message))


# --- Others read them -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["own", "rsa"])
def test_pyhanko_validates_seal_and_stamp(kind, authority, rsa_key, p7s, now):
    signed = p7s if kind == "own" else seal(authority, key=rsa_key)
    roots = [authority.root_certificate, rsa_key.chain[-1]]
    context = ValidationContext(trust_roots=[asn1(root) for root in roots], moment=now, allow_fetching=False)
    content = cms.ContentInfo.load(signed, strict=True)["content"]
    status = asyncio.run(async_validate_detached_cms(io.BytesIO(DATA), content, context, context))
    assert status.bottom_line
    assert status.timestamp_validity.valid
    assert status.timestamp_validity.timestamp == now


def asn1(certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def test_the_attributes_are_those_of_the_baseline(p7s):
    """EN 319 122-1, 6.3: content type, digest, signing time, signing certificate; the stamp is not signed."""
    (info,) = cms.ContentInfo.load(p7s, strict=True)["content"]["signer_infos"]
    assert {each["type"].native for each in info["signed_attrs"]} == {
        "content_type", "message_digest", "signing_time", "signing_certificate_v2",
    }  # fmt: skip
    assert [each["type"].native for each in info["unsigned_attrs"]] == ["signature_time_stamp_token"]


@pytest.mark.parametrize(("moment", "form"), [
    (datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC), core.UTCTime),
    (datetime(2050, 1, 1, tzinfo=UTC), core.GeneralizedTime),
])  # fmt: skip
def test_signing_times_change_form_in_2050(moment, form):
    """RFC 5652 11.3."""
    written = form.load(cades._time(moment), strict=True)
    assert written.native == moment
    assert cades_reading._time(cades_reading.Reader(cades._time(moment))) == moment


# --- We read them strictly ------------------------------------------------------------------------------------
def test_the_facts_of_a_seal_are_read(p7s, authority, now):
    facts = seals.verify_detached(p7s, DIGEST, authority.root_certificate)
    assert facts.certificate == authority.seal_certificate
    assert facts.tsa_certificate == authority.tsa_certificate
    assert (facts.signed_at, facts.stamped_at, facts.serial) == (now, now, 7)
    assert seals.is_canonical(p7s)


def test_an_external_seal_is_proved_by_its_own_root(authority, rsa_key):
    signed = seal(authority, key=rsa_key)
    roots = authority.root_certificate, rsa_key.chain[-1]
    assert seals.verify_detached(signed, DIGEST, *roots).certificate == rsa_key.certificate
    assert seals.is_canonical(signed)
    with pytest.raises(SealInvalid, match="certificat du cachet ne vient pas"):
        seals.verify_detached(signed, DIGEST, authority.root_certificate)


def test_no_byte_changes_unnoticed(p7s, authority):
    """Every byte, by its lowest and its highest bit."""
    unnoticed = [
        (place, bit)
        for place in range(len(p7s))
        for bit in (1, 0x80)
        if is_accepted(p7s[:place] + bytes((p7s[place] ^ bit,)) + p7s[place + 1 :], authority)
    ]
    assert unnoticed == []


def is_accepted(signed: bytes, authority) -> bool:
    try:
        seals.verify_detached(signed, DIGEST, authority.root_certificate)
    except SealInvalid:
        return False
    return seals.is_canonical(signed)


@given(st.data())
def test_any_damage_is_a_refusal_and_never_an_error(authority, p7s, data):
    start = data.draw(st.integers(0, len(p7s)))
    end = data.draw(st.integers(start, min(len(p7s), start + 40)))
    put = data.draw(st.binary(max_size=40))
    damaged = p7s[:start] + put + p7s[end:]
    assert is_accepted(damaged, authority) == (damaged == p7s)


def test_the_other_form_of_an_ecdsa_signature_is_not_canonical(authority, monkeypatch):
    """(r, n - s) verifies as well as (r, s)."""
    monkeypatch.setattr(cades, "lowered", raised)
    other = seal(authority)
    assert seals.verify_detached(other, DIGEST, authority.root_certificate)
    assert not seals.is_canonical(other)


def raised(signature: bytes) -> bytes:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, max(s, order - s))


def test_bytes_after_the_seal_are_refused(p7s, authority):
    with pytest.raises(SealInvalid, match="pas un cachet lisible"):
        seals.verify_detached(p7s + b"\0", DIGEST, authority.root_certificate)
    with pytest.raises(SealInvalid, match="trop grand"):
        seals.verify_detached(bytes(cades_reading.MAX_BYTES + 1), DIGEST, authority.root_certificate)


def test_a_seal_that_names_another_procedure_is_refused(p7s, authority):
    """Of the signature over the attributes, the last place of the certificates' own algorithm."""
    ecdsa = cades.ALGORITHMS[cades.Algorithm.ECDSA]
    place = p7s.rindex(ecdsa, 0, p7s.index(cades.der.oid(cades.OID_SIGNATURE_STAMP))) + len(ecdsa) - 1
    assert "procédé" in refusal(p7s[:place] + b"\x03" + p7s[place + 1 :], authority)


# --- Each link has its message --------------------------------------------------------------------------------
def refusal(signed: bytes, authority, digest: bytes = DIGEST) -> str:
    with pytest.raises(SealInvalid) as refused:
        seals.verify_detached(signed, digest, authority.root_certificate)
    return str(refused.value)


def test_a_seal_of_another_document_is_refused(p7s, authority):
    assert "autre document" in refusal(p7s, authority, hashlib.sha256(DATA + b" ").digest())


def test_a_seal_of_another_authority_is_refused(authority, tmp_path, now):
    other = ensure_authority(tmp_path, now)
    mixed = seal(other, stamper=authority)
    assert "certificat du cachet ne vient pas" in refusal(mixed, authority)


def test_a_stamp_of_another_authority_is_refused(authority, tmp_path, now):
    mixed = seal(authority, stamper=ensure_authority(tmp_path, now))
    assert "horodatage du cachet ne vient pas" in refusal(mixed, authority)


def test_a_stamp_of_another_signature_is_refused(authority):
    def stamp(_digest: bytes) -> bytes:
        return pki.stamped(authority, NOW, hashlib.sha256(b"another").digest())

    copied = cades.sign(DIGEST, key=own_key(authority), stamp=stamp, signing_time=NOW)
    assert "autre signature" in refusal(copied, authority)


def test_a_seal_that_says_to_be_newer_than_its_stamp_is_refused(authority, now):
    assert "plus récent" in refusal(seal(authority, signing_time=now + timedelta(hours=1)), authority)


def test_a_seal_by_an_expired_certificate_is_refused(authority, now):
    """Trap a: stamped after the end of the signer's certificate."""
    expired = pki.signer(authority, begins=now - timedelta(days=9), ends=now - timedelta(days=1))
    assert "n'était pas valide" in refusal(seal(expired), authority)


def test_a_seal_by_the_time_stamping_unit_is_refused(authority):
    disguised = replace(authority, seal_certificate=authority.tsa_certificate, seal_key=authority.tsa_key)
    assert "pas fait pour signer" in refusal(seal(disguised), authority)


def test_a_seal_by_the_key_of_another_certificate_is_refused(authority):
    forged = replace(authority, seal_key=ec.generate_private_key(ec.SECP256R1()))
    assert "n'a pas été faite avec la clé" in refusal(seal(forged), authority)


def test_a_certificate_that_proves_nothing_is_refused(authority, rsa_key):
    key = own_key(authority)
    stuffed = SealKey(key.origin, key.certificate, (*key.chain, rsa_key.certificate), key.sign)
    assert "ne sert pas" in refusal(seal(authority, key=stuffed), authority)


def test_a_leaf_does_not_issue_a_seal(authority):
    """Somebody with a certificate of the authority makes a certificate with it."""
    leaf = external_leaf(authority)
    assert "ne vient pas" in refusal(seal(authority, key=leaf), authority)


def external_leaf(authority) -> SealKey:
    key = ec.generate_private_key(ec.SECP256R1())
    issued = pki.signed_by(authority.seal_certificate, authority.seal_key, key)
    chain = (authority.seal_certificate, authority.root_certificate)
    return SealKey(Origin.OWN, issued, chain, lambda message: sign_with(key, message))
