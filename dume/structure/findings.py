"""What a check of the structure says, the same words whatever the version and the means of the check."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StructureFinding:
    """`line` is where the element begins in the file; 0 when it was not read from one.

    `path` leads to the element from the root by local names, counted from 1 among like siblings
    (« /ESPDResponse/Criterion[3]/ID[1] »). `code` is a stable name of ours in lower case (« missing-element »).
    `message` is plain French: what is wrong and what to change.
    """

    line: int
    path: str
    code: str
    message: str
