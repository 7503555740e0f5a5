"""CMS made by OpenSSL: all signers judged, documents found by digest, the profile told apart from the rest."""

import base64
import io

import pytest
from asn1crypto import cms as asn1
from asn1crypto import tsp

from signing import seals
from signing.asn1 import der
from signing.verification.cms.cms import read_cms
from signing.verification.facts import Content, Format, StampKind, Sub
from tests.signing.verification.openssl_peer import openssl

DOCUMENT = b"Acte d'engagement du lot 3\n" * 40
OTHER = Content.of("cctp.txt", b"Cahier des clauses techniques\n")


def content(data=DOCUMENT, name="acte.txt"):
    return Content.of(name, data)


def only(facts):
    assert facts.format is Format.CADES
    (signature,) = facts.signatures
    return signature


def verdict(signature):
    return signature.intact, signature.authentic, signature.broken


# --- What is good ---------------------------------------------------------------------------------------------
def test_a_detached_signature_is_found_whole_and_baseline(company):
    signature = only(read_cms(company.sign(DOCUMENT, "-cades"), [content()], "acte.p7s"))
    assert verdict(signature) == (True, True, "")
    assert (signature.is_baseline, signature.level, signature.documents) == (True, "B-B", ("acte.txt",))
    assert signature.certificate == company.certificate
    assert signature.declared_at is not None


@pytest.mark.parametrize(
    ("algorithm", "options"),
    [
        ("ec", ("-md", "sha384")),
        ("rsa", ("-md", "sha256")),
        ("rsa", ("-md", "sha512", "-keyopt", "rsa_padding_mode:pss")),
        ("rsa", ("-md", "sha256", "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:20")),
        ("rsa", ("-md", "sha1")),
    ],
)
def test_the_algorithm_is_the_one_that_the_signature_names(identities, algorithm, options):
    signer = identities("Entreprise-fictive", algorithm=algorithm)
    signature = only(read_cms(signer.sign(DOCUMENT, "-cades", *options), [content()], "acte.p7s"))
    assert verdict(signature) == (True, True, "")


@pytest.mark.parametrize(
    ("form", "options"),
    [("DER", ()), ("DER", ("-stream",)), ("PEM", ()), ("SMIME", ())],
    ids=["DER", "BER of undefined length", "PEM", "S/MIME"],
)
def test_an_enveloping_signature_carries_its_document(company, form, options):
    data = company.sign(DOCUMENT, "-cades", "-nodetach", *options, form=form)
    assert verdict(only(read_cms(data, [], "acte.p7m"))) == (True, True, "")


@pytest.mark.parametrize("options", [(), ("-binary",)], ids=["text", "as it stands"])
def test_a_signed_message_carries_its_document_in_its_first_part(company, options):
    names = ("-signer", f"{company.name}.pem", "-inkey", f"{company.name}.key")
    data = openssl(company.folder, "cms", "-sign", "-cades", *names, *options, given=DOCUMENT)
    assert verdict(only(read_cms(data, [], "message.eml"))) == (True, True, "")
    altered = data.replace(b"lot 3", b"lot 4", 1)
    assert only(read_cms(altered, [], "message.eml")).broken == Sub.HASH_FAILURE


def test_base64_without_armour_is_read(company):
    data = base64.encodebytes(company.sign(DOCUMENT, "-cades"))
    assert verdict(only(read_cms(data, [content()], "acte.p7s"))) == (True, True, "")


def test_our_own_seal_is_stamped(authority, now, db):
    seal = seals.seal_detached(DOCUMENT, authority=authority, now=now)
    signature = only(read_cms(seal, [content()], "recepisse.p7s"))
    assert verdict(signature) == (True, True, "")
    assert (signature.is_baseline, signature.level) == (True, "B-T")
    (stamp,) = signature.stamps
    assert (stamp.kind, stamp.problem, stamp.at) == (StampKind.SIGNATURE, "", now)


# --- Which document -------------------------------------------------------------------------------------------
def test_the_document_is_found_by_its_digest_not_by_its_name(company):
    given = [Content.of("acte.txt", b"another"), content(name="renomme.bin")]
    signature = only(read_cms(company.sign(DOCUMENT, "-cades"), given, "acte.txt.p7s"))
    assert verdict(signature) == (True, True, "")
    assert signature.documents == ("renomme.bin",)


def test_the_one_document_given_is_another(company):
    signature = only(read_cms(company.sign(DOCUMENT, "-cades"), [OTHER], "acte.p7s"))
    assert verdict(signature) == (False, True, Sub.HASH_FAILURE)
    assert "son empreinte diffère" in signature.why


@pytest.mark.parametrize("given", [[], [OTHER, content(b"third", "c.txt")]], ids=["none", "two others"])
def test_a_missing_document_is_never_called_whole(company, given):
    signature = only(read_cms(company.sign(DOCUMENT, "-cades"), given, "acte.p7s"))
    assert verdict(signature) == (None, True, Sub.SIGNED_DATA_NOT_FOUND)


