"""Our own signed files, of every format and level, by three makers: our seals, pyHanko and signxml."""

from __future__ import annotations

import hashlib
import io
import zipfile
from base64 import b64encode
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

from asgiref.sync import async_to_sync
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from signxml import DigestAlgorithm, SignatureMethod, methods
from signxml.xades import XAdESDataObjectFormat, XAdESSigner

from procurement.xml import parse_xml
from signing.pki.authority import Authority
from signing.tsp import timestamps
from signing.verification.facts import Content
from signing.verification.trust.trust import TrustStore
from tests.conftest import NOW
from tests.signing import pki

DOCUMENT = b"Acte d'engagement : nous nous engageons pour 12 000 euros hors taxes.\n" * 4
ANNEX = b"Bordereau des prix unitaires\n" * 4
XML = "<engagement><montant>12000</montant><objet>Toiture de l'école</objet></engagement>"
ASIC_S, ASIC_E = "application/vnd.etsi.asic-s+zip", "application/vnd.etsi.asic-e+zip"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


@dataclass(frozen=True)
class Signed:
    """A signed file, and the documents beside it when it is detached."""

    name: str
    data: bytes = field(repr=False)
    beside: tuple[Content, ...] = field(default=())


def trust(authority: Authority) -> TrustStore:
    crl = authority.crl.public_bytes(Encoding.DER)
    return TrustStore(roots=(authority.root_certificate,), crls=(crl,))


def every_kind(authority: Authority, pdf: bytes) -> dict[str, Signed]:
    files = [
        *_pades(authority, pdf),
        *_cades(authority),
        *_xades(authority),
        *_asic(authority),
        *_tokens(authority),
    ]
    return {signed.name: signed for signed in files}


# --- PAdES ----------------------------------------------------------------------------------------------------
def _pades(authority: Authority, pdf: bytes) -> list[Signed]:
    stamped = {"now": NOW, "stamped_at": NOW}
    kept = pki.sign(pdf, authority, **stamped, crl=authority.crl)
    return [
        Signed("pades-b-b.pdf", pki.sign(pdf, authority, now=NOW)),
        Signed("pades-b-t.pdf", pki.sign(pdf, authority, **stamped)),
        Signed("pades-b-lt.pdf", kept),
        Signed("pades-b-lta.pdf", _preserved(authority, kept)),
    ]


def _preserved(authority: Authority, pdf: bytes) -> bytes:
    """A document time stamp over what a B-LT keeps."""
    stamper = PdfTimeStamper(timestamper=_Stamper(authority), field_name="Horodatage")
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return async_to_sync(stamper.async_timestamp_pdf)(writer, "sha256").getvalue()


# --- CAdES ----------------------------------------------------------------------------------------------------
class _Stamper(TimeStamper):
    def __init__(self, authority: Authority) -> None:
        super().__init__()
        self._authority = authority

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        digest = req["message_imprint"]["hashed_message"].native
        token = timestamps.issue(
            digest=digest, authority=self._authority, serial=9, gen_time=NOW, nonce=req["nonce"].dump()
        )
        return tsp.TimeStampResp.load(timestamps.response(token))


def cades(authority: Authority, data: bytes, *, is_stamped: bool, detached: bool = True) -> bytes:
    """By pyHanko."""
    key = authority.seal_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(authority.seal_certificate.public_bytes(Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore(),
    )
    sign = async_to_sync(signer.async_sign_general_data)
    stamper = _Stamper(authority) if is_stamped else None
    return sign(data, "sha256", detached=detached, use_cades=True, timestamper=stamper).dump()


def _cades(authority: Authority) -> list[Signed]:
    beside = (Content.of("engagement.txt", DOCUMENT),)
    make = partial(cades, authority, DOCUMENT)
    return [
        Signed("cades-b-b.p7s", make(is_stamped=False), beside),
        Signed("cades-b-t.p7s", make(is_stamped=True), beside),
        Signed("cades-b-t-enveloping.p7m", make(is_stamped=True, detached=False)),
    ]


# --- XAdES ----------------------------------------------------------------------------------------------------
def xades(authority: Authority, method: methods, data: object, uri: str | None = None) -> etree._Element:
    """By signxml, with its default canonicalization; what it signs detached is XML too."""
    signer = XAdESSigner(
        method=method,
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        data_object_format=XAdESDataObjectFormat(Description="Acte", MimeType="text/plain"),
    )
    return signer.sign(data, key=authority.seal_key, cert=[authority.seal_certificate], reference_uri=uri)


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root)


