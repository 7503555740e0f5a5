"""XML signatures made by signxml, a stranger to our reader, and what the tests do to them."""

import base64
import copy
import hashlib
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import SignatureMethod, XMLSigner, methods
from signxml.xades import XAdESDataObjectFormat, XAdESSigner

from procurement.xml import parse_xml
from signing.tsp import timestamps
from signing.verification.facts import Content
from signing.verification.xml.xades import read_xml
from tests.conftest import NOW

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XADES_141 = "http://uri.etsi.org/01903/v1.4.1#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
MORE, ENC = "http://www.w3.org/2001/04/xmldsig-more#", "http://www.w3.org/2001/04/xmlenc#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
OFFER = (
    b'<offre xmlns:m="urn:montant"><lot Id="lot-1"><m:prix devise="EUR">1000</m:prix></lot><note/></offre>'
)

SHA256 = hashes.SHA256()
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def certify(key, name="Entreprise fictive", digest=SHA256):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=365))
        .sign(key, digest)
    )


RSA_CERTIFICATE, EC_CERTIFICATE = certify(RSA_KEY), certify(EC_KEY)


def key_and_certificate(algorithm):
    return (EC_KEY, EC_CERTIFICATE) if algorithm.startswith("ECDSA") else (RSA_KEY, RSA_CERTIFICATE)


def sign(data=OFFER, *, method=methods.enveloped, algorithm="RSA_SHA256", reference=None, **options):
    """A plain XML signature, as a tree."""
    key, certificate = key_and_certificate(algorithm)
    signer = XMLSigner(method=method, signature_algorithm=SignatureMethod[algorithm], **options)
    return signer.sign(_tree(data), key=key, cert=[certificate], reference_uri=reference)


def sign_xades(data=OFFER, *, method=methods.enveloped, algorithm="RSA_SHA256", reference=None, **options):
    """XAdES-B-B, as a tree."""
    key, certificate = key_and_certificate(algorithm)
    signer = XAdESSigner(
        data_object_format=XAdESDataObjectFormat(MimeType="application/xml"),
        method=method,
        signature_algorithm=SignatureMethod[algorithm],
        **options,
    )
    return signer.sign(_tree(data), key=key, cert=[certificate], reference_uri=reference)


def _tree(data):
    return parse_xml(data) if isinstance(data, bytes) and data.startswith(b"<") else data


def read(tree, *contents, resolve=None, name="offre.xml"):
    data = tree if isinstance(tree, bytes) else etree.tostring(tree.getroottree())
    return read_xml(data, contents, name, resolve=resolve)


def read_one(tree, *contents, **options):
    (facts,) = read(tree, *contents, **options).signatures
    return facts


def content(data, name="piece.pdf"):
    return Content.of(name, data)


def find(tree, name, namespace=DS):
    return next(tree.iter(f"{{{namespace}}}{name}"))


def changed(tree, edit):
    other = copy.deepcopy(tree)
    edit(other)
    return other


def signature_of(tree):
    return tree if tree.tag == f"{{{DS}}}Signature" else find(tree, "Signature")


def digest_value(data):
    return encode(hashlib.sha256(data).digest())


def der(certificate):
    return certificate.public_bytes(Encoding.DER)


def by_hand(uri, digest, *, transforms="", key=None, method=f"{MORE}rsa-sha256", algorithm=f"{ENC}sha256"):
    """A signature written in canonical form: its bytes are signed without any canonicalization of ours."""
    signed_info = (
        f'<SignedInfo xmlns="{DS}"><CanonicalizationMethod Algorithm="{C14N}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{method}"></SignatureMethod><Reference URI="{uri}">{transforms}'
        f'<DigestMethod Algorithm="{algorithm}"></DigestMethod><DigestValue>{digest}</DigestValue></Reference>'
        "</SignedInfo>"
    )
    if key is None:
        value = RSA_KEY.sign(signed_info.encode(), padding.PKCS1v15(), SHA256)
    else:
        value = key.sign(signed_info.encode())
    certificate = RSA_CERTIFICATE if key is None else certify(key, digest=None)
    return (
        f'<Signature xmlns="{DS}">{signed_info}<SignatureValue>{encode(value)}</SignatureValue><KeyInfo><X509Data>'
        f"<X509Certificate>{encode(der(certificate))}</X509Certificate></X509Data></KeyInfo></Signature>"
    ).encode()


def encode(data):
    return base64.b64encode(data).decode()


def token(authority, data, serial=7):
    """A time-stamp token of the tests' own authority over these bytes."""
    return timestamps.issue(
        digest=hashlib.sha256(data).digest(), authority=authority, serial=serial, gen_time=NOW
    )


def exclusive(element):
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)


def add_unsigned(tree, name, *encapsulated, namespace=XADES, holder="EncapsulatedTimeStamp"):
    """An unsigned property that holds these bytes, each in base64; the element."""
    properties = find(tree, "QualifyingProperties", XADES)
    unsigned = properties.find(f"{{{XADES}}}UnsignedProperties/{{{XADES}}}UnsignedSignatureProperties")
    if unsigned is None:
        parent = etree.SubElement(properties, f"{{{XADES}}}UnsignedProperties")
        unsigned = etree.SubElement(parent, f"{{{XADES}}}UnsignedSignatureProperties")
    element = etree.SubElement(unsigned, f"{{{namespace}}}{name}")
    if holder == "EncapsulatedTimeStamp":
        etree.SubElement(element, f"{{{DS}}}CanonicalizationMethod", Algorithm=EXCLUSIVE)
    for value in encapsulated:
        etree.SubElement(element, f"{{{XADES}}}{holder}").text = encode(value)
    return element
