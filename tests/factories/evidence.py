"""A deposit receipt with all its proofs, as anybody receives it: real seals, real time stamps, a real register."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from procurement.audit import merkle
from procurement.pdf import render
from signing import seals
from signing.pki.authority import Authority
from signing.register import notes
from signing.tsp import timestamps

TEMPLATE = Path(__file__).parents[1] / "signing" / "example.typ"
LOG = "valfictif.example/registre"
INDEX, SIZE, LATER = 41, 42, 300
OWN_FILES = {
    "acte-d-engagement.pdf": b"%PDF-1.7 acte d'engagement " * 400,
    "offre technique.zip": bytes(range(256)) * 900,
    "prix.csv": "désignation;prix\nToiture;48 000\n".encode(),
}
EXPLANATION = "Comment vérifier ces preuves.\n"


@dataclass(frozen=True)
class Register:
    """A log of LATER lines; that of the receipt is number INDEX, published when it was the last."""

    leaves: tuple[bytes, ...]
    key: Ed25519PrivateKey

    @property
    def nodes(self) -> dict[merkle.Place, bytes]:
        frontier, known = merkle.Frontier(), {}
        for leaf in self.leaves:
            frontier, completed = frontier.append(leaf)
            known.update(completed)
        return known

    def _hashes(self, places: Any) -> Mapping[merkle.Place, bytes]:
        nodes = self.nodes
        return {place: nodes[place] for place in places}

    def root(self, size: int) -> bytes:
        frontier = merkle.Frontier()
        for leaf in self.leaves[:size]:
            frontier, _ = frontier.append(leaf)
        return frontier.root()

    def proof(self, index: int, size: int) -> list[str]:
        return [value.hex() for value in merkle.prove_inclusion(index, size, self._hashes)]

    def note(self, size: int) -> str:
        return notes.sign(notes.Checkpoint(LOG, size, self.root(size)), self.key)

    def consistency(self, old: int, size: int) -> str:
        proof = tuple(merkle.prove_consistency(old, size, self._hashes))
        return notes.Consistency(old, proof, self.note(size)).text()

    def vkey(self) -> str:
        return notes.NoteKey(LOG, self.key.public_key().public_bytes_raw()).vkey()

    def tiles(self, size: int) -> dict[str, bytes]:
        """Level 0 and 1 of a mirror (C2SP tlog-tiles), for fewer than 65,536 lines."""
        whole, rest = divmod(size, 256)
        hashes = [self.nodes[0, number] for number in range(size)]
        tiles = {f"tile/0/{n:03d}": b"".join(hashes[n * 256 : (n + 1) * 256]) for n in range(whole)}
        if rest:
            tiles[f"tile/0/{whole:03d}.p/{rest}"] = b"".join(hashes[whole * 256 :])
        if whole:
            tiles[f"tile/1/000.p/{whole}"] = b"".join(self.nodes[8, n] for n in range(whole))
        return tiles


@dataclass(frozen=True)
class Evidence:
    files: Mapping[str, bytes]
    register: Register
    facts: Mapping[str, Any]


@lru_cache(maxsize=4)
def receipt(authority: Authority, now: datetime) -> Evidence:
    """Needs the database, where the seals take their serial numbers; the same bytes for the whole session."""
    return build(stated(now), authority, now)


def stated(now: datetime, **changes: Any) -> dict[str, Any]:
    """The facts, without their place in the register."""
    return {
        "format": "urn:profil-acheteur:deposit-receipt:2",
        "platform": {"name": "Marchés de Valfictif", "url": "https://valfictif.example"},
        "number": 3,
        "deposit_id": "0b8f4c52-6f0e-4b5b-9a39-2a5f3d1d7c11",
        "depositor": {"name": "Toitures du Val (exemple)", "siret": "00000000000018"},
        "buyer": {"name": "Commune de Valfictif"},
        "consultation": {
            "reference": "2026-VAL-014",
            "title": "Réfection de la toiture de l'école des Tilleuls",
        },
        "received_at": now.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "on_time": True,
        "documents": [document(name, content) for name, content in OWN_FILES.items()],
        "evidence": {
            "timestamp": {"authority": "Horodatage de la plateforme", "qualified": False},
            "external_timestamp": {"state": "none", "qualified": False},
            "guide": {"version": 1, "sha256": hashlib.sha256(EXPLANATION.encode()).hexdigest()},
        },
        **changes,
    }


def document(name: str, content: bytes) -> dict[str, Any]:
    cipher = b"age-encryption.org/v1\n" + content
    return {
        "name": name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "cipher_size": len(cipher),
        "cipher_sha256": hashlib.sha256(cipher).hexdigest(),
    }


def build(facts: dict[str, Any], authority: Authority, now: datetime, base: str = "receipt") -> Evidence:
    line = {
        "sequence": str(INDEX + 1),
        "at": now.isoformat(timespec="microseconds"),
        "action": "bids.deposit.seal",
        "subject": facts.get("deposit_id", ""),
        "actor": "5e" * 32,
        "data": {"facts_sha256": hashlib.sha256(rfc8785.dumps(facts)).hexdigest()},
        "salt": "a7" * 16,
    }
    register = make_register(merkle.leaf_hash(hashlib.sha256(rfc8785.dumps(line)).digest()))
    placed = {
        **facts,
        "register": {
            "log": LOG,
            "key": register.vkey(),
            "index": INDEX,
            "size": SIZE,
            "root": register.root(SIZE).hex(),
            "proof": register.proof(INDEX, SIZE),
            "line": line,
        },
    }
    return Evidence(sealed(placed, register, authority, now, base), register, placed)


def make_register(leaf: bytes) -> Register:
    leaves = [merkle.leaf_hash(f"ligne {number}".encode()) for number in range(LATER)]
    leaves[INDEX] = leaf
    return Register(tuple(leaves), Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"registre").digest()))


def sealed(
    facts: Mapping[str, Any], register: Register, authority: Authority, now: datetime, base: str
) -> dict[str, bytes]:
    data = rfc8785.dumps(dict(facts))
    signature = seals.seal_detached(data, authority=authority, now=now)
    token = timestamps.issue(
        digest=hashlib.sha256(data).digest(), authority=authority, serial=7 << 64, gen_time=now
    )
    enclosed = [
        (f"{base}.json", data, "application/json"),
        (f"{base}.json.p7s", signature, "application/pkcs7-signature"),
        (f"{base}.json.tsr", timestamps.response(token), "application/timestamp-reply"),
    ]
    pdf = render(TEMPLATE, shown(facts), enclosed, now=now)
    return {
        **{name: content for name, content, _ in enclosed},
        f"{base}.pdf": seals.seal_pdf(pdf, reason="Récépissé de dépôt", authority=authority, now=now),
        "ca.pem": authority.chain_pem(),
        "register-key.txt": f"{register.vkey()}\n".encode(),
        "checkpoint.txt": register.consistency(SIZE, LATER).encode(),
        "COMMENT-VERIFIER.txt": EXPLANATION.encode(),
    }


def shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    files = facts.get("documents", [])
    return {
        "title": "Récépissé de dépôt",
        "consultation": facts.get("consultation", {}).get("title", ""),
        "issuer": "Commune de Valfictif",
        "number": "2026-VAL-014/3",
        "issued": "Établi le lundi 2 mars 2026",
        "facts": [["Entreprise", "Toitures du Val (exemple)"]],
        "files": [[file["name"], str(file["size"]), file["sha256"]] for file in files],
        "commands": ["openssl ts -verify -in receipt.json.tsr -data receipt.json -CAfile ca.pem"],
    }


def zipped(files: Mapping[str, bytes], under: str = "") -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(under + name, content)
    return output.getvalue()


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def flipped(data: bytes, position: int) -> bytes:
    """One byte changed: the bit of the case of a letter, or another one."""
    changed = data[position] ^ (0x20 if position % 2 else 1 << position // 2 % 8)
    return data[:position] + bytes((changed,)) + data[position + 1 :]
