"""XAdES: signed properties, the signer they designate, what is covered, the baseline (P7-T6, annexe 12 art. 3, 5)."""

import base64

import pytest
from lxml import etree
from signxml import SignatureConfiguration, methods
from signxml.xades import XAdESVerifier

from signing.verification.facts import Covers, Format, Sub
from tests.conftest import NOW
from tests.signing.verification.xml_signing import (
    DS,
    EC_KEY,
    RSA_CERTIFICATE,
    RSA_KEY,
    XADES,
    by_hand,
    certify,
    changed,
    der,
    digest_value,
    encode,
    find,
    read,
    read_one,
    sign_xades,
)

WHEN = "2026-03-02T09:00:00Z"


@pytest.fixture(
    scope="module", params=[methods.enveloped, methods.enveloping], ids=["enveloped", "enveloping"]
)
def signed(request):
    return sign_xades(method=request.param)


@pytest.fixture(scope="module")
def enveloped():
    return sign_xades()


@pytest.fixture(scope="module")
def enveloping():
    return sign_xades(method=methods.enveloping)


def test_what_signxml_signs_is_intact_authentic_and_whole(signed):
    expected = SignatureConfiguration(expect_references=3)
    XAdESVerifier().verify(signed, x509_cert=RSA_CERTIFICATE, expect_references=3, expect_config=expected)
    facts = read_one(signed)
    assert (facts.format, facts.intact, facts.authentic) == (Format.XADES, True, True)
    assert facts.covers is Covers.WHOLE
    assert facts.certificate == der(RSA_CERTIFICATE)
    assert facts.declared_at is not None
    assert facts.broken == ""


def test_the_report_names_what_was_signed_and_how(enveloped):
    facts = read_one(enveloped)
    assert facts.documents == ("offre.xml",)
    assert facts.algorithms == ("sha256", "rsa-sha256")


@pytest.mark.parametrize(
    ("name", "namespace"),
    [
        ("prix", "urn:montant"),
        ("SigningTime", XADES),
        ("DigestValue", DS),
        ("SignatureValue", DS),
        ("MimeType", XADES),
    ],
)
def test_whatever_is_changed_is_seen(signed, name, namespace):
    def edit(tree):
        element = find(tree, name, namespace)
        element.text = element.text[::-1]

    facts = read_one(changed(signed, edit))
    assert facts.broken in {Sub.HASH_FAILURE, Sub.FORMAT_FAILURE, Sub.SIG_CRYPTO_FAILURE}
    assert not (facts.intact and facts.authentic)


def test_every_byte_of_the_offer_counts(enveloped):
    data = etree.tostring(enveloped)
    start = data.index(b"<lot")
    for position in range(start, data.index(b"</offre>"), 997):
        altered = bytearray(data)
        altered[position] ^= 1
        found = read(bytes(altered)).signatures
        assert not any(facts.intact and facts.authentic for facts in found), position


# --- the signer -----------------------------------------------------------------------------------------------
def test_a_certificate_of_the_same_key_is_not_taken_for_the_signer(enveloped):
    """The signed digest designates one certificate: another name on the same key is not the signer."""
    other = encode(der(certify(RSA_KEY, "Usurpatrice fictive")))
    facts = read_one(changed(enveloped, lambda tree: set_text(tree, "X509Certificate", other)))
    assert (facts.certificate, facts.authentic) == (None, None)
    assert not facts.is_baseline


def set_text(tree, name, text, namespace=DS):
    find(tree, name, namespace).text = text


def test_the_signer_is_found_behind_other_certificates(enveloped):
    def add_first(tree):
        first = find(tree, "X509Certificate")
        stranger = etree.Element(f"{{{DS}}}X509Certificate")
        stranger.text = encode(der(certify(EC_KEY, "Intermédiaire fictif")))
        first.addprevious(stranger)

    facts = read_one(changed(enveloped, add_first))
    assert facts.certificate == der(RSA_CERTIFICATE)
    assert facts.authentic is True
    assert len(facts.certificates) == 2


