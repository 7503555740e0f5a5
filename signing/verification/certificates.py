"""What a certificate says of itself, read so that a malformed one is a fact and not an exception."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import core, x509

from signing.verification.names import common_name

#: QcStatements (RFC 3739 3.2.6) and, among them, QcCompliance (EN 319 412-5 4.2.1).
_QC_STATEMENTS, _QC_COMPLIANCE = "1.3.6.1.5.5.7.1.3", "0.4.0.1862.1.1"
#: What a hostile encoding makes asn1crypto raise.
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """Names are common names, or the whole name where there is none; `serial` is decimal."""

    subject: str = ""
    issuer: str = ""
    serial: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    #: QcCompliance of EN 319 412-5: the certificate's own word.
    declares_qualified: bool = False


def describe(der: bytes | None) -> CertificateFacts:
    """Empty facts for None and for what cannot be read."""
    if der is None:
        return CertificateFacts()
    try:
        certificate = x509.Certificate.load(der, strict=True)
        return CertificateFacts(
            subject=common_name(certificate.subject),
            issuer=common_name(certificate.issuer),
            serial=str(certificate.serial_number),
            not_before=certificate.not_valid_before,
            not_after=certificate.not_valid_after,
            declares_qualified=_declares_qualified(certificate),
        )
    except _UNREADABLE:
        return CertificateFacts()


def _declares_qualified(certificate: x509.Certificate) -> bool:
    try:
        return any(_is_compliance(extension) for extension in certificate["tbs_certificate"]["extensions"])
    except _UNREADABLE:
        return False


def _is_compliance(extension: Any) -> bool:
    if extension["extn_id"].dotted != _QC_STATEMENTS:
        return False
    statements = core.SequenceOf.load(bytes(extension["extn_value"]), spec=core.SequenceOf)
    return any(_first_oid(statement.contents) == _QC_COMPLIANCE for statement in statements)


def _first_oid(contents: bytes) -> str:
    return str(core.ObjectIdentifier.load(contents).dotted)
