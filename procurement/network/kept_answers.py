"""Answers of others kept on the disk until they expire: revocation lists, OCSP answers, trusted lists."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    body: bytes
    #: Aware, UTC.
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """One file for each question: the moment of expiry in ISO 8601 on a line, then the body as received.

    Written beside and renamed, so that a reader or a power cut never sees half of one.
    """

    folder: Path

    def find(self, url: str, question: bytes | None) -> KeptAnswer | None:
        """None when nothing is kept, or nothing that can be read."""
        try:
            head, _, body = self._path(url, question).read_bytes().partition(b"\n")
            expires_at = datetime.fromisoformat(head.decode("ascii"))
        except (OSError, ValueError):
            return None
        return KeptAnswer(body, expires_at) if expires_at.tzinfo is not None else None

    def keep(self, url: str, question: bytes | None, body: bytes, expires_at: datetime) -> None:
        """A disk that is full or read-only keeps nothing: the answer in hand still serves."""
        path = self._path(url, question)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, expires_at.isoformat().encode("ascii") + b"\n" + body)
        except OSError:
            return

    def _path(self, url: str, question: bytes | None) -> Path:
        name = sha256(url.encode("utf-8", "surrogatepass") + b"\0" + (question or b""))
        return self.folder / f"{name.hexdigest()}.answer"


def write_whole(path: Path, data: bytes) -> None:
    """All of `data` under that name, or what was there before. Raises OSError."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