def test_an_unreadable_certificate_is_passed_over(enveloped):
    def add_first(tree):
        broken = etree.Element(f"{{{DS}}}X509Certificate")
        broken.text = "MIIB"
        find(tree, "X509Certificate").addprevious(broken)

    assert read_one(changed(enveloped, add_first)).authentic is True


def test_a_signature_without_any_certificate_identifies_nobody(enveloped):
    facts = read_one(changed(enveloped, lambda tree: drop(find(tree, "KeyInfo"))))
    assert (facts.certificate, facts.authentic) == (None, None)
    assert facts.broken


def drop(element):
    element.getparent().remove(element)


# --- wrapping -------------------------------------------------------------------------------------------------
def test_a_signed_object_moved_behind_another_is_refused(enveloping):
    def wrap(tree):
        good = next(tree.iterchildren(f"{{{DS}}}Object"))
        evil = etree.Element(f"{{{DS}}}Object")
        evil.text = "9000"
        tree.replace(good, evil)
        holder = etree.SubElement(etree.SubElement(tree, f"{{{DS}}}Object"), "enveloppe")
        holder.append(good)

    facts = read_one(changed(enveloping, wrap))
    assert (facts.intact, facts.broken) == (False, Sub.FORMAT_FAILURE)


def test_an_object_beside_the_signed_one_makes_the_signature_partial(enveloping):
    def add(tree):
        etree.SubElement(tree, f"{{{DS}}}Object", Id="autre").text = "9000"

    facts = read_one(changed(enveloping, add))
    assert (facts.intact, facts.covers) == (True, Covers.PARTIAL)


def test_what_surrounds_a_signed_part_is_not_called_signed():
    signed = sign_xades(b'<offre><lot Id="lot-1">1000</lot></offre>', reference="#lot-1")
    assert read_one(signed).covers is Covers.WHOLE

    def add(tree):
        etree.SubElement(tree, "lot").text = "9000"

    facts = read_one(changed(signed, add))
    assert (facts.intact, facts.covers, facts.documents) == (True, Covers.PARTIAL, ("#lot-1",))


def test_the_properties_of_another_signature_are_refused(enveloped):
    facts = read_one(
        changed(enveloped, lambda tree: find(tree, "QualifyingProperties", XADES).set("Target", "#x"))
    )
    assert (facts.intact, facts.broken) == (False, Sub.FORMAT_FAILURE)


def test_signed_properties_hidden_behind_others_are_refused(enveloped):
    """The reference still finds the genuine ones; those that stand in their place say another time."""

    def wrap(tree):
        genuine = find(tree, "SignedProperties", XADES)
        parent = genuine.getparent()
        parent.replace(genuine, changed(genuine, rename))
        etree.SubElement(find(tree, "Signature"), f"{{{DS}}}Object").append(genuine)

    def rename(element):
        element.set("Id", "faux")
        set_text(element, "SigningTime", "2020-01-01T00:00:00Z", XADES)

    facts = read_one(changed(enveloped, wrap))
    assert (facts.intact, facts.broken, facts.declared_at) == (False, Sub.FORMAT_FAILURE, None)


def test_two_sets_of_properties_are_refused(enveloped):
    def double(tree):
        properties = find(tree, "QualifyingProperties", XADES)
        properties.addnext(changed(properties, lambda _: None))

    assert read_one(changed(enveloped, double)).broken == Sub.FORMAT_FAILURE


def test_a_second_list_of_references_is_refused(enveloped):
    def double(tree):
        signed_info = find(tree, "SignedInfo")
        signed_info.addnext(changed(signed_info, lambda _: None))

    facts = read_one(changed(enveloped, double))
    assert (facts.intact, facts.broken) == (None, Sub.FORMAT_FAILURE)


