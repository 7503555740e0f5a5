"""What an official rule found: its own id and flag kept, the place as an element, the words in French."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from lxml import etree


class Flag(StrEnum):
    """The severity that the official Schematron gives (`flag` or `role`); UNSET where it gives none."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    UNSET = ""


@dataclass(frozen=True, slots=True)
class Fired:
    """`rule` is the official id; where the official rule has none, a stable name of ours in lower case.

    `message` is plain French: what is wrong and what to change. `value` is what was read there, cut to 200 characters.
    """

    rule: str
    flag: Flag
    element: etree._Element
    message: str
    value: str = ""


class RuleSet(Protocol):
    """All rules of one version: a function of the root element."""

    def __call__(self, root: etree._Element) -> Iterator[Fired]: ...
