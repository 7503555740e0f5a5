"""A detached CAdES signature over 500 MiB: documents a second, and memory, against `openssl cms -verify`."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks import Comparison

SIZE, BLOCK = 500 * 1024**2, 1024**2
MEMORY_LIMIT = 120.0
ROUNDS = 3
#: Run in a process of its own: its peak of memory is that of one check. Prints seconds and MiB.
CHILD = """
import re, sys, time
from pathlib import Path
import django
django.setup()
from signing.verification.cms.cms import read_cms
from signing.verification.facts import Content
big, signature = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
best = float("inf")
for _ in range(int(sys.argv[3])):
    content = Content(name=big.name, size=big.stat().st_size, open=lambda: big.open("rb"))
    started = time.perf_counter()
    found = read_cms(signature, [content], "signature.p7s")
    best = min(best, time.perf_counter() - started)
    assert [(one.intact, one.authentic) for one in found.signatures] == [(True, True)]
# not ru_maxrss: a child begins with the peak of the process that forked it
print(best, int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024)
"""


def prepare(folder: Path) -> tuple[Path, Path, Path]:
    big, key, certificate = folder / "big.bin", folder / "key.pem", folder / "cert.pem"
    block = os.urandom(BLOCK)
    with big.open("wb") as file:
        for _ in range(SIZE // BLOCK):
            file.write(block)
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(key))
    request = ["req", "-x509", "-key", str(key), "-subj", "/CN=Reference", "-days", "2"]
    openssl(*request, "-config", os.devnull, "-out", str(certificate))
    signature = folder / "signature.p7s"
    signing = [
        "cms",
        "-sign",
        "-binary",
        "-cades",
        "-in",
        str(big),
        "-signer",
        str(certificate),
        "-inkey",
        str(key),
    ]
    openssl(*signing, "-outform", "DER", "-out", str(signature))
    return big, signature, certificate


def openssl(*arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


def measure() -> dict[str, Comparison]:
    with tempfile.TemporaryDirectory(dir=os.environ["DATA_DIR"]) as name:
        big, signature, certificate = prepare(Path(name))
        verify = ["cms", "-verify", "-binary", "-inform", "DER", "-in", str(signature), "-content", str(big)]
        verify += ["-CAfile", str(certificate), "-purpose", "any", "-out", os.devnull]
        reference = min(openssl(*verify) for _ in range(ROUNDS))
        child = [sys.executable, "-c", CHILD, str(big), str(signature), str(ROUNDS)]
        seconds, memory = map(
            float, subprocess.run(child, check=True, capture_output=True, text=True).stdout.split()
        )
    return {
        "detached_signature_500_mib": Comparison(seconds * 1000, reference * 1000, "ms"),
        "detached_signature_memory": Comparison(memory, MEMORY_LIMIT, "MiB, limit"),
    }
