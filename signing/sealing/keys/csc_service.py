"""A seal made by a remote service: Cloud Signature Consortium API, version 1 (credentials/*, signatures/signHash).

The address is the installation's own choice, never a document's: the guards of `procurement.network.fetching` against
addresses that others chose do not apply, and one connection is kept open from a seal to the next.
"""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit
from weakref import finalize

from cryptography import x509

from signing.sealing.keys.seal_key import Algorithm, Origin, SealKey, SealUnavailable, chain_of, checked

#: Seconds for each exchange; a seal asks for two.
TIMEOUT = 5
MAX_ANSWER = 256 * 1024
OID_SHA256 = "2.16.840.1.101.3.4.2.1"
_OID_RSA = "1.2.840.113549.1.1.1"


@dataclass(frozen=True, kw_only=True)
class Service:
    """`url` is that of the service, before /csc/v1; `token` is a bearer token (RFC 6750), `pin` activates the key."""

    url: str
    credential: str
    token: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)

    def open(self, issuers: Sequence[x509.Certificate] = ()) -> SealKey:
        """Reads the certificates of the credential. Raises SealUnavailable."""
        session = _Session(self)
        asked = {"credentialID": self.credential, "certificates": "chain", "certInfo": False}
        certificates = _certificates(session.ask("credentials/info", asked))
        key = SealKey(
            origin=Origin.CSC,
            certificate=certificates[0],
            chain=chain_of(certificates[0], [*certificates[1:], *issuers]),
            sign=lambda message: _sign(session, message, key.algorithm),
        )
        return checked(key)


def _certificates(answer: dict[str, Any]) -> list[x509.Certificate]:
    try:
        encoded = answer["cert"]["certificates"]
        return [x509.load_der_x509_certificate(base64.b64decode(each)) for each in encoded][:16] or _none()
    except (KeyError, TypeError, ValueError) as error:
        raise SealUnavailable(
            "Le service de cachet à distance ne donne pas de certificat lisible."
        ) from error


def _none() -> list[x509.Certificate]:
    raise ValueError("no certificate")


def _sign(session: _Session, message: bytes, algorithm: Algorithm) -> bytes:
    """Two exchanges: the authorisation is bound to this digest (SCAL2) and serves once."""
    digest = base64.b64encode(hashlib.sha256(message).digest()).decode()
    service = session.service
    authorisation = {"credentialID": service.credential, "numSignatures": 1, "hash": [digest]}
    if service.pin:
        authorisation["PIN"] = service.pin
    granted = session.ask("credentials/authorize", authorisation)
    answer = session.ask(
        "signatures/signHash",
        {
            "credentialID": service.credential,
            "SAD": granted.get("SAD"),
            "hash": [digest],
            "hashAlgo": OID_SHA256,
            # The services name RSA by its key, ECDSA by the whole algorithm (CSC 1.0.4.0, 11.9).
            "signAlgo": _OID_RSA if algorithm is Algorithm.RSA else algorithm.value,
        },
    )
    try:
        (signature,) = answer["signatures"]
        return base64.b64decode(signature)
    except (KeyError, TypeError, ValueError) as error:
        raise SealUnavailable("Le service de cachet à distance n'a pas donné de signature.") from error


class _Session:
    """One connection; whoever shares it between threads locks it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        parts = urlsplit(service.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SealUnavailable(
                "L'adresse du service de cachet à distance n'est pas une adresse http ou https."
            )
        self._base = parts.path.rstrip("/")
        self._connection: HTTPConnection = (
            HTTPSConnection(parts.hostname, parts.port, timeout=TIMEOUT, context=ssl.create_default_context())
            if parts.scheme == "https"
            else HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
        )
        finalize(self, self._connection.close)

    def ask(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.service.token:
            headers["Authorization"] = f"Bearer {self.service.token}"
        try:
            self._connection.request(
                "POST", f"{self._base}/csc/v1/{method}", json.dumps(body).encode(), headers
            )
            with self._connection.getresponse() as response:
                content = response.read(MAX_ANSWER + 1)
        except (OSError, HTTPException, ValueError) as error:
            self._connection.close()
            raise SealUnavailable("Le service de cachet à distance ne répond pas.") from error
        if response.status != HTTPStatus.OK or len(content) > MAX_ANSWER:
            self._connection.close()
            raise SealUnavailable(f"Le service de cachet à distance a refusé ({method}, {response.status}).")
        return _object(content)


def _object(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SealUnavailable("La réponse du service de cachet à distance est illisible.") from error
    if not isinstance(answer, dict):
        raise SealUnavailable("La réponse du service de cachet à distance est illisible.")
    return answer
