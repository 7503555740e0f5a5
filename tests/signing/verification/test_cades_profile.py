"""Signatures whose value is right and whose attributes break one rule of the baseline profile each."""

import hashlib

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from signing.asn1 import der
from signing.verification.cms.cms import read_cms
from signing.verification.facts import Content
from tests.conftest import NOW

DOCUMENT = b"Acte d'engagement du lot 3\n"
DATA, SIGNED_DATA = der.oid("1.2.840.113549.1.7.1"), der.oid("1.2.840.113549.1.7.2")
SHA256, SHA512 = (der.sequence(der.oid(f"2.16.840.1.101.3.4.2.{arc}")) for arc in (1, 3))
ECDSA_SHA256, ECDSA_SHA512 = (der.sequence(der.oid(f"1.2.840.10045.4.3.{arc}")) for arc in (2, 4))


def attribute(oid, *values):
    return der.sequence(der.oid(oid), der.set_of(values))


TYPE = attribute("1.2.840.113549.1.9.3", DATA)
DIGEST = attribute("1.2.840.113549.1.9.4", der.octets(hashlib.sha256(DOCUMENT).digest()))
TIME = attribute("1.2.840.113549.1.9.5", der.generalized_time(NOW))


def protection(digest, signature):
    return attribute("1.2.840.113549.1.9.52", der.sequence(digest, b"\xa1" + signature[1:]))


def reference(certificate):
    """signing-certificate-v2, SHA-256 by default."""
    return attribute(
        "1.2.840.113549.1.9.16.2.47",
        der.sequence(der.sequence(der.sequence(der.octets(hashlib.sha256(certificate).digest())))),
    )


def sign(by, *attributes, algorithm=ECDSA_SHA256, hash_=None):
    """A detached CMS that signs exactly these attributes, whatever the profile says."""
    key = load_pem_private_key((by.folder / f"{by.name}.key").read_bytes(), password=None)
    signed = der.set_of(attributes)
    certificate = x509.Certificate.load(by.certificate)
    signer_info = der.sequence(
        der.integer(1),
        der.sequence(certificate.issuer.dump(), der.integer(certificate.serial_number)),
        SHA256,
        b"\xa0" + signed[1:],
        algorithm,
        der.octets(key.sign(signed, ECDSA(hash_ or hashes.SHA256()))),
    )
    parts = (der.integer(1), der.set_of([SHA256]), der.sequence(DATA), der.explicit(0, by.certificate))
    return der.sequence(SIGNED_DATA, der.explicit(0, der.sequence(*parts, der.set_of([signer_info]))))


def judged(cms):
    (signature,) = read_cms(cms, [Content.of("acte.txt", DOCUMENT)], "acte.p7s").signatures
    assert (signature.intact, signature.authentic) == (True, True)
    return signature


def test_the_four_attributes_of_the_profile_are_enough(company):
    signature = judged(sign(company, TYPE, DIGEST, TIME, reference(company.certificate)))
    assert (signature.is_baseline, signature.level, signature.declared_at) == (True, "B-B", NOW)


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ((DIGEST, TIME), "nature du contenu"),
        ((TYPE, DIGEST), "pas de date de signature"),
        ((TYPE, DIGEST, TIME, TIME), "répète la date de signature"),
        (
            (TYPE, attribute("1.2.840.113549.1.9.5", *[der.generalized_time(NOW)] * 2), DIGEST),
            "répète la date",
        ),
        ((TYPE, DIGEST, TIME, protection(SHA512, ECDSA_SHA256)), "d'autres algorithmes"),
        ((TYPE, DIGEST, TIME, protection(SHA256, ECDSA_SHA512)), "d'autres algorithmes"),
    ],
    ids=["no type", "no date", "two dates", "a date of two values", "other digest", "other signature"],
)
def test_each_rule_of_the_profile_has_its_sentence(company, attributes, sentence):
    signature = judged(sign(company, *attributes, reference(company.certificate)))
    assert (signature.is_baseline, signature.level) == (False, "")
    assert sentence in signature.format_problem


def test_protected_algorithms_that_agree_are_good(company):
    attributes = (TYPE, DIGEST, TIME, protection(SHA256, ECDSA_SHA256), reference(company.certificate))
    assert judged(sign(company, *attributes)).is_baseline


def test_one_digest_algorithm_serves_for_content_and_attributes(company):
    """RFC 8933 3.1."""
    attributes = (TYPE, DIGEST, TIME, reference(company.certificate))
    signature = judged(sign(company, *attributes, algorithm=ECDSA_SHA512, hash_=hashes.SHA512()))
    assert "deux algorithmes d'empreinte" in signature.format_problem


def test_an_unprotected_certificate_is_below_the_profile(company):
    assert "n'est pas protégé" in judged(sign(company, TYPE, DIGEST, TIME)).format_problem


def test_a_reference_to_another_certificate_names_no_signer(company, colleague):
    signature = judged(sign(company, TYPE, DIGEST, TIME, reference(colleague.certificate)))
    assert (signature.broken, signature.is_baseline) == ("NO_SIGNING_CERTIFICATE_FOUND", False)


def test_a_digest_of_sha_1_protects_the_certificate_too_little(company):
    old = attribute(
        "1.2.840.113549.1.9.16.2.12",
        der.sequence(der.sequence(der.sequence(der.octets(hashlib.sha1(company.certificate).digest())))),  # noqa: S324
    )
    assert "SHA-1" in judged(sign(company, TYPE, DIGEST, TIME, old)).format_problem
