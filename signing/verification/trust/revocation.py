"""Revocation lists and OCSP answers: those at hand that may speak, and those that are fetched for a chain."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1
from itertools import pairwise
from typing import Any

from asn1crypto import algos, core, crl, ocsp, x509

from procurement.network.fetching import Fetcher, FetchFailed

logger = logging.getLogger(__name__)

#: What one signature may bring; more is an attempt to keep the platform busy.
MAX_ITEMS = 50
#: Addresses tried for one certificate and one kind.
MAX_ADDRESSES = 2
#: What a hostile encoding makes asn1crypto raise.
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
#: expiredCertsOnCRL (X.509 8.5.2.12): the list keeps certificates that expired since that date.
_EXPIRED_CERTS_ON_CRL = "2.5.29.60"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationData:
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()

    @classmethod
    def of(cls, crls: Iterable[bytes], ocsps: Iterable[bytes]) -> RevocationData:
        """Those that can be read, DER."""
        lists = (_read_list(data) for data in list(dict.fromkeys(crls))[:MAX_ITEMS])
        answers = (_read_answer(data) for data in list(dict.fromkeys(ocsps))[:MAX_ITEMS])
        return cls(
            crls=tuple(found for found in lists if found is not None),
            ocsps=tuple(found for found in answers if found is not None),
        )

    def __add__(self, other: RevocationData) -> RevocationData:
        return RevocationData(crls=self.crls + other.crls, ocsps=self.ocsps + other.ocsps)

    def about(self, chain: Sequence[x509.Certificate]) -> RevocationData:
        """Without what was issued once a certificate of the chain had expired: it may have been forgotten by then."""
        return RevocationData(
            crls=tuple(found for found in self.crls if not _forgets(found, chain)),
            ocsps=tuple(found for found in self.ocsps if not _is_past_archive(found, chain)),
        )


def fetch(chain: Sequence[x509.Certificate], *, fetcher: Fetcher, now: datetime) -> RevocationData:
    """What the addresses of the certificates answer today; nothing for those that do not answer.

    `chain` goes from the certificate in question to its anchor, and the anchor itself is not asked about. Expired
    certificates neither: authorities stop answering for them.
    """
    found = RevocationData()
    for certificate, issuer in pairwise(chain):
        if certificate.not_valid_after < now:
            continue
        answers = _fetch_ocsp(certificate, issuer, fetcher, now)
        found += RevocationData(ocsps=answers)
        if not answers:
            found += RevocationData(crls=_fetch_lists(certificate, fetcher, now))
    return found


def _fetch_ocsp(
    certificate: x509.Certificate, issuer: x509.Certificate, fetcher: Fetcher, now: datetime
) -> tuple[ocsp.OCSPResponse, ...]:
    question = _question(certificate, issuer)
    for url in certificate.ocsp_urls[:MAX_ADDRESSES]:
        try:
            data = fetcher.post(
                url,
                question,
                "application/ocsp-request",
                accept="application/ocsp-response",
                now=now,
                expires=_answer_expiry,
            )
        except FetchFailed as error:
            logger.info("OCSP: %s", error)
            continue
        answer = _read_answer(data)
        if answer is not None:
            return (answer,)
    return ()


def _fetch_lists(
    certificate: x509.Certificate, fetcher: Fetcher, now: datetime
) -> tuple[crl.CertificateList, ...]:
    urls = [url for point in certificate.crl_distribution_points for url in _addresses(point)]
    for url in urls[:MAX_ADDRESSES]:
        try:
            data = fetcher.get(url, accept="application/pkix-crl", now=now, expires=_list_expiry)
        except FetchFailed as error:
            logger.info("CRL: %s", error)
            continue
        found = _read_list(data)
        if found is not None:
            return (found,)
    return ()


def _addresses(point: Any) -> list[str]:
    url = point.url
    return [url] if url and url.startswith(("http://", "https://")) else []


def _question(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """RFC 6960 4.1.1. SHA-1 names the certificate there, as every responder expects; it proves nothing."""
    name = {
        "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha1"}),
        "issuer_name_hash": sha1(issuer.subject.dump(), usedforsecurity=False).digest(),
        "issuer_key_hash": issuer.public_key.sha1,
        "serial_number": certificate.serial_number,
    }
    requests = ocsp.Requests([ocsp.Request({"req_cert": ocsp.CertId(name)})])
    tbs = ocsp.TBSRequest({"version": "v1", "request_list": requests})
    return bytes(ocsp.OCSPRequest({"tbs_request": tbs}).dump())


# --- Reading ---------------------------------------------------------------------------------------------------
def read_list_pem_or_der(data: bytes) -> bytes | None:
    """DER of a revocation list in either form."""
    from asn1crypto import pem

    try:
        if pem.detect(data):
            kind, _, data = pem.unarmor(data)
            if kind != "X509 CRL":
                return None
    except _UNREADABLE:
        return None
    return data if _read_list(data) is not None else None


def _read_list(data: bytes) -> crl.CertificateList | None:
    try:
        found = crl.CertificateList.load(data, strict=True)
        found.issuer.hashable  # noqa: B018  reading is what is tried
        found.dump()
        return found if found["tbs_cert_list"]["this_update"].native else None
    except _UNREADABLE:
        return None


def _read_answer(data: bytes) -> ocsp.OCSPResponse | None:
    try:
        found = ocsp.OCSPResponse.load(data, strict=True)
        is_answer = found["response_status"].native == "successful" and bool(_single_responses(found))
        found.dump()  # asn1crypto may only notice here; a broken one must not take the others along
    except _UNREADABLE:
        return None
    return found if is_answer else None


def _single_responses(answer: ocsp.OCSPResponse) -> list[Any]:
    return list(answer.basic_ocsp_response["tbs_response_data"]["responses"])


def _list_expiry(data: bytes) -> datetime | None:
    found = _read_list(data)
    if found is None:
        raise ValueError("not a revocation list")
    return _aware(found["tbs_cert_list"]["next_update"].native)


def _answer_expiry(data: bytes) -> datetime | None:
    found = _read_answer(data)
    if found is None:
        raise ValueError("not an OCSP answer")
    return min(
        (until for single in _single_responses(found) if (until := _aware(single["next_update"].native))),
        default=None,
    )


def _aware(moment: Any) -> datetime | None:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None


# --- What may no longer be said ---------------------------------------------------------------------------------
def _forgets(found: crl.CertificateList, chain: Sequence[x509.Certificate]) -> bool:
    tbs = found["tbs_cert_list"]
    if any(extension["extn_id"].dotted == _EXPIRED_CERTS_ON_CRL for extension in _all(tbs["crl_extensions"])):
        return False
    issued = tbs["this_update"].native
    return any(
        certificate.issuer == found.issuer and issued > certificate.not_valid_after for certificate in chain
    )


def _is_past_archive(found: ocsp.OCSPResponse, chain: Sequence[x509.Certificate]) -> bool:
    """archiveCutoff (RFC 6960 4.4.4) says that the responder remembers."""
    serials = {certificate.serial_number: certificate.not_valid_after for certificate in chain}
    for single in _single_responses(found):
        ends = serials.get(single["cert_id"]["serial_number"].native)
        if ends is None or single["this_update"].native <= ends:
            continue
        names = {extension["extn_id"].native for extension in _all(single["single_extensions"])}
        if "archive_cutoff" not in names:
            return True
    return False


def _all(extensions: Any) -> list[Any]:
    return [] if isinstance(extensions, core.Void) else list(extensions)