def _xades(authority: Authority) -> list[Signed]:
    detached = xades(authority, methods.detached, parse_xml(XML.encode()), "engagement.xml")
    return [
        Signed(
            "xades-enveloped.xml", serialise(xades(authority, methods.enveloped, parse_xml(XML.encode())))
        ),
        Signed(
            "xades-enveloping.xml",
            serialise(xades(authority, methods.enveloping, parse_xml(XML.encode()))),
        ),
        Signed("xades-detached.xml", serialise(detached), (Content.of("engagement.xml", XML.encode()),)),
    ]


# --- ASiC and time stamps -------------------------------------------------------------------------------------
def archive(mimetype: str, files: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as file:
        if mimetype:
            file.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        for name, data in files.items():
            file.writestr(name, data)
    return output.getvalue()


def manifest(signature: str, files: dict[str, bytes]) -> bytes:
    references = "".join(
        f'<asic:DataObjectReference URI="{quote(name)}"><ds:DigestMethod Algorithm="{_SHA256}"/>'
        f"<ds:DigestValue>{b64encode(hashlib.sha256(data).digest()).decode()}</ds:DigestValue>"
        "</asic:DataObjectReference>"
        for name, data in files.items()
    )
    return (
        '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" '
        'xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
        f'<asic:SigReference URI="{signature}"/>{references}</asic:ASiCManifest>'
    ).encode()


def token(authority: Authority, data: bytes) -> bytes:
    return pki.stamped(authority, NOW, hashlib.sha256(data).digest())


def asic_e_cades(authority: Authority, files: dict[str, bytes]) -> dict[str, bytes]:
    listed = manifest("META-INF/signature001.p7s", files)
    signature = cades(authority, listed, is_stamped=True)
    return {**files, "META-INF/ASiCManifest001.xml": listed, "META-INF/signature001.p7s": signature}


def _asic(authority: Authority) -> list[Signed]:
    document, both = {"acte n°1.txt": DOCUMENT}, {"acte n°1.txt": DOCUMENT, "annexes/prix.txt": ANNEX}
    # Alone in its file: the namespace of a root above it would change what inclusive canonicalization digests.
    signature = serialise(xades(authority, methods.detached, parse_xml(XML.encode()), quote("acte n°1.xml")))
    form = {"acte n°1.xml": XML.encode()}
    simple = {
        "xades": form | {"META-INF/signatures.xml": signature},
        "cades": document | {"META-INF/signature.p7s": cades(authority, DOCUMENT, is_stamped=True)},
        "tst": document | {"META-INF/timestamp.tst": token(authority, DOCUMENT)},
    }
    listed = manifest("META-INF/timestamp001.tst", both)
    stamped = {"META-INF/ASiCManifest001.xml": listed, "META-INF/timestamp001.tst": token(authority, listed)}
    return [
        *(Signed(f"asic-s-{kind}.asics", archive(ASIC_S, parts)) for kind, parts in simple.items()),
        Signed("asic-e-cades.asice", archive(ASIC_E, asic_e_cades(authority, both))),
        Signed("asic-e-xades.asice", archive(ASIC_E, form | {"META-INF/signatures0.xml": signature})),
        Signed("asic-e-tst.asice", archive(ASIC_E, both | stamped)),
    ]


def _tokens(authority: Authority) -> list[Signed]:
    made = token(authority, DOCUMENT)
    beside = (Content.of("engagement.txt", DOCUMENT),)
    return [Signed("reponse.tsr", timestamps.response(made), beside), Signed("jeton.tst", made, beside)]
