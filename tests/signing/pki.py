"""Signers that our own authority would never make: expired, revoked. Signed by its root, for the tests."""

import io
from dataclasses import replace
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from asn1crypto import crl as asn1_crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID
from pyhanko.sign.validation import DocumentSecurityStore

from signing import pades
from signing.authority import Authority
from signing.services.stamping import Slot

ENTERPRISE = "Entreprise fictive"


def signer(authority: Authority, *, begins: datetime, ends: datetime) -> Authority:
    """The same authority, its seal replaced by a signer's certificate of that life."""
    key = generate_private_key(SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ENTERPRISE)]))
        .issuer_name(authority.root_certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(
            authority.seal_certificate.extensions.get_extension_for_class(x509.KeyUsage).value, critical=True
        )
        .sign(root_key(authority), hashes.SHA256())
    )
    return replace(authority, seal_certificate=certificate, seal_key=key)


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
    stamper = pades._OwnTimeStamper(by, [Slot(serial=7, gen_time=stamped_at)]) if stamped_at else None
    async_to_sync(pades._sign)(output, "Acte d'engagement", pades._SealSigner(by), stamper, now)
    if crl is not None:
        DocumentSecurityStore.add_dss(
            output,
            sig_contents=None,
            certs=[pades._asn1(by.root_certificate), pades._asn1(by.tsa_certificate)],
            crls=[asn1_crl.CertificateList.load(crl.public_bytes(Encoding.DER))],
        )
    return output.getvalue()
