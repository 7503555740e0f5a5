"""An independent time-stamping authority: `openssl ts -reply` behind a web server on loopback, with a chain of its own.

Its certificates may be wrong on purpose; openssl refuses to sign with most of those, so `forge` issues with ours.
"""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.pki.authority import Authority

POLICY = "1.2.3.4.1"
CONFIGURATION = f"""
[tsa]
default_tsa = own
[own]
serial = serial
signer_cert = tsa.pem
certs = chain.pem
signer_key = tsa.key
signer_digest = sha256
digests = sha256, sha384, sha512
default_policy = {POLICY}
other_policies = 1.2.3.4.2
accuracy = secs:1
ess_cert_id_alg = sha256
"""
TIMESTAMPING = (ExtendedKeyUsageOID.TIME_STAMPING,)


def certificate(name, key, issuer_name, issuer_key, *, is_ca=False, usages=(), critical=True):
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer_name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


@dataclass
class Tsa:
    """Root, intermediate and unit, in a folder that openssl reads."""

    folder: Path
    root: x509.Certificate
    unit: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

    @property
    def trust(self) -> Path:
        return self.folder / "root.pem"

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        command = (
            "openssl",
            "ts",
            "-reply",
            "-config",
            "ts.cnf",
            "-queryfile",
            "query.tsq",
            "-out",
            "reply.tsr",
        )
        subprocess.run(command, cwd=self.folder, capture_output=True, timeout=30, check=False)
        return (self.folder / "reply.tsr").read_bytes()

    def forge(self, authority: Authority) -> Authority:
        """An authority of ours that signs with this unit."""
        return replace(authority, tsa_certificate=self.unit, tsa_key=self.key)


def make(folder: Path, *, kind="rsa", usages=TIMESTAMPING, critical=True) -> Tsa:
    folder.mkdir(parents=True, exist_ok=True)
    root_key, middle_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    root = certificate("Racine de test", root_key, "Racine de test", root_key, is_ca=True)
    middle = certificate("Intermédiaire de test", middle_key, "Racine de test", root_key, is_ca=True)
    unit = certificate(
        "Unité de test", key, "Intermédiaire de test", middle_key, usages=usages, critical=critical
    )
    for name, content in {"root": root, "chain": middle, "tsa": unit}.items():
        (folder / f"{name}.pem").write_bytes(content.public_bytes(Encoding.PEM))
    (folder / "tsa.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "ts.cnf").write_text(CONFIGURATION)
    (folder / "serial").write_text("2A\n")
    return Tsa(folder, root, unit, key)


@contextmanager
def serve(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """The address of a server that answers each posted query so; what it is asked is what `answer` receives."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            reply = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_):
            """Nothing: the test says what it found."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
