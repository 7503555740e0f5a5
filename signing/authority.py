"""The installation's own certification authority, time-stamping unit and seal.

Made once, at first start, so that an installation without any outside provider can prove what it received.
Its time is self-asserted: good for order and proof of content, without the presumption of eIDAS article 41,
which needs a qualified provider (docs/deployment: replaced by settings, the rest of the code does not change).
"""

from __future__ import annotations

import os
import secrets
import shutil
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE = timedelta(days=3652)
#: Certificates begin a little before they are made: the clocks of those who verify are not ours.
BACKDATED = timedelta(hours=1)
CRL_LIFE = timedelta(days=30)
CRL_RENEWED_AFTER = timedelta(days=1)

ROOT_NAME = "Autorité de certification de la plateforme"
TIMESTAMPING_NAME = "Horodatage de la plateforme"
SEAL_NAME = "Cachet de la plateforme"


@dataclass(frozen=True, eq=False)
class Authority:
    """The certificates and keys of one installation; compared and hashed by identity."""

    directory: Path
    root_certificate: x509.Certificate
    tsa_certificate: x509.Certificate
    tsa_key: EllipticCurvePrivateKey
    seal_certificate: x509.Certificate
    seal_key: EllipticCurvePrivateKey
    crl: x509.CertificateRevocationList

    @property
    def root_path(self) -> Path:
        """The root certificate alone, PEM: what `openssl … -CAfile` takes."""
        return self.directory / "root.pem"

    @property
    def crl_path(self) -> Path:
        return self.directory / "crl.pem"

    def root_pem(self) -> bytes:
        return self.root_certificate.public_bytes(Encoding.PEM)

    def chain_pem(self) -> bytes:
        """The root first, then the time-stamping and the seal certificates."""
        return b"".join(
            certificate.public_bytes(Encoding.PEM)
            for certificate in (self.root_certificate, self.tsa_certificate, self.seal_certificate)
        )

    @cached_property
    def tsa_der(self) -> bytes:
        return self.tsa_certificate.public_bytes(Encoding.DER)

    def crl_is_fresh(self, now: datetime) -> bool:
        issued = self.crl.last_update_utc
        return issued <= now < issued + CRL_RENEWED_AFTER


_loaded: dict[Path, Authority] = {}
_loading = threading.Lock()


def ensure_authority(directory: Path, now: datetime) -> Authority:
    """The authority kept under `directory`, made there the first time, with a revocation list fresh at `now`.

    The whole set appears at once, by renaming a finished folder: a crash leaves nothing by halves, and of two
    processes that start together the second finds the first one's folder and drops its own.
    """
    place = directory.resolve() / "authority"
    with _loading:
        authority = _loaded.get(place)
        if authority is None:
            if not place.exists():
                _create(place, now)
            authority = _load(place)
        if not authority.crl_is_fresh(now):
            authority = _renew_crl(authority, now)
        _loaded[place] = authority
    return authority


# --- Making ---------------------------------------------------------------------------------------------------
def _create(place: Path, now: datetime) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = Path(mkdtemp(prefix="authority.", dir=place.parent))  # mode 0700
    try:
        _write_new_authority(draft, now)
        try:
            draft.rename(place)
        except OSError:
            if not place.exists():
                raise
        _sync(place.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_new_authority(directory: Path, now: datetime) -> None:
    # Two installations must not share an issuer name: a verifier that trusts both would mix them up.
    installation = secrets.token_hex(4)
    root_key = generate_private_key(SECP256R1())
    root_name = _name(ROOT_NAME, installation)
    root = _root_certificate(root_name, root_key, now)
    for role, label, purpose in (
        ("tsa", TIMESTAMPING_NAME, _timestamping_extensions()),
        ("seal", SEAL_NAME, _seal_extensions()),
    ):
        key = generate_private_key(SECP256R1())
        builder = _leaf(_name(label, installation), key, root, root_key, now)
        for extension, critical in purpose:
            builder = builder.add_extension(extension, critical=critical)
        _write_key(directory / f"{role}.key", key)
        _write(directory / f"{role}.pem", builder.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM))
    _write_key(directory / "root.key", root_key)
    _write(directory / "root.pem", root.public_bytes(Encoding.PEM))
    _write(directory / "crl.pem", _crl(root, root_key, now).public_bytes(Encoding.PEM))
    _sync(directory)


def _name(label: str, installation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Profil d'acheteur"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, installation),
            x509.NameAttribute(NameOID.COMMON_NAME, label),
        ]
    )


def _builder(name: x509.Name, key: EllipticCurvePrivateKey, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _root_certificate(name: x509.Name, key: EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    return (
        _builder(name, key, now)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    name: x509.Name,
    key: EllipticCurvePrivateKey,
    root: x509.Certificate,
    root_key: EllipticCurvePrivateKey,
    now: datetime,
) -> x509.CertificateBuilder:
    return (
        _builder(name, key, now)
        .issuer_name(root.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
    )


def _timestamping_extensions() -> list[tuple[x509.ExtensionType, bool]]:
    """RFC 3161 2.3: the one extended usage, critical."""
    return [
        (_key_usage(digital_signature=True), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
    ]


def _seal_extensions() -> list[tuple[x509.ExtensionType, bool]]:
    """No extended usage, so that `openssl cms -verify` accepts the seal without being told a purpose."""
    return [(_key_usage(digital_signature=True, content_commitment=True), True)]


def _key_usage(**usages: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: usages.get(name, False) for name in names})


def _crl(
    root: x509.Certificate, root_key: EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateRevocationList:
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(now)
        .next_update(now + CRL_LIFE)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .sign(root_key, hashes.SHA256())
    )


# --- Loading --------------------------------------------------------------------------------------------------
def _load(place: Path) -> Authority:
    return Authority(
        directory=place,
        root_certificate=_read_certificate(place / "root.pem"),
        tsa_certificate=_read_certificate(place / "tsa.pem"),
        tsa_key=_read_key(place / "tsa.key"),
        seal_certificate=_read_certificate(place / "seal.pem"),
        seal_key=_read_key(place / "seal.key"),
        crl=x509.load_pem_x509_crl((place / "crl.pem").read_bytes()),
    )


def _renew_crl(authority: Authority, now: datetime) -> Authority:
    place = authority.directory
    crl = _crl(authority.root_certificate, _read_key(place / "root.key"), now)
    draft = place / f"crl.{secrets.token_hex(8)}"
    _write(draft, crl.public_bytes(Encoding.PEM))
    draft.replace(place / "crl.pem")
    return _load(place)


def _read_certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _read_key(path: Path) -> EllipticCurvePrivateKey:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError(f"{path} does not hold an elliptic curve key")
    return key


# --- Files ----------------------------------------------------------------------------------------------------
def _write_key(path: Path, key: EllipticCurvePrivateKey) -> None:
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
