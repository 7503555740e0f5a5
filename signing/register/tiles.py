"""Addresses of the register's tiles (C2SP tlog-tiles). Pure.

A tile of level L holds 256 hashes of nodes of height 8·L; a partial one says its width. Bundles of leaves have the
same numbers as the tiles of level 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from struct import pack

WIDTH, HEIGHT = 256, 8
_PATH = re.compile(r"((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """`x001/x234/067`, with `.p/12` for a tile of 12 hashes."""
        number, groups = self.number // 1000, [f"{self.number % 1000:03}"]
        while number:
            groups.insert(0, f"x{number % 1000:03}")
            number //= 1000
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return "/".join(groups) + partial

    def is_covered(self, size: int) -> bool:
        """Whether a register of `size` lines has all its hashes."""
        return self.number * WIDTH + self.width <= size >> (self.level * HEIGHT)


def read(level: int, path: str) -> Tile | None:
    """The tile of an address; None for any other way of writing it."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    number = int(found[1].replace("x", "").replace("/", ""))
    tile = Tile(level, number, int(found[2]) if found[2] else WIDTH)
    return tile if tile.path == path else None


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile that a mirror of a register of `size` lines keeps."""
    level = 0
    while hashes := size >> (level * HEIGHT):
        full, rest = divmod(hashes, WIDTH)
        yield from (Tile(level, number) for number in range(full))
        if rest:
            yield Tile(level, full, rest)
        level += 1


def bundle(leaves: list[bytes]) -> bytes:
    """Leaf data, each after its length in two octets."""
    return b"".join(pack(">H", len(data)) + data for data in leaves)
