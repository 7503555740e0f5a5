"""Whether a certificate was good at a moment: its path to an anchor, its life, its revocation, its usage.

Paths and revocation are pyhanko_certvalidator's; the life of the certificate itself is compared here again, because
validation with a proved time must never accept a signature stamped after the certificate's end.
"""

from __future__ import annotations

import logging
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.authority import Authority, AuthorityWithCert, TrustAnchor
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager, TrustManager

from signing.verification.trust.revocation import RevocationData

logger = logging.getLogger(__name__)

#: Certificates met while paths are built; somebody who cross-signs his own authorities could make them endless.
MAX_STEPS = 500
#: Answers given after the moment in question tell about it too (EN 319 102-1 5.2.5): what was revoked says since when.
_POLICY = CertRevTrustPolicy(REQUIRE_REVINFO, retroactive_revinfo=True)
#: Certificates made for these purposes alone sign no document.
_NOT_FOR_DOCUMENTS = frozenset({"time_stamping", "ocsp_signing", "code_signing", "server_auth"})


class Usage(Enum):
    """What the certificate was used for."""

    SIGNATURE = "signature"
    TIME_STAMP = "time stamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathFacts:
    """`why_not` is "" for a certificate that was good, otherwise a sub-indication of EN 319 102-1."""

    why_not: str
    path: ValidationPath | None = None
    #: The certificate itself, at the moment in question; None: no answer was at hand.
    is_unrevoked: bool | None = None
    revoked_at: datetime | None = None

    def began_before(self, at: datetime) -> bool:
        """Whether every certificate of the path existed then."""
        certificates = self.path.iter_certs(include_root=False) if self.path is not None else ()
        return all(certificate.not_valid_before <= at for certificate in certificates)


class Anchors(TrustManager):
    """Those of several managers, the first that knows an authority speaking for it; bounded in steps."""

    def __init__(self, managers: Sequence[TrustManager]) -> None:
        self._managers = managers
        self._steps = 0

    @classmethod
    def of(cls, roots: Sequence[x509.Certificate], *others: TrustManager) -> Anchors:
        return cls([SimpleTrustManager.build(trust_roots=roots), *others])

    def afresh(self) -> Anchors:
        return Anchors(self._managers)

    def as_trust_anchor(self, authority: Authority) -> TrustAnchor | None:
        found = (manager.as_trust_anchor(authority) for manager in self._managers)
        return next((anchor for anchor in found if anchor is not None), None)

    def find_potential_issuers(self, cert: x509.Certificate) -> Iterator[TrustAnchor]:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise _TooManyPaths
        for manager in self._managers:
            yield from manager.find_potential_issuers(cert)

    def certificate_of_issuer(self, certificate: x509.Certificate) -> x509.Certificate | None:
        for manager in self._managers:
            for anchor in manager.find_potential_issuers(certificate):
                if isinstance(anchor.authority, AuthorityWithCert):
                    return anchor.authority.certificate
        return None


class _TooManyPaths(Exception):
    """The certificates offer more paths than are worth following."""


def judge_certificate(
    certificate: x509.Certificate,
    *,
    at: datetime,
    usage: Usage,
    anchors: Anchors,
    others: Sequence[x509.Certificate],
    revocation: RevocationData,
) -> PathFacts:
    """Never raises: what breaks the library is CERTIFICATE_CHAIN_GENERAL_FAILURE."""
    try:
        found = _build(certificate, at, anchors, others, revocation)
        if found.why_not:
            return found
        found = _contradicted(found, certificate, at, anchors, others, revocation)
        return found if found.why_not else _of_its_own(found, certificate, at, usage)
    except Exception as error:  # noqa: BLE001  whatever a hostile certificate provokes is a fact like another
        logger.info("Certificate path not judged: %s", type(error).__name__)
        return PathFacts(why_not="CERTIFICATE_CHAIN_GENERAL_FAILURE")


