"""The commands by which anybody checks a receipt without this platform, with tools of any Linux system.

The help page shows them, the receipt carries them, a test runs them.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

AUTHORITY_FILE = "ca.pem"


@dataclass(frozen=True, slots=True)
class Proof:
    """`arguments` is run in the folder of the receipt; `expected` appears in what it prints."""

    label: str
    arguments: tuple[str, ...]
    expected: str

    @property
    def command(self) -> str:
        return shlex.join(self.arguments)


def timestamp_proof(document: str, token: str) -> Proof:
    return Proof(
        label="La date\u00a0: l'horodatage porte bien sur ce document",
        arguments=("openssl", "ts", "-verify", "-in", token, "-data", document, "-CAfile", AUTHORITY_FILE),
        expected="Verification: OK",
    )


def seal_proof(document: str, signature: str) -> Proof:
    return Proof(
        label="L'origine\u00a0: le document est celui que la plateforme a scellé",
        arguments=(
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature),
            *("-content", document, "-CAfile", AUTHORITY_FILE, "-out", "/dev/null"),
        ),
        expected="CMS Verification successful",
    )


def pdf_proof(pdf: str) -> Proof:
    return Proof(
        label="Le document PDF n'a pas été modifié",
        arguments=("pdfsig", "-nocert", pdf),
        expected="Signature is Valid",
    )


def digest_proof(file: str, sha256: str) -> Proof:
    return Proof(
        label=f"Le fichier {file} est celui qui a été déposé",
        arguments=("openssl", "dgst", "-sha256", file),
        expected=sha256,
    )


def evidence_proofs(base: str) -> tuple[Proof, ...]:
    """For a folder that holds `<base>.json`, `.json.tsr`, `.json.p7s`, `.pdf` and ca.pem."""
    return (
        timestamp_proof(f"{base}.json", f"{base}.json.tsr"),
        seal_proof(f"{base}.json", f"{base}.json.p7s"),
        pdf_proof(f"{base}.pdf"),
    )
