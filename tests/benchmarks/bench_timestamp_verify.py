"""Tokens verified a second, against `openssl ts -verify` on the same token and the same anchor."""

import hashlib
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from signing.services import stamping
from signing.tsp import timestamps
from tests.benchmarks import Comparison, compare

DIGEST = hashlib.sha256(b"bench").digest()
#: Different tokens, so that nothing but what a real series shares (the certificates) is found in a cache.
TOKENS = 200


def measure() -> Comparison:
    now = datetime.now(UTC)
    authority = stamping.current_authority(now)
    replies = [
        timestamps.response(timestamps.issue(digest=DIGEST, authority=authority, serial=number, gen_time=now))
        for number in range(1, TOKENS + 1)
    ]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "token.tsr").write_bytes(replies[0])
        (Path(folder) / "ca.pem").write_bytes(authority.root_pem())
        verify = [
            "openssl",
            "ts",
            "-verify",
            "-digest",
            DIGEST.hex(),
            "-in",
            "token.tsr",
            "-CAfile",
            "ca.pem",
        ]

        def ours() -> float:
            for reply in replies:
                timestamps.verify(reply, DIGEST, authority.root_certificate)
            return len(replies)

        def reference() -> float:
            subprocess.run(verify, cwd=folder, check=True, capture_output=True)
            return 1

        return compare(ours, reference, "tokens/s")
