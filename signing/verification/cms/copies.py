"""Time stamps moved from what they were made for to another signature: say which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from signing.verification.cms.algorithms import UnknownAlgorithm
from signing.verification.cms.stamps import NAMES, imprint_of, signed_data_of, tst_info
from signing.verification.facts import StampFacts, Sub

#: French name of a thing -> its digest by hashlib's name of the algorithm.
Originals = Mapping[str, Callable[[str], bytes]]


def name_copies(stamps: Iterable[StampFacts], originals: Originals) -> tuple[StampFacts, ...]:
    """The same stamps; the message of one whose imprint is that of another thing of the file says which."""
    return tuple(_name_copy(stamp, originals) for stamp in stamps)


def _name_copy(stamp: StampFacts, originals: Originals) -> StampFacts:
    if stamp.problem != Sub.HASH_FAILURE:
        return stamp
    try:
        algorithm, covered = imprint_of(tst_info(signed_data_of(stamp.token)))
    except (ValueError, TypeError, KeyError, UnknownAlgorithm):
        return stamp
    for name, digest in originals.items():
        if digest(algorithm) == covered:
            message = f"{NAMES[stamp.kind]} est une copie\N{NO-BREAK SPACE}: il a été fait pour {name}."
            return replace(stamp, message=message)
    return stamp
