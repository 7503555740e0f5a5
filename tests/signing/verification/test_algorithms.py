"""The value of a signature: what OpenSSL makes, what the standards allow besides, what nobody here computes."""

import hashlib

import pytest
from asn1crypto import algos
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.asn1 import der
from signing.verification.cms import algorithms
from signing.verification.cms.algorithms import Scheme, UnknownAlgorithm
from tests.signing.verification.openssl_peer import openssl

MESSAGE = b"message"
SHA256 = der.oid("2.16.840.1.101.3.4.2.1")


@pytest.fixture
def signer(identities):
    return identities("Entreprise-fictive", algorithm="rsa")


@pytest.fixture
def key(signer):
    return x509.load_der_x509_certificate(signer.certificate).public_key()


def padded(signer, digest_info: bytes) -> bytes:
    """PKCS #1 v1.5 of these very octets, without any digest of OpenSSL's."""
    options = ("-sign", "-inkey", f"{signer.name}.key", "-pkeyopt", "rsa_padding_mode:pkcs1")
    return openssl(signer.folder, "pkeyutl", *options, given=digest_info)


def digest_info(*algorithm: bytes, message: bytes = MESSAGE, extra: bytes = b"") -> bytes:
    return der.sequence(der.sequence(*algorithm), der.octets(hashlib.sha256(message).digest())) + extra


@pytest.mark.parametrize("parameters", [(b"\x05\x00",), ()], ids=["NULL", "absent"])
def test_parameters_of_the_digest_may_be_null_or_absent(signer, key, parameters):
    """RFC 4055 2.1; OpenSSL refuses the second, which Java makes."""
    signature = padded(signer, digest_info(SHA256, *parameters))
    assert algorithms.verify(key, Scheme("rsa", "sha256"), signature, MESSAGE)
    assert not algorithms.verify(key, Scheme("rsa", "sha256"), signature, b"other")


@pytest.mark.parametrize(
    "forged",
    [
        digest_info(SHA256, extra=b"\x00"),
        digest_info(SHA256, b"\x05\x00", extra=b"garbage"),
        digest_info(der.oid("2.16.840.1.101.3.4.2.8")),
        hashlib.sha256(MESSAGE).digest(),
    ],
    ids=["trailing zero", "trailing garbage", "another digest", "no digest info"],
)
def test_nothing_else_is_accepted_around_the_digest(signer, key, forged):
    assert not algorithms.verify(key, Scheme("rsa", "sha256"), padded(signer, forged), MESSAGE)


@pytest.mark.parametrize("private", [Ed25519PrivateKey.generate(), Ed448PrivateKey.generate()])
def test_edwards_curves_sign_the_message_itself(private):
    scheme = Scheme("eddsa", "sha512")
    signature = private.sign(MESSAGE)
    assert algorithms.verify(private.public_key(), scheme, signature, MESSAGE)
    assert not algorithms.verify(private.public_key(), scheme, signature, b"other")


def test_a_key_of_another_family_signs_nothing(key):
    for family in ("ecdsa", "ecdsa-plain", "dsa", "eddsa"):
        assert not algorithms.verify(key, Scheme(family, "sha256"), b"\x00" * 64, MESSAGE)


def test_an_unknown_algorithm_is_said_to_be_unknown():
    named = algos.SignedDigestAlgorithm({"algorithm": "1.2.643.7.1.1.3.2"})
    with pytest.raises(UnknownAlgorithm):
        algorithms.scheme(named, "sha256")
    with pytest.raises(UnknownAlgorithm):
        algorithms.load_key(b"\x30\x00")
