"""Queries answered a second, serial numbers kept durably, against `openssl ts -reply` with a key of the same kind."""

import os
import secrets
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from signing.services import public_queries
from tests.benchmarks import Comparison, compare

CONFIGURATION = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
digests = sha256
default_policy = 1.2.3.4.1
ess_cert_id_alg = sha256
[certificate]
extendedKeyUsage = critical,timeStamping
"""
EXTENSION = ["-addext", "extendedKeyUsage=critical,timeStamping"]


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def prepare(folder: Path) -> tuple[Path, Path]:
    """A configuration with a P-256 key, and a query."""
    configuration, query, key = folder / "ts.cnf", folder / "query.tsq", str(folder / "tsa.key")
    configuration.write_text(CONFIGURATION.format(folder=folder))
    (folder / "serial").write_text("01\n")
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
    request = ["req", "-x509", "-key", key, "-subj", "/CN=Reference", "-days", "2"]
    openssl(*request, "-config", os.devnull, "-out", str(folder / "tsa.pem"), *EXTENSION)
    openssl("ts", "-query", "-digest", secrets.token_hex(32), "-sha256", "-cert", "-out", str(query))
    return configuration, query


def measure() -> Comparison:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        configuration, query = prepare(folder)
        asked = query.read_bytes()
        reply = ["ts", "-reply", "-config", str(configuration), "-queryfile", str(query)]

        def ours() -> float:
            public_queries.answer_query(query=asked, now=datetime.now(UTC))
            return 1

        def reference() -> float:
            openssl(*reply, "-out", str(folder / "out.tsr"))
            return 1

        return compare(ours, reference, "tokens/s")
