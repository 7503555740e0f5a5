"""What readers of every format find in a signed file, before any judgement. Plain data: no library, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import new as new_hash
from io import BytesIO
from typing import BinaryIO

#: Bytes read at a time while a document is hashed.
_CHUNK = 1024 * 1024


class Format(StrEnum):
    """Values of `format` in the report."""

    PADES = "PAdES"
    CADES = "CAdES"
    XADES = "XAdES"
    ASIC_E = "ASiC-E"
    ASIC_S = "ASiC-S"
    TIMESTAMP = "RFC3161"
    NONE = "none"


class Sub(StrEnum):
    """Sub-indications of EN 319 102-1 (table 5 and 6) that readers may state; trust and rules add theirs."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    GENERIC = "GENERIC"


class Covers(StrEnum):
    """Whether the signature speaks of the whole document, or of a part of it."""

    WHOLE = "whole"
    PARTIAL = "partial"


class Changes(StrEnum):
    """What was added to the document after the signature; only PDF allows any."""

    NONE = "none"
    PROOFS = "proofs"  # certificates, revocation lists, timestamps
    FORM = "form"  # more signatures, form fields filled in
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


class StampKind(StrEnum):
    CONTENT = "content"  # over the document, before the signature
    SIGNATURE = "signature"  # over the signature value
    REFERENCES = "references"  # over signature and references to proofs (X level)
    ARCHIVE = "archive"  # over all of it, for the long term
    DOCUMENT = "document"  # of a PDF, over the whole revision
    CONTAINER = "container"  # of an ASiC container, over its files
    TOKEN = "token"  # a token given alone or beside its document  # noqa: S105


@dataclass(frozen=True)
class Content:
    """A document that somebody may have signed, read as often as needed and never held whole by a reader."""

    name: str
    size: int
    open: Callable[[], BinaryIO] = field(repr=False, compare=False)

    @classmethod
    def of(cls, name: str, data: bytes) -> Content:
        return cls(name=name, size=len(data), open=lambda: BytesIO(data))

    @cached_property
    def _digests(self) -> dict[str, bytes]:
        return {}

    def digest(self, algorithm: str) -> bytes:
        """`algorithm` as hashlib names it: sha256, sha3_256… Raises ValueError for one it does not know."""
        if algorithm not in self._digests:
            state = new_hash(algorithm)
            with self.open() as file:
                while chunk := file.read(_CHUNK):
                    state.update(chunk)
            self._digests[algorithm] = state.digest()
        return self._digests[algorithm]


@dataclass(frozen=True, slots=True, kw_only=True)
class StampFacts:
    """One time stamp (RFC 3161) found in or beside a signature.

    `problem` is "" for a token whose imprint is that of what it should cover and whose own signature holds with the
    certificate that its signer identifier and ESSCertID(v2) designate; its trust is not judged here.
    """

    kind: StampKind
    #: TimeStampToken (CMS ContentInfo), DER; empty when it could not even be read.
    token: bytes
    at: datetime | None = None
    #: Common name of the time-stamping unit.
    issuer: str = ""
    #: DER of the time-stamping unit's certificate, and of the other certificates that the token carries.
    certificate: bytes | None = None
    certificates: tuple[bytes, ...] = ()
    problem: Sub | str = ""
    #: French: which time stamp, and what is wrong with it.
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFacts:
    """What was read of one signature. None means that it could not be established."""

    #: Where it stands: the PDF field, the XML Id, the file of the container, "1" for the first signer of a CMS.
    place: str
    format: Format
    #: "B-B", "B-T", "B-LT", "B-LTA" by the material present, proved or not; "" below the baseline or not AdES.
    level: str = ""
    #: False for what is readable but below the baseline profile (signing certificate not protected, SHA-1
    #: reference, PKCS#7 of PDF…): the check « format » is then failed or unknown, see `format_problem`.
    is_baseline: bool = True
    format_problem: str = ""  # French sentence: which rule of the profile is broken
    #: DER of the signer's certificate, chosen by the signed reference and never the first that comes.
    certificate: bytes | None = None
    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()  # DER CertificateList
    ocsps: tuple[bytes, ...] = ()  # DER OCSPResponse
    #: The signer's word (signing-time).
    declared_at: datetime | None = None
    stamps: tuple[StampFacts, ...] = ()
    #: Digest of every signed document equals the signed one; None when a document is missing.
    intact: bool | None = None
    #: The signature value was made with the key of `certificate`.
    authentic: bool | None = None
    covers: Covers = Covers.WHOLE
    changes: Changes = Changes.NONE
    #: A sub-indication that ends the check before the others, with a French sentence that says what happened.
    broken: Sub | str = ""
    why: str = ""
    #: Place of the signature that this one countersigns.
    countersigns: str = ""
    #: Digest and signature algorithms, for the report: "sha256", "ecdsa-with-SHA256"…
    algorithms: tuple[str, ...] = ()
    #: Names of the signed documents, for the report.
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What was found in one file. `problems` are French sentences about the file itself, or a time stamp of it."""

    format: Format
    signatures: tuple[SignatureFacts, ...] = ()
    #: Stamps that belong to no signature: a .tsr alone, the tokens of an ASiC-S, document time stamps of a PDF.
    stamps: tuple[StampFacts, ...] = ()
    problems: tuple[str, ...] = ()
    #: The container or file itself breaks its format (ASiC without mimetype, a bomb, a file that nobody signed).
    broken: Sub | str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustFacts:
    """What is known of the signer's certificate at the best time that is proved for the signature."""

    #: "" when the certificate was proved good then; otherwise the sub-indication of EN 319 102-1 that says why not:
    #: NO_CERTIFICATE_CHAIN_FOUND, REVOKED, REVOKED_NO_POE, OUT_OF_BOUNDS_NO_POE, NOT_YET_VALID, TRY_LATER…
    why_not: str = "NO_CERTIFICATE_CHAIN_FOUND"
    #: The earliest time that a trusted time stamp proves, and who says so; None: the signer's word alone.
    proved_at: datetime | None = None
    proved_by: str = ""
    #: The time stamp is of a provider that the trusted list says qualified; None: no list was consulted.
    is_time_qualified: bool | None = None
    #: Known good at that time by a CRL or an OCSP response; None: no answer was at hand.
    is_unrevoked: bool | None = None
    #: The certificate is qualified by the trusted list at that time; None: no list was consulted, or it knows not.
    is_qualified: bool | None = None
    #: French sentence for the check « category » (annexe 12 art. 2).
    category: str = ""
    #: French sentences, one for each time stamp that is not trusted and why.
    stamp_notes: tuple[str, ...] = ()
