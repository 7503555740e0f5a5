"""The certificates and revocation lists of our own authority: their content, without files or clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

#: A root outlives its leaves: they are replaced several times before everything must start anew.
ROOT_LIFE = timedelta(days=30 * 365)
LIFE = timedelta(days=3652)
#: Certificates begin a little before they are made: the clocks of those who verify are not ours.
BACKDATED = timedelta(hours=1)
CRL_LIFE = timedelta(days=30)

ROOT_NAME = "Autorité de certification de la plateforme"
LEAF_NAMES = {"tsa": "Horodatage de la plateforme", "seal": "Cachet de la plateforme"}


def root(key: EllipticCurvePrivateKey, *, installation: str, now: datetime) -> x509.Certificate:
    """Self-signed. `installation` tells one issuer from another: a verifier may trust several of them."""
    name = _name(ROOT_NAME, installation)
    return (
        _builder(name, key, now)
        .not_valid_after(now + ROOT_LIFE)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def leaf(
    role: str,
    key: EllipticCurvePrivateKey,
    *,
    issuer: x509.Certificate,
    issuer_key: EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    """The certificate of a `role`: "tsa" or "seal". It never outlives its issuer."""
    builder = (
        _builder(_name(LEAF_NAMES[role], installation_of(issuer)), key, now)
        .not_valid_after(min(now + LIFE, issuer.not_valid_after_utc))
        .issuer_name(issuer.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_issuer_key(issuer_key), critical=False)
    )
    for extension in _extensions(role):
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def revocations(
    issuer: x509.Certificate, issuer_key: EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateRevocationList:
    """Of `now`, for CRL_LIFE. Empty: what our own authority issued is replaced, never revoked."""
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now)
        .next_update(now + CRL_LIFE)
        .add_extension(_issuer_key(issuer_key), critical=False)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def installation_of(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)[0].value)


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
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _issuer_key(key: EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _extensions(role: str) -> list[x509.ExtensionType]:
    """A seal has no extended usage, so that `openssl cms -verify` accepts it without being told a purpose."""
    if role == "tsa":  # RFC 3161 2.3: the one extended usage
        timestamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        return [_key_usage(digital_signature=True), timestamping]
    return [_key_usage(digital_signature=True, content_commitment=True)]


def _key_usage(**usages: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: usages.get(name, False) for name in names})