def test_a_document_is_read_by_pieces(company):
    """A document of any size is never held whole by the reader."""

    class Pieces(io.BytesIO):
        def read(self, size=-1):
            assert 0 < size <= 1024 * 1024
            return super().read(size)

    given = Content(name="acte.txt", size=len(DOCUMENT), open=lambda: Pieces(DOCUMENT))
    signature = only(read_cms(company.sign(DOCUMENT, "-cades"), [given], "acte.p7s"))
    assert verdict(signature) == (True, True, "")


# --- Several signers ------------------------------------------------------------------------------------------
def test_every_signer_is_judged(company, colleague):
    """pyHanko refuses a CMS of two signers."""
    both = colleague.sign_too(company.sign(DOCUMENT, "-cades"), DOCUMENT, "-cades")
    facts = read_cms(both, [content()], "acte.p7s")
    assert [verdict(signature) for signature in facts.signatures] == [(True, True, "")] * 2
    assert [signature.place for signature in facts.signatures] == ["1", "2"]
    found = {signature.certificate for signature in facts.signatures}
    assert found == {company.certificate, colleague.certificate}


def test_one_forged_signer_does_not_hide_behind_a_good_one(company, colleague):
    both = colleague.sign_too(company.sign(DOCUMENT, "-cades"), DOCUMENT, "-cades")
    signer_infos = asn1.ContentInfo.load(both)["content"]["signer_infos"]
    value = signer_infos[1]["signature"].native
    forged = both.replace(value, value[:-1] + bytes([value[-1] ^ 1]))
    facts = read_cms(forged, [content()], "acte.p7s")
    assert {signature.broken for signature in facts.signatures} == {"", Sub.SIG_CRYPTO_FAILURE}


def countersigned(signature: bytes, by, over: bytes) -> bytes:
    """The CMS with an unsigned attribute: the SignerInfo of a signature of `over`."""
    counter = asn1.ContentInfo.load(by.sign(over, "-cades"))["content"]
    content_info = asn1.ContentInfo.load(signature)
    signed_data = content_info["content"]
    attribute = der.sequence(der.oid("1.2.840.113549.1.9.6"), der.set_of([counter["signer_infos"][0].dump()]))
    certificates = [choice.dump() for part in (signed_data, counter) for choice in part["certificates"]]
    return rebuilt(
        signed_data,
        certificates=der.tlv(0xA0, *certificates),
        signer_info=signed_data["signer_infos"][0].contents + der.tlv(0xA1, attribute),
    )


def rebuilt(signed_data, *, certificates: bytes, signer_info: bytes | None = None) -> bytes:
    """The CMS with these certificates, and that content of its first SignerInfo."""
    fields = ("version", "digest_algorithms", "encap_content_info")
    parts = [signed_data[field].dump() for field in fields]
    signer_infos = der.set_of([der.sequence(signer_info or signed_data["signer_infos"][0].contents)])
    content = der.sequence(*parts, certificates, signer_infos)
    return der.sequence(der.oid("1.2.840.113549.1.7.2"), der.explicit(0, content))


def test_a_countersignature_is_judged_over_the_value_that_it_signs(company, colleague):
    signature = company.sign(DOCUMENT, "-cades")
    value = asn1.ContentInfo.load(signature)["content"]["signer_infos"][0]["signature"].native
    facts = read_cms(countersigned(signature, colleague, value), [content()], "acte.p7s")
    first, second = facts.signatures
    assert (verdict(first), verdict(second)) == ((True, True, ""), (True, True, ""))
    assert (second.place, second.countersigns) == ("1.1", "1")


def test_a_countersignature_of_something_else_is_refused(company, colleague):
    data = countersigned(company.sign(DOCUMENT, "-cades"), colleague, b"another value")
    assert read_cms(data, [content()], "acte.p7s").signatures[1].broken == Sub.HASH_FAILURE


def test_a_crowd_of_signers_ends_the_check(company, colleague, monkeypatch):
    monkeypatch.setattr("signing.verification.cms.cms.MAX_SIGNATURES", 1)
    both = colleague.sign_too(company.sign(DOCUMENT, "-cades"), DOCUMENT, "-cades")
    facts = read_cms(both, [content()], "acte.p7s")
    assert [signature.broken for signature in facts.signatures] == ["", Sub.GENERIC]
    assert "trop de signatures" in facts.problems[0]


# --- The certificate ------------------------------------------------------------------------------------------
def test_the_signer_is_never_the_first_certificate(company, colleague):
    """GHSA-3xxc-pwj6-jgrj: certificates put before the signer's change nothing."""
    signed_data = asn1.ContentInfo.load(company.sign(DOCUMENT, "-cades"))["content"]
    data = rebuilt(signed_data, certificates=der.tlv(0xA0, colleague.certificate, company.certificate))
    signature = only(read_cms(data, [content()], "acte.p7s"))
    assert (signature.certificate, verdict(signature)) == (company.certificate, (True, True, ""))


