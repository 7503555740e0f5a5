"""PDF seals (PAdES-B-LTA) made a second, serial numbers kept durably, against pyHanko's own signer, key read each time.

The page is made once: what typst takes is not counted on either side.
"""

import io
import logging
from datetime import UTC, datetime

from asgiref.sync import async_to_sync
from asn1crypto import cms, x509
from asn1crypto.crl import CertificateList
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, async_sign_pdf
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext

from signing import seals
from signing.pki.authority import Authority
from signing.services.stamping import current_authority
from signing.tsp import timestamps
from tests.benchmarks import Comparison, compare
from tests.signing.conftest import render_receipt


class InProcess(TimeStamper):
    """The same tokens as ours, without the serial number's journey to the database."""

    def __init__(self, authority: Authority) -> None:
        super().__init__(include_nonce=False)
        self._authority = authority

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        token = timestamps.issue(
            digest=message_digest,
            algorithm=md_algorithm,
            authority=self._authority,
            serial=1,
            gen_time=datetime.now(UTC),
        )
        return cms.ContentInfo.load(token)


async def sign(pdf: bytes, authority: Authority) -> bytes:
    """As pyHanko's documentation shows it."""
    place = authority.directory
    signer = SimpleSigner.load(str(place / "seal.key"), str(place / "seal.pem"), (str(place / "root.pem"),))
    root = x509.Certificate.load(authority.root_certificate.public_bytes(Encoding.DER))
    crl = CertificateList.load(authority.crl.public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[root], crls=[crl], allow_fetching=False)
    metadata = PdfSignatureMetadata(
        field_name="Cachet",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=True,
        use_pades_lta=True,
        validation_context=context,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    output = await async_sign_pdf(writer, metadata, signer=signer, timestamper=InProcess(authority))
    return bytes(output.getbuffer())


def measure() -> Comparison:
    logging.disable(logging.WARNING)  # that nothing is fetched, at each signature
    now = datetime.now(UTC)
    pdf, authority = render_receipt(now), current_authority(now)

    def ours() -> float:
        seals.seal_pdf(pdf, reason="Accusé de réception", authority=authority, now=datetime.now(UTC))
        return 1

    def reference() -> float:
        async_to_sync(sign)(pdf, authority)
        return 1

    return compare(ours, reference, "seals/s")
