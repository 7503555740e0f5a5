"""W3C XML Signature: what signxml signs is accepted, and refused when one thing changes (P7-T6)."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519, rsa
from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, InvalidDigest, XMLVerifier, methods

from signing.verification.facts import Covers, Format, Sub
from tests.signing.verification.xml_signing import (
    RSA_CERTIFICATE,
    by_hand,
    certify,
    changed,
    content,
    der,
    digest_value,
    find,
    read,
    read_one,
    sign,
    sign_xades,
)

ALGORITHMS = [
    "RSA_SHA224",
    "RSA_SHA256",
    "RSA_SHA384",
    "RSA_SHA512",
    "ECDSA_SHA224",
    "ECDSA_SHA256",
    "ECDSA_SHA384",
    "ECDSA_SHA512",
    "ECDSA_SHA3_256",
    "SHA256_RSA_MGF1",
    "SHA384_RSA_MGF1",
    "SHA512_RSA_MGF1",
    "SHA3_256_RSA_MGF1",
]


def is_good(facts):
    return facts.intact is True and facts.authentic is True


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_of_signxml_is_verified(algorithm):
    signed = sign(algorithm=algorithm)
    assert is_good(read_one(signed))
    forged = changed(signed, lambda tree: flip_value(find(tree, "SignatureValue")))
    assert read_one(forged).authentic is False


def flip_value(element):
    value = bytearray(base64.b64decode(element.text))
    value[5] ^= 1
    element.text = base64.b64encode(value).decode()


@pytest.mark.parametrize("digest", [d.name for d in DigestAlgorithm if d.name != "SHA1"])
def test_every_digest_of_signxml_is_verified(digest):
    signed = sign(digest_algorithm=DigestAlgorithm[digest])
    assert is_good(read_one(signed))

    def raise_price(tree):
        find(tree, "prix", "urn:montant").text = "9000"

    altered = read_one(changed(signed, raise_price))
    assert (altered.intact, altered.broken) == (False, Sub.HASH_FAILURE)


@pytest.mark.parametrize(
    "c14n", ["CANONICAL_XML_1_0", "CANONICAL_XML_1_1", "EXCLUSIVE_XML_CANONICALIZATION_1_0"]
)
@pytest.mark.parametrize("method", [methods.enveloped, methods.enveloping])
def test_every_canonical_form_is_computed(c14n, method):
    signed = sign(method=method, c14n_algorithm=CanonicalizationMethod[c14n])
    assert is_good(read_one(signed))


def test_a_plain_signature_is_told_from_xades():
    facts = read_one(sign())
    assert facts.format is Format.XADES
    assert not facts.is_baseline
    assert "XML simple" in facts.format_problem
    assert facts.level == ""
    assert facts.certificate == der(RSA_CERTIFICATE)


def test_a_file_without_signature_has_none():
    facts = read(b"<offre/>")
    assert (facts.format, facts.signatures) == (Format.NONE, ())


def test_a_detached_document_is_found_by_its_digest_and_not_by_its_name():
    signed = detached(b"acte d'engagement")
    good = read_one(signed, content(b"autre", "piece.pdf"), content(b"acte d'engagement", "renomme.pdf"))
    assert is_good(good)
    assert good.documents == ("renomme.pdf",)
    assert good.covers is Covers.WHOLE


def test_a_detached_document_that_is_missing_leaves_the_question_open():
    facts = read_one(detached(b"acte"))
    assert (facts.intact, facts.authentic, facts.broken) == (None, True, Sub.SIGNED_DATA_NOT_FOUND)


def test_another_document_than_the_signed_one_is_refused():
    facts = read_one(detached(b"acte"), content(b"acte falsifie"))
    assert (facts.intact, facts.broken) == (False, Sub.HASH_FAILURE)


def test_a_container_is_asked_by_address():
    signed = detached(b"acte", uri="dossier/acte%20signe.pdf")
    files = {"dossier/acte signe.pdf": content(b"acte")}
    assert is_good(read_one(signed, resolve=files.get))
    missing = read_one(signed, content(b"acte"), resolve={}.get)
    assert missing.intact is None
    assert not missing.is_baseline
    assert "conteneur" in missing.format_problem


def detached(data, uri="piece.pdf"):
    """signxml always canonicalizes; a file that is not XML is signed as it is."""
    return by_hand(uri, digest_value(data))


@pytest.mark.parametrize(
    ("key", "name"), [(ed25519.Ed25519PrivateKey, "eddsa-ed25519"), (ed448.Ed448PrivateKey, "eddsa-ed448")]
)
def test_edwards_curves_are_verified(key, name):
    method = f"http://www.w3.org/2021/04/xmldsig-more#{name}"
    signed = by_hand("piece.pdf", digest_value(b"acte"), key=key.generate(), method=method)
    assert is_good(read_one(signed, content(b"acte")))
    assert read_one(signed.replace(b"piece.pdf", b"piece.pdt"), content(b"acte")).authentic is False


@pytest.mark.parametrize(
    "method",
    [
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "urn:inconnu",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
    ],
)
def test_an_algorithm_that_is_not_known_is_never_passed(method):
    facts = read_one(by_hand("piece.pdf", digest_value(b"acte"), method=method), content(b"acte"))
    assert facts.authentic is None
    assert facts.broken == Sub.CRYPTO_CONSTRAINTS_FAILURE
    assert "algorithme" in facts.why


def test_an_unknown_digest_leaves_integrity_unknown():
    facts = read_one(by_hand("piece.pdf", "AAAA", algorithm="urn:inconnu"), content(b"acte"))
    assert (facts.intact, facts.broken) == (None, Sub.CRYPTO_CONSTRAINTS_FAILURE)


def test_a_certificate_that_did_not_sign_is_refused():
    signed = sign()
    find(signed, "X509Certificate").text = base64.b64encode(
        der(certify(rsa.generate_private_key(65537, 2048)))
    ).decode()
    facts = read_one(signed)
    assert (facts.authentic, facts.broken) == (False, Sub.SIG_CRYPTO_FAILURE)


def test_the_trap_of_exclusive_canonicalization_in_signxml_is_seen():
    """signing.md 4 (d): signxml writes no transform for the properties that it digested exclusively."""
    exclusive = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
    signed = sign_xades(c14n_algorithm=exclusive)
    with pytest.raises(InvalidDigest):
        XMLVerifier().verify(signed, x509_cert=RSA_CERTIFICATE, expect_references=3)
    facts = read_one(signed)
    assert (facts.intact, facts.broken) == (False, Sub.HASH_FAILURE)
    assert "empreinte" in facts.why


def test_all_signatures_of_a_file_are_judged():
    """signing.md 4 (e): one good signature says nothing of its neighbour."""
    first, second = sign(), sign(algorithm="ECDSA_SHA256")
    flip_value(find(second, "SignatureValue"))
    both = etree.Element("signatures")
    both.extend([first, second])
    assert [facts.authentic for facts in read(both).signatures] == [True, False]
