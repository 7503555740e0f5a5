"""Which file of a folder is what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from signing.folder import certificates, facts, opening, pdf
from signing.folder.proved import Flaw
from signing.verification.facts import Content

AUTHORITY, CHECKPOINT, KEY, EXPLANATION = (
    "ca.pem",
    "checkpoint.txt",
    "register-key.txt",
    "COMMENT-VERIFIER.txt",
)
MAX_TOKEN_BYTES = 1024 * 1024
MAX_NOTE_BYTES = 64 * 1024
#: A line of commands for each file of a bid, and bids have thousands.
MAX_GUIDE_BYTES = 8 * 1024 * 1024
#: What the platform calls its documents; a company may have sealed files of its own beside.
_KNOWN = {"receipt", "minutes", "delivery", "publication"}
_SEAL, _TIME, _EXTERNAL_TIME = ".json.p7s", ".json.tsr", ".json.external.tsr"


@dataclass(frozen=True)
class Pieces:
    """`base` is what the names of the document, its seal and its time stamp begin with."""

    base: str
    contents: Mapping[str, bytes]
    own_files: tuple[Content, ...] = field(default=())

    @property
    def document(self) -> str:
        return f"{self.base}.json"

    @property
    def seal(self) -> str:
        return self.base + _SEAL

    @property
    def time(self) -> str:
        return self.base + _TIME

    @property
    def external_time(self) -> str:
        return self.base + _EXTERNAL_TIME

    @property
    def pdf(self) -> str:
        return f"{self.base}.pdf"

    def missing(self) -> list[str]:
        wanted = (self.document, self.seal, self.time, self.pdf, AUTHORITY)
        return [name for name in wanted if name not in self.contents]

    @property
    def is_comparable(self) -> bool:
        """Whether all that the PDF must enclose is there."""
        return len(self.enclosed()) == len((self.document, self.seal, self.time))

    def enclosed(self) -> dict[str, bytes]:
        """What the PDF carries too."""
        names = (self.document, self.seal, self.time)
        return {name: self.contents[name] for name in names if name in self.contents}


def sort_pieces(contents: Mapping[str, Content]) -> Pieces:
    """Raises Flaw: no_document, several, damaged, too_large."""
    base = _base(contents)
    limits = {
        f"{base}.json": facts.MAX_BYTES,
        **dict.fromkeys((base + _SEAL, base + _TIME, base + _EXTERNAL_TIME), MAX_TOKEN_BYTES),
        f"{base}.pdf": pdf.MAX_BYTES,
        AUTHORITY: certificates.MAX_BYTES,
        **dict.fromkeys((CHECKPOINT, KEY), MAX_NOTE_BYTES),
        EXPLANATION: MAX_GUIDE_BYTES,
    }
    read = {n: opening.read_bounded(contents[n], limits[n]) for n in limits if n in contents}
    return Pieces(base, read, tuple(c for name, c in sorted(contents.items()) if name not in limits))


def _base(names: Iterable[str]) -> str:
    """The X of the one X.json that has its seal; without any, what is left of one."""
    known = set(names)
    sealed = _bases(known, _SEAL)
    found = {base for base in sealed if f"{base}.json" in known} or sealed or _bases(known, _TIME)
    found = found or _bases(known, ".json")
    if not found:
        raise Flaw("no_document")
    if len(found & _KNOWN) == 1:
        return (found & _KNOWN).pop()
    if len(found) > 1:
        raise Flaw("several", names=", ".join(f"{base}.json" for base in sorted(found)))
    return found.pop()


def _bases(names: set[str], ending: str) -> set[str]:
    return {name.removesuffix(ending) for name in names if name.endswith(ending)}
