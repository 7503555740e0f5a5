"""A certification authority of somebody else, whose seal is not ours: files, as such an authority hands them out."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PASSWORD = "cachet"
BEGINS, ENDS = datetime(2025, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
LISTED = datetime(2026, 2, 20, tzinfo=UTC)
KINDS = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
}


@dataclass(frozen=True)
class Seal:
    """Files of a seal under an intermediate and a root; `bundle` is PKCS#12 with the whole chain."""

    folder: Path

    @property
    def bundle(self) -> Path:
        return self.folder / "seal.p12"

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.folder / "seal.pem").read_bytes())


def make(folder: Path, kind: str, lists_at: str = "") -> Seal:
    """`lists_at`: the address under which its two revocation lists, written in `folder`, are published."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = [KINDS[kind]() for _ in range(3)]
    root = issue(folder, "root", "Racine fictive", keys[0])
    between = issue(folder, "between", "Intermédiaire fictif", keys[1], root, keys[0], lists_at)
    issue(folder, "seal", "Cachet de la commune fictive", keys[2], between, keys[1], lists_at)
    for name, authority, key in (("root", root, keys[0]), ("between", between, keys[1])):
        (folder / f"{name}.crl").write_bytes(revocations(authority, key))
    issuers = [each.public_bytes(Encoding.PEM) for each in (between, root)]
    (folder / "issuers.pem").write_bytes(b"".join(issuers))
    openssl(folder, "pkcs12", "-export", "-inkey", "seal.key", "-in", "seal.pem", "-certfile", "issuers.pem",
            "-passout", f"pass:{PASSWORD}", "-out", "seal.p12")  # fmt: skip
    return Seal(folder)


def revocations(authority: x509.Certificate, key) -> bytes:
    """An empty list, DER, for a month around the instant of the tests."""
    crl = x509.CertificateRevocationListBuilder().issuer_name(authority.subject)
    crl = crl.last_update(LISTED).next_update(LISTED + timedelta(days=30))
    return crl.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def issue(folder: Path, name: str, label: str, key, issuer=None, issuer_key=None, lists_at: str = ""):
    """Writes `<name>.pem` and `<name>.key`; "seal" is a leaf, the others are authorities."""
    is_leaf = name == "seal"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, label)])
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip
    wanted = names[:2] if is_leaf else names[5:7]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(ENDS)
        .add_extension(x509.BasicConstraints(ca=not is_leaf, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{each: each in wanted for each in names}), critical=True)
    )
    if lists_at:
        address = x509.UniformResourceIdentifier(f"{lists_at}/{'between' if is_leaf else 'root'}.crl")
        point = x509.DistributionPoint([address], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    certificate = builder.sign(issuer_key or key, hashes.SHA256())
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.key").write_bytes(private)
    return certificate


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
