"""How pyHanko makes our seals; `signing.seals` is the door. Nothing here touches the database."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from asn1crypto import cms
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing import timestamps
from signing.authority import Authority
from signing.services.stamping import Slot

SEAL_FIELD = "Cachet"
SEAL_LABEL = "Cachet électronique de la plateforme"
ARCHIVE_FIELD = "Horodatage"
ARCHIVE_LABEL = "Horodatage du document scellé"
#: Hexadecimal digits kept free in the PDF; fixed, so that pyHanko need not sign twice to measure.
SEAL_ROOM, TOKEN_ROOM = 16384, 8192
#: PDF/A wants printable and not hidden, PDF/UA hidden or out of the page: out of the page satisfies both.
INVISIBLE = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)

# It warns at each seal that nothing is fetched, which is what we want.
logging.getLogger("pyhanko.sign.signers").setLevel(logging.ERROR)


async def seal_pdf(
    pdf: bytes, *, reason: str, authority: Authority, slots: Iterable[Slot], now: datetime
) -> bytes:
    """Takes two slots."""
    timestamper = _OwnTimeStamper(authority, slots)
    output = io.BytesIO(pdf)
    await _sign(output, reason, _SealSigner(authority), timestamper, now)
    await _preserve(output, authority, timestamper, now)
    return output.getvalue()


async def seal_detached(data: bytes, *, authority: Authority, slots: Iterable[Slot], now: datetime) -> bytes:
    """Takes one slot."""
    signed = await _SealSigner(authority).async_sign_general_data(
        data,
        "sha256",
        detached=True,
        use_cades=True,
        timestamper=_OwnTimeStamper(authority, slots),
        signed_attr_settings=PdfCMSSignedAttributes(signing_time=now),
    )
    return bytes(signed.dump())


async def _sign(
    output: io.BytesIO, reason: str, signer: Signer, timestamper: TimeStamper, now: datetime
) -> None:
    """PAdES-B-T, as one more revision at the end of `output`."""
    writer = _Writer(output)
    page = writer.find_page_for_modification(0)[0].get_object()  # type: ignore[no-untyped-call]
    page["/Tabs"] = generic.NameObject("/S")  # PDF/UA 7.18.3: a page with annotations says its order
    writer.update_container(page)
    sealer = _Sealer(
        PdfSignatureMetadata(
            field_name=SEAL_FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason=reason
        ),
        signer,
        timestamper=timestamper,
        new_field_spec=SigFieldSpec(SEAL_FIELD, invis_sig_settings=INVISIBLE, readable_field_name=SEAL_LABEL),
    )
    sealer.now = now
    await sealer.async_sign_pdf(writer, bytes_reserved=SEAL_ROOM, in_place=True)


async def _preserve(
    output: io.BytesIO, authority: Authority, timestamper: TimeStamper, now: datetime
) -> None:
    """From B-T to B-LTA: the certificates and the CRL that prove the seal, then a timestamp over the whole."""
    context = ValidationContext(
        trust_roots=[_asn1(authority.root_certificate)],
        crls=[asn1_crl.CertificateList.load(authority.crl.public_bytes(Encoding.DER))],
        allow_fetching=False,
        revocation_mode="require",
        moment=now,
    )
    paths = [
        await _path(authority.seal_certificate, context, key_usage={"non_repudiation"}),
        await _path(authority.tsa_certificate, context, extended_usage={"time_stamping"}),
    ]
    writer = _Writer(output)
    DocumentSecurityStore.supply_dss_in_writer(
        writer, sig_contents=None, paths=paths, validation_context=context
    )
    archive = PdfTimeStamper(
        timestamper, field_name=ARCHIVE_FIELD, invis_settings=INVISIBLE, readable_field_name=ARCHIVE_LABEL
    )
    await archive.async_timestamp_pdf(writer, "sha256", bytes_reserved=TOKEN_ROOM, in_place=True)


async def _path(
    certificate: x509.Certificate,
    context: ValidationContext,
    *,
    key_usage: Iterable[str] = (),
    extended_usage: Iterable[str] = (),
) -> ValidationPath:
    validator = CertificateValidator(_asn1(certificate), validation_context=context)
    path: ValidationPath = await validator.async_validate_usage(set(key_usage), set(extended_usage))
    return path


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


class _SealSigner(Signer):
    """Holds the key as loaded: pyHanko's own signer parses it again at each signature."""

    def __init__(self, authority: Authority) -> None:
        super().__init__(
            signing_cert=_asn1(authority.seal_certificate),
            cert_registry=SimpleCertificateStore.from_certs([_asn1(authority.root_certificate)]),
        )
        self._key = authority.seal_key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002
        return self._key.sign(data, ECDSA(hashes.SHA256()))


class _OwnTimeStamper(TimeStamper):
    """Our own authority, in process; one reserved slot for each token."""

    def __init__(self, authority: Authority, slots: Iterable[Slot]) -> None:
        super().__init__(include_nonce=False)  # type: ignore[no-untyped-call]
        self._authority = authority
        self._slots = iter(slots)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        slot = next(self._slots)
        token = timestamps.issue(
            digest=message_digest,
            algorithm=md_algorithm,
            authority=self._authority,
            serial=slot.serial,
            gen_time=slot.gen_time,
            policy=settings.TSA_POLICY_OID,
        )
        return cms.ContentInfo.load(token)


class _Sealer(PdfSigner):
    """Dates the signature dictionary with the time it is given instead of the machine's."""

    now: datetime

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> PdfSigningSession:  # noqa: FBT001, FBT002
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.now
        return session


class _Writer(IncrementalPdfFileWriter):
    """Leaves the document's metadata as the template made it: PDF/A wants it to stay consistent."""

    def _update_meta(self) -> None:
        """Nothing to write."""
