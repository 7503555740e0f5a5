"""A seal whose key and certificates are in a PKCS#12 file, protected by a password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from signing.sealing.keys.seal_key import Origin, SealKey, SealUnavailable, chain_of, checked, sign_with


@dataclass(frozen=True)
class Pkcs12File:
    """`version` changes when the file is replaced: the new key is then taken up without a restart."""

    path: Path
    version: tuple[int, int]
    password: str = field(repr=False)

    def open(self, issuers: Sequence[x509.Certificate] = ()) -> SealKey:
        """`issuers` complete the certificates of the file. Raises SealUnavailable."""
        try:
            bundle = load_pkcs12(self.path.read_bytes(), self.password.encode() or None)
        except (OSError, ValueError, TypeError) as error:
            raise SealUnavailable(
                "Le fichier PKCS#12 du cachet est illisible, ou son mot de passe est faux."
            ) from error
        if bundle.cert is None or not isinstance(bundle.key, EllipticCurvePrivateKey | RSAPrivateKey):
            raise SealUnavailable("Le fichier PKCS#12 du cachet ne contient pas une clé et son certificat.")
        certificate = bundle.cert.certificate
        carried = [additional.certificate for additional in bundle.additional_certs]
        return checked(
            SealKey(
                origin=Origin.PKCS12,
                certificate=certificate,
                chain=chain_of(certificate, [*carried, *issuers]),
                sign=partial(sign_with, bundle.key),
            )
        )


def version_of(path: Path) -> tuple[int, int]:
    """Zeros for a file that is not there."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_ino, status.st_mtime_ns
