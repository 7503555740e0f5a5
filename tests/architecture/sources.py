"""The project's own files, as the house-rule tests read them."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("procurement", "tenders", "bids", "dume", "signing", "essential_data")


#: What .gitignore names, for a copy of the project that is not a git checkout.
LOCAL = {".git", ".venv", "node_modules", "var", "build", "__pycache__", ".hypothesis"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, committed; relative to the root."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        names = {Path(name) for name in listing.split("\0") if name}
    else:
        everything = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        names = {path for path in everything if not LOCAL & set(path.parts)}
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


@cache
def python_files() -> tuple[Path, ...]:
    """Our Python, tests and scripts included, without migrations (they are generated)."""
    return tuple(path for path in tracked_files() if path.suffix == ".py" and "migrations" not in path.parts)


@cache
def product_files() -> tuple[Path, ...]:
    return tuple(path for path in python_files() if path.parts[0] in PACKAGES)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Found:
    """A node of the syntax tree and where it stands."""

    path: Path
    node: ast.AST
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {ast.unparse(self.node)[:80]}"


def nodes(kind: type[ast.AST]) -> Iterator[Found]:
    """All nodes of one kind in the product's code."""
    for path in product_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, kind):
                yield Found(path, node, getattr(node, "lineno", 0))


def is_in(path: Path, names: set[str]) -> bool:
    """Whether the file, or a folder it lies in, has one of these names."""
    return bool({part.removesuffix(".py") for part in path.parts} & names)


@cache
def layers() -> tuple[tuple[str, ...], ...]:
    """The import order of pyproject.toml, top first, as groups of modules of one rank."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    order = next(contract["layers"] for contract in contracts if contract["id"] == "dag")
    return tuple(tuple(name.strip("() ") for name in layer.replace(":", "|").split("|")) for layer in order)


def rank(module: str) -> int | None:
    """How high a module stands (0 is the top); None for what is not ours."""
    for height, group in enumerate(layers()):
        if any(module == name or module.startswith(f"{name}.") for name in group):
            return height
    return None
