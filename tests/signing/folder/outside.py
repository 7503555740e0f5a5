"""A time-stamping authority of somebody else: openssl, with an RSA key (R2184-12; eIDAS art. 41)."""

import subprocess
from pathlib import Path

NAME = "receipt.json.external.tsr"
CONFIGURATION = """
[tsa]
default_tsa = outside
[outside]
serial = serial.txt
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[req]
distinguished_name = name
prompt = no
[name]
CN = Autorité extérieure fictive
[clock]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


def make(folder: Path) -> None:
    """Its key, its certificate and its settings, in that folder."""
    (folder / "openssl.cnf").write_text(CONFIGURATION, encoding="utf-8")
    (folder / "serial.txt").write_text("01\n")
    run(
        *(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.pem"),
        *("-config", "openssl.cnf", "-extensions", "clock", "-utf8", "-days", "30"),
    )


def stamp(folder: Path, document: bytes, *, token: bool = False) -> bytes:
    """Its answer for a document; or the token alone."""
    (folder / "document").write_bytes(document)
    run(folder, "ts", "-query", "-data", "document", "-sha256", "-cert", "-out", "query.tsq")
    run(
        *(folder, "ts", "-reply", "-config", "openssl.cnf", "-queryfile", "query.tsq", "-out", "out.tsr"),
        *(("-token_out",) if token else ()),
    )
    return (folder / "out.tsr").read_bytes()


def run(folder: Path, *arguments: str) -> None:
    subprocess.run(("openssl", *arguments), cwd=folder, check=True, capture_output=True, timeout=30)
