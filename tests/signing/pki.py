"""Signers that our own authority would never make: expired, revoked. Signed by its root, for the tests."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from asn1crypto import crl as asn1_crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID
from pyhanko.sign.validation import DocumentSecurityStore

from signing.pki.authority import Authority
from signing.sealing import pades
from signing.sealing.keys.chosen import own_key
from signing.tsp import timestamps

LONG_AGO, FAR_OFF = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
ENTERPRISE = "Entreprise fictive"


def signer(authority: Authority, *, begins: datetime, ends: datetime) -> Authority:
    """The same authority, its seal replaced by a signer's certificate of that life."""
    key = generate_private_key(SECP256R1())
    certificate = signed_by(authority.root_certificate, root_key(authority), key, begins, ends)
    return replace(authority, seal_certificate=certificate, seal_key=key)


def signed_by(
    issuer, issuer_key, key, begins: datetime = LONG_AGO, ends: datetime = FAR_OFF
) -> x509.Certificate:
    """A certificate to sign with, whoever its issuer is."""
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ENTERPRISE)]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.KeyUsage(**{name: name in names[:2] for name in names}), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def root_key(authority: Authority):
    return load_pem_private_key((authority.directory / "root.key").read_bytes(), password=None)


def revoke(authority: Authority, at: datetime) -> x509.CertificateRevocationList:
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(authority.seal_certificate.serial_number)
        .revocation_date(at)
        .build()
    )
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.root_certificate.subject)
        .last_update(at + timedelta(minutes=1))
        .next_update(at + timedelta(days=30))
        .add_revoked_certificate(entry)
        .sign(root_key(authority), hashes.SHA256())
    )


def sign(pdf: bytes, by: Authority, *, now: datetime, stamped_at: datetime | None = None, crl=None) -> bytes:
    """PAdES-B-B, or B-T with `stamped_at`, or B-LT with a revocation list besides."""
    output = io.BytesIO(pdf)
    stamp = partial(stamped, by, stamped_at) if stamped_at else None
    pades.sign(output, reason="Acte d'engagement", key=own_key(by), stamp=stamp, now=now)
    if crl is not None:
        DocumentSecurityStore.add_dss(
            output,
            sig_contents=None,
            certs=[pades._certificate(by.root_certificate), pades._certificate(by.tsa_certificate)],
            crls=[asn1_crl.CertificateList.load(crl.public_bytes(Encoding.DER))],
        )
    return output.getvalue()


def stamped(by: Authority, moment: datetime, digest: bytes) -> bytes:
    return timestamps.issue(digest=digest, authority=by, serial=7, gen_time=moment)