def test_a_certificate_of_the_same_name_and_number_does_not_replace_the_protected_one(company, identities):
    """ESSCertIDv2 (RFC 5035): the digest designates, whatever issuer and serial number say."""
    serial = asn1.Certificate.load(company.certificate).serial_number
    double = identities("Entreprise-fictive", "-set_serial", str(serial))
    signed_data = asn1.ContentInfo.load(company.sign(DOCUMENT, "-cades"))["content"]
    data = rebuilt(signed_data, certificates=der.tlv(0xA0, double.certificate))
    signature = only(read_cms(data, [content()], "acte.p7s"))
    assert (signature.authentic, signature.is_baseline) == (False, False)
    both = rebuilt(signed_data, certificates=der.tlv(0xA0, double.certificate, company.certificate))
    assert only(read_cms(both, [content()], "acte.p7s")).certificate == company.certificate


def test_a_signature_without_its_certificate_names_nobody(company):
    signature = only(read_cms(company.sign(DOCUMENT, "-cades", "-nocerts"), [content()], "acte.p7s"))
    assert verdict(signature) == (True, None, Sub.NO_SIGNING_CERTIFICATE_FOUND)
    assert not signature.is_baseline


# --- Below the profile ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("options", "sentence"),
    [((), "n'est pas protégé par la signature"), (("-noattr",), "aucun attribut signé")],
    ids=["PKCS#7 with attributes", "without any attribute"],
)
def test_a_plain_signature_is_whole_but_below_the_profile(company, options, sentence):
    signature = only(read_cms(company.sign(DOCUMENT, *options), [content()], "acte.p7s"))
    assert verdict(signature) == (True, True, "")
    assert (signature.is_baseline, signature.level) == (False, "")
    assert sentence in signature.format_problem


def test_a_changed_document_is_refused_even_without_attributes(company):
    signature = only(read_cms(company.sign(DOCUMENT, "-noattr"), [OTHER], "acte.p7s"))
    assert (signature.intact, signature.broken) == (False, Sub.SIG_CRYPTO_FAILURE)


# --- What is not a signature ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"0" * 1000,
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x80" * 5000,
        b"-----BEGIN CMS-----",
    ],
)
def test_what_is_not_a_cms_is_a_fact_never_an_exception(data):
    facts = read_cms(data, [content()], "acte.p7s")
    assert (facts.signatures, bool(facts.broken)) == ((), True)
    assert facts.problems


@pytest.mark.parametrize("kept", [40, 300, 600])
def test_a_cut_signature_is_a_fact_never_an_exception(company, kept):
    facts = read_cms(company.sign(DOCUMENT, "-cades")[:kept], [content()], "acte.p7s")
    assert facts.broken


# --- Time stamps of a signature -------------------------------------------------------------------------------
def stamped(signature: bytes, token: bytes, *others: bytes) -> bytes:
    """The CMS with a signature time stamp, and other certificates among its own."""
    signed_data = asn1.ContentInfo.load(signature)["content"]
    attribute = der.sequence(der.oid("1.2.840.113549.1.9.16.2.14"), der.set_of([token]))
    certificates = [choice.dump() for choice in signed_data["certificates"]]
    signer_info = signed_data["signer_infos"][0].contents + der.tlv(0xA1, attribute)
    return rebuilt(signed_data, certificates=der.tlv(0xA0, *certificates, *others), signer_info=signer_info)


def token_over(stamper, data: bytes, **options) -> bytes:
    _, response = stamper.stamp(data, **options)
    return tsp.TimeStampResp.load(response)["time_stamp_token"].dump()


def value_of(signature: bytes) -> bytes:
    return asn1.ContentInfo.load(signature)["content"]["signer_infos"][0]["signature"].native


def test_a_time_stamp_over_the_value_brings_the_level_t(company, stamper):
    signature = company.sign(DOCUMENT, "-cades")
    data = stamped(signature, token_over(stamper, value_of(signature)))
    found = only(read_cms(data, [content()], "acte.p7s"))
    assert (found.level, [stamp.problem for stamp in found.stamps]) == ("B-T", [""])
    assert found.stamps[0].certificate == stamper.certificate


def test_a_token_without_its_certificate_finds_it_in_the_signature(company, stamper):
    signature = company.sign(DOCUMENT, "-cades")
    token = token_over(stamper, value_of(signature), with_certificate=False)
    alone = only(read_cms(stamped(signature, token), [content()], "acte.p7s"))
    assert alone.stamps[0].problem == Sub.NO_SIGNING_CERTIFICATE_FOUND
    beside = only(read_cms(stamped(signature, token, stamper.certificate), [content()], "acte.p7s"))
    assert beside.stamps[0].problem == ""


def test_a_time_stamp_of_something_else_is_refused_and_of_the_document_is_named(company, stamper):
    signature = company.sign(DOCUMENT, "-cades")
    for covered, words in ((b"another", "d'autre chose"), (DOCUMENT, "pour le document, avant sa signature")):
        data = stamped(signature, token_over(stamper, covered))
        (stamp,) = only(read_cms(data, [content()], "acte.p7s")).stamps
        assert stamp.problem == Sub.HASH_FAILURE
        assert words in stamp.message
