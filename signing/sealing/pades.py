"""PAdES seals (EN 319 142-1): pyHanko writes the PDF, `sealing.cades` the signature. `signing.seals` is the door.

Nothing here touches the database or an event loop. pyHanko's own signers build every signature out of ASN.1 objects,
which costs ten times more than all the rest.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers import DocumentTimestamp, SignatureObject
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import PdfSignedData
from pyhanko.sign.validation import DocumentSecurityStore

from signing.asn1.der_reading import SEQUENCE, Reader
from signing.sealing import cades
from signing.sealing.cades import Stamp
from signing.sealing.cades_reading import SealInvalid
from signing.sealing.keys.seal_key import SealKey
from signing.tsp.reading import read_token
from signing.tsp.signatures import signer_of
from signing.verification.trust.revocation import RevocationData

SEAL_FIELD = "Cachet"
SEAL_LABEL = "Cachet électronique de la plateforme"
ARCHIVE_FIELD = "Horodatage"
ARCHIVE_LABEL = "Horodatage du document scellé"
#: Hexadecimal digits kept free in the PDF for a token, and for a signature besides its certificates.
TOKEN_ROOM, SIGNATURE_ROOM = 8192, 8192
#: PDF/A wants printable and not hidden, PDF/UA hidden or out of the page: out of the page satisfies both.
INVISIBLE = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)


def sign(output: io.BytesIO, *, reason: str, key: SealKey, stamp: Stamp | None, now: datetime) -> None:
    """PAdES-B-T (B-B without `stamp`), as one more revision at the end of `output`."""
    writer = _Writer(output)
    page = writer.find_page_for_modification(0)[0].get_object()  # type: ignore[no-untyped-call]
    page["/Tabs"] = generic.NameObject("/S")  # PDF/UA 7.18.3: a page with annotations says its order
    writer.update_container(page)
    placeholder = SignatureObject(
        timestamp=now,
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        bytes_reserved=SIGNATURE_ROOM + TOKEN_ROOM + 2 * sum(map(len, cades.certificates(key))),
    )
    embedding = _Embedding(writer, SEAL_FIELD, SEAL_LABEL, placeholder)
    embedding.fill(cades.sign(embedding.digest, key=key, stamp=stamp))


def preserve(
    output: io.BytesIO,
    *,
    certificates: Iterable[x509.Certificate],
    revocations: RevocationData,
    stamp: Stamp,
) -> None:
    """From B-T to B-LTA, or from one archive timestamp to the next.

    First what lets a reader check everything when nobody answers any more: every certificate, and what its issuer says
    of it today; then a timestamp over the whole.
    """
    writer = _Writer(output)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        sig_contents=None,
        certs=[_certificate(each) for each in certificates],
        crls=revocations.crls,
        ocsps=revocations.ocsps,
    )
    embedding = _Embedding(
        writer, _free_name(writer), ARCHIVE_LABEL, DocumentTimestamp(bytes_reserved=TOKEN_ROOM)
    )
    embedding.fill(stamp(embedding.digest))


def archive_tokens(pdf: bytes) -> list[bytes]:
    """TimeStampTokens (DER) of the document timestamps, the oldest first. Raises pyHanko's errors for a bad PDF."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    contents = (signature.pkcs7_content for signature in reader.embedded_timestamp_signatures)
    return [Reader(content).encoded(SEQUENCE) for content in contents]  # zeros fill the room that was kept


def last_unit(pdf: bytes) -> x509.Certificate:
    """Who made the last document timestamp. Raises SealInvalid for a PDF that has none."""
    try:
        tokens = archive_tokens(pdf)
    except Exception as error:  # pyHanko has many errors for a damaged PDF
        raise SealInvalid("Ce PDF est illisible.") from error
    if not tokens:
        raise SealInvalid("Ce PDF n'est pas protégé par un horodatage d'archive.")
    return signer_of(read_token(tokens[-1])).certificate


class _Embedding:
    """A revision written with a gap where the signature goes; `digest` is the SHA-256 of all the rest."""

    def __init__(self, writer: _Writer, field: str, label: str, placeholder: PdfSignedData) -> None:
        spec = SigFieldSpec(field, invis_sig_settings=INVISIBLE, readable_field_name=label)
        writer.register_extension(ESIC_EXTENSION_1)
        self._steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(field, writer)
        next(self._steps)
        self._steps.send(SigObjSetup(sig_placeholder=placeholder))
        prepared, _ = self._steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
        self.digest: bytes = prepared.document_digest

    def fill(self, signature: bytes) -> None:
        self._steps.send(signature)


def _free_name(writer: IncrementalPdfFileWriter) -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(writer)}
    numbered = (f"{ARCHIVE_FIELD} {number}" for number in range(2, len(taken) + 3))
    return next(name for name in _first(ARCHIVE_FIELD, numbered) if name not in taken)


def _first(name: str, others: Iterable[str]) -> Iterator[str]:
    yield name
    yield from others


@lru_cache(maxsize=64)
def _certificate(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


class _Writer(IncrementalPdfFileWriter):
    """Leaves the document's metadata as the template made it: PDF/A wants it to stay consistent."""

    def _update_meta(self) -> None:
        """Nothing to write."""