# --- the baseline ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "namespace", "said"),
    [
        ("DataObjectFormat", XADES, "nature"),
        ("SigningTime", XADES, "date"),
        ("SigningCertificateV2", XADES, "protège pas le certificat"),
        ("X509Data", DS, "informations de clé"),
        ("SignedProperties", XADES, "pas couvertes"),
        ("QualifyingProperties", XADES, "XML simple"),
    ],
)
def test_what_the_profile_asks_is_named_when_it_is_absent(enveloped, name, namespace, said):
    """EN 319 132-1 table 2."""
    whole = read_one(enveloped)
    assert (whole.is_baseline, whole.level, whole.format_problem) == (True, "B-B", "")
    facts = read_one(changed(enveloped, lambda tree: drop(find(tree, name, namespace))))
    assert (facts.is_baseline, facts.level) == (False, "")
    assert said in facts.format_problem


def test_an_abandoned_version_is_read_and_said():
    old = etree.tostring(sign_xades()).replace(XADES.encode(), b"http://uri.etsi.org/01903/v1.2.2#")
    facts = read_one(old)
    assert "abandonnée" in facts.format_problem
    assert facts.certificate == der(RSA_CERTIFICATE)


# --- countersignatures ----------------------------------------------------------------------------------------
def test_a_countersignature_is_over_the_value_of_the_signature_that_holds_it():
    good, fake = read(countersigned("valeur")).signatures[1], read(countersigned("autre")).signatures[1]
    assert (good.intact, good.authentic, good.countersigns) == (True, True, "s1")
    assert (fake.intact, fake.broken) == (False, Sub.FORMAT_FAILURE)
    assert "contre-signature" in fake.why


def countersigned(target):
    """A signature that holds another, whose one reference is to that identifier."""
    canonical = {
        "valeur": f'<SignatureValue xmlns="{DS}" Id="valeur">AAAA</SignatureValue>',
        "autre": '<autre Id="autre"></autre>',
    }[target]
    counter = by_hand(f"#{target}", digest_value(canonical.encode())).decode()
    first = by_hand("", digest_value(b"")).decode()
    first = first.replace(f'<Signature xmlns="{DS}">', f'<Signature xmlns="{DS}" Id="s1">', 1)
    value = first[first.index("<SignatureValue>") : first.index("<KeyInfo>")]
    first = first.replace(value, '<SignatureValue Id="valeur">AAAA</SignatureValue>')
    held = f'<Object><CounterSignature xmlns="{XADES}">{counter}</CounterSignature></Object></Signature>'
    return f'<racine>{first.removesuffix("</Signature>")}{held}<autre Id="autre"></autre></racine>'.encode()


# --- hostile files --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<",
        b"<!DOCTYPE a><a/>",
        f'<Signature xmlns="{DS}"/>'.encode(),
        f'<Signature xmlns="{DS}"><SignedInfo/><SignatureValue>%</SignatureValue></Signature>'.encode(),
        f'<a xmlns:d="{DS}">'.encode() + b"<d:Signature/>" * 150 + b"</a>",
    ],
)
def test_what_breaks_is_a_fact_and_not_an_exception(data):
    found = read(data)
    assert found.broken or all(facts.broken for facts in found.signatures)
    assert not any(facts.intact for facts in found.signatures)


def test_the_declared_time_is_read_in_utc(enveloped):
    def at(text):
        facts = read_one(changed(enveloped, lambda tree: set_text(tree, "SigningTime", text, XADES)))
        return facts.declared_at

    assert at("2026-03-02T10:00:00+01:00") == NOW
    assert at(WHEN) == NOW
    assert at("hier") is None


def test_base64_with_line_ends_is_read(enveloped):
    def fold(tree):
        element = find(tree, "SignatureValue")
        element.text = base64.encodebytes(base64.b64decode(element.text)).decode()

    assert read_one(changed(enveloped, fold)).authentic is True
