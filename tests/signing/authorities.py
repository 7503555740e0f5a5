"""Certification authorities for the tests of trust: roots, signers, time-stamping units, revocation lists, OCSP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Holder:
    """A certificate and its key; those of an authority issue others."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def issue(
        self,
        name: str,
        *,
        begins: datetime,
        ends: datetime,
        extensions: Iterable[tuple[x509.ExtensionType, bool]] = (),
    ) -> Holder:
        key = generate_private_key(SECP256R1())
        builder = _builder(name, key, begins, ends).issuer_name(self.certificate.subject)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return Holder(builder.sign(self.key, hashes.SHA256()), key)

    def authority(self, name: str, *, begins: datetime, ends: datetime) -> Holder:
        return self.issue(name, begins=begins, ends=ends, extensions=_AUTHORITY)

    def signer(
        self,
        name: str = "Entreprise fictive",
        *,
        begins: datetime,
        ends: datetime,
        extensions: Iterable[tuple[x509.ExtensionType, bool]] = (),
    ) -> Holder:
        return self.issue(
            name, begins=begins, ends=ends, extensions=[(_usage("content_commitment"), True), *extensions]
        )

    def stamper(self, *, begins: datetime, ends: datetime, critical: bool = True) -> Holder:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        extensions = [(_usage("digital_signature"), True), (purpose, critical)]
        return self.issue("Horodatage fictif", begins=begins, ends=ends, extensions=extensions)

    def crl(
        self,
        at: datetime,
        revoked: Mapping[Holder, datetime] | None = None,
        *,
        life: timedelta = timedelta(days=7),
    ) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(at)
            .next_update(at + life)
        )
        for holder, since in (revoked or {}).items():
            entry = x509.RevokedCertificateBuilder().serial_number(holder.certificate.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(since).build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def ocsp(
        self, holder: Holder, at: datetime, *, revoked_at: datetime | None = None, by: Holder | None = None
    ) -> bytes:
        """Signed by the authority itself, or by a responder that it certified."""
        status = ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD
        builder = ocsp.OCSPResponseBuilder().add_response(
            holder.certificate,
            self.certificate,
            hashes.SHA1(),  # noqa: S303  as responders name certificates
            status,
            at,
            at + timedelta(days=1),
            revoked_at,
            None,
        )
        signer = by or self
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
        if by is not None:
            builder = builder.certificates([by.certificate])
        return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def responder(self, *, begins: datetime, ends: datetime) -> Holder:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        extensions = [(purpose, False), (x509.OCSPNoCheck(), False)]
        return self.issue("Répondeur fictif", begins=begins, ends=ends, extensions=extensions)


def root(name: str, *, begins: datetime, ends: datetime) -> Holder:
    key = generate_private_key(SECP256R1())
    builder = _builder(name, key, begins, ends)
    for extension, critical in _AUTHORITY:
        builder = builder.add_extension(extension, critical=critical)
    certificate = builder.issuer_name(_name(name)).sign(key, hashes.SHA256())
    return Holder(certificate, key)


def lists_at(url: str) -> tuple[x509.ExtensionType, bool]:
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
    return x509.CRLDistributionPoints([point]), False


def answers_at(url: str) -> tuple[x509.ExtensionType, bool]:
    place = x509.UniformResourceIdentifier(url)
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)]
    ), False


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    name: str, key: EllipticCurvePrivateKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*allowed: str) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in allowed for name in names})


_AUTHORITY = (
    (x509.BasicConstraints(ca=True, path_length=None), True),
    (_usage("key_cert_sign", "crl_sign"), True),
)
