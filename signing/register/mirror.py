"""A copy of the public register as files, as a mirror keeps it: what /registre/ serves, under the same names."""

from __future__ import annotations

from collections.abc import Iterator

from procurement.audit import queries as audit
from signing.models import Checkpoint
from signing.register.keys import register_key
from signing.register.tiles import HEIGHT, WIDTH, bundle, tiles_of


def mirror(checkpoint: Checkpoint) -> Iterator[tuple[str, bytes]]:
    """Names and contents, for the register as `checkpoint` says it."""
    yield "checkpoint", checkpoint.note.encode()
    yield "checkpoint.tsr", checkpoint.token.tsr
    yield "cle", f"{register_key().vkey()}\n".encode()
    for tile in tiles_of(checkpoint.size):
        hashes = audit.get_tile(tile.level * HEIGHT, tile.number * WIDTH, tile.width)
        yield f"tile/{tile.level}/{tile.path}", b"".join(hashes)
        if tile.level == 0:
            leaves = audit.list_leaf_data(tile.number * WIDTH, tile.width)
            yield f"tile/entries/{tile.path}", bundle(leaves)