def _build(
    certificate: x509.Certificate,
    at: datetime,
    anchors: Anchors,
    others: Sequence[x509.Certificate],
    revocation: RevocationData,
) -> PathFacts:
    context = ValidationContext(
        trust_manager=anchors.afresh(),
        other_certs=others,
        moment=at,
        best_signature_time=at,
        allow_fetching=False,
        crls=revocation.crls,
        ocsps=revocation.ocsps,
        revinfo_policy=_POLICY,
    )
    validator = CertificateValidator(certificate, validation_context=context)
    try:
        path = _run(validator.async_validate_path())
    except PathBuildingError:
        return PathFacts(why_not="NO_CERTIFICATE_CHAIN_FOUND")
    except InvalidCertificateError:  # self-signed, and no anchor
        return PathFacts(why_not="NO_CERTIFICATE_CHAIN_FOUND")
    except PathValidationError as error:
        return _failure(error)
    return PathFacts(why_not="", path=path, is_unrevoked=True if path.pkix_len else None)


def _run(validation: Coroutine[Any, Any, ValidationPath]) -> ValidationPath:
    """To its end, without an event loop: nothing is fetched, so nothing is waited for."""
    try:
        validation.send(None)
    except StopIteration as end:
        path: ValidationPath = end.value
        return path
    finally:
        validation.close()
    raise RuntimeError("the validation waits for something")


def _failure(error: PathValidationError) -> PathFacts:
    path = error.original_path
    if isinstance(error, RevokedError):
        if error.is_ee_cert and not error.is_side_validation:
            return PathFacts(why_not="REVOKED", path=path, is_unrevoked=False, revoked_at=error.revocation_dt)
        return PathFacts(why_not="REVOKED_CA_NO_POE", path=path)
    codes: tuple[tuple[type[Exception], str], ...] = (
        (ExpiredError, "OUT_OF_BOUNDS_NO_POE"),
        (NotYetValidError, "NOT_YET_VALID" if error.is_ee_cert else "CHAIN_CONSTRAINTS_FAILURE"),
        (InsufficientRevinfoError, "TRY_LATER"),
        (DisallowedAlgorithmError, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"),
    )
    found = next((code for kind, code in codes if isinstance(error, kind)), "")
    if not found:
        is_forged = "could not be verified" in str(error)
        found = "NO_CERTIFICATE_CHAIN_FOUND" if is_forged else "CHAIN_CONSTRAINTS_FAILURE"
    return PathFacts(why_not=found, path=path)


def _contradicted(
    found: PathFacts,
    certificate: x509.Certificate,
    at: datetime,
    anchors: Anchors,
    others: Sequence[x509.Certificate],
    revocation: RevocationData,
) -> PathFacts:
    """An OCSP answer ends pyHanko's question; a list that says « revoked » must be heard all the same."""
    if not (revocation.crls and revocation.ocsps):
        return found
    by_lists = _build(certificate, at, anchors, others, replace(revocation, ocsps=()))
    return by_lists if by_lists.why_not == "REVOKED" else found


def _of_its_own(found: PathFacts, certificate: x509.Certificate, at: datetime, usage: Usage) -> PathFacts:
    """What the path does not say: a certificate that is its own anchor is judged as any other."""
    if at > certificate.not_valid_after:
        return replace(found, why_not="OUT_OF_BOUNDS_NO_POE")
    if at < certificate.not_valid_before:
        return replace(found, why_not="NOT_YET_VALID")
    suits = _stamps_time(certificate) if usage is Usage.TIME_STAMP else _signs_documents(certificate)
    return found if suits else replace(found, why_not="CHAIN_CONSTRAINTS_FAILURE")


def _stamps_time(certificate: x509.Certificate) -> bool:
    """RFC 3161 2.3: time stamping, nothing else, and critical."""
    return (
        _native(certificate.extended_key_usage_value) == {"time_stamping"}
        and "extended_key_usage" in certificate.critical_extensions
    )


def _signs_documents(certificate: x509.Certificate) -> bool:
    usages, purposes = _native(certificate.key_usage_value), _native(certificate.extended_key_usage_value)
    return (not usages or bool(usages & {"digital_signature", "non_repudiation"})) and (
        not purposes or not purposes <= _NOT_FOR_DOCUMENTS
    )


def _native(value: Any) -> set[str]:
    return set(value.native) if value is not None else set()
