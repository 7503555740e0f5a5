"""What a check says: a code, an outcome and a French sentence (messages.json, which the browser's page shares)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Checks that must pass for a folder to be valid; the others add to it, and only their failure counts.
ESSENTIAL = ("complete", "authority", "document", "seal", "time", "pdf", "register")

WORDS: dict[str, Any] = json.loads(Path(__file__).with_name("messages.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Check:
    """`outcome`: passed, failed or unknown."""

    check: str
    outcome: str
    message: str

    @classmethod
    def of(cls, check: str, code: str, topic: str | None = None, /, **values: object) -> Check:
        """`topic`: whose words are used, where two checks share them."""
        outcome, sentence = WORDS["messages"][f"{topic or check}.{code}"]
        return cls(check, outcome, sentence.format_map(values))


@dataclass(frozen=True)
class Report:
    """`position` is a line's number, from 1; `checkpoint` the size of the latest state found consistent."""

    checks: Sequence[Check]
    kind: str | None = None
    received_at: str | None = None
    position: int | None = None
    checkpoint: int | None = None

    @property
    def verdict(self) -> str:
        outcomes = {check.check: check.outcome for check in self.checks}
        if "failed" in outcomes.values():
            return "invalid"
        return "valid" if all(outcomes.get(check) == "passed" for check in ESSENTIAL) else "incomplete"

    @property
    def sentence(self) -> str:
        failed = next((check.check for check in self.checks if check.outcome == "failed"), "")
        return str(WORDS["verdicts"][self.verdict]).format(failed=WORDS["faults"].get(failed, ""))

    def as_json(self, path: str) -> dict[str, Any]:
        return {
            "path": path,
            "kind": self.kind,
            "verdict": self.verdict,
            "received_at": self.received_at,
            "position": self.position,
            "checkpoint": self.checkpoint,
            "checks": [
                {"check": check.check, "outcome": check.outcome, "message": check.message}
                for check in self.checks
            ],
        }
