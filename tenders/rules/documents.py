"""Which files are not accepted as consultation documents, by name. Pure."""

from collections.abc import Iterable
from pathlib import PurePath

#: They run when they are opened, whatever they begin with.
SCRIPTS = frozenset(
    {
        ".bat",
        ".cmd",
        ".com",
        ".hta",
        ".jar",
        ".js",
        ".jse",
        ".lnk",
        ".msi",
        ".ps1",
        ".scr",
        ".sh",
        ".vbe",
        ".vbs",
        ".wsf",
    }
)


def is_script(name: str) -> bool:
    return PurePath(name.lower()).suffix in SCRIPTS


def distinct_names(names: Iterable[str]) -> list[str]:
    """The same names in the same order, each once: « plan.pdf », « plan (2).pdf ». Disks ignore case."""
    taken: set[str] = set()
    result = []
    for name in names:
        path, number, chosen = PurePath(name), 1, name
        while chosen.casefold() in taken:
            number += 1
            chosen = f"{path.stem} ({number}){path.suffix}"
        taken.add(chosen.casefold())
        result.append(chosen)
    return result
