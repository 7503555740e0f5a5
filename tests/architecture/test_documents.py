"""What the documents say is true: every module is on the map, every test named in the conformity table exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: How many requirements each list of the annexes has.
ANNEXES = {"P7-B": 10, "P7-S": 11, "P7-T": 11, "P8-": 10}


def test_every_module_is_on_the_map() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## How things flow")[0]
    modules = {
        f"procurement.{path.stem}"
        for path in (ROOT / "procurement").iterdir()
        if (path.is_dir() and (path / "__init__.py").exists())
        or (path.suffix == ".py" and path.stem != "__init__")
    } | {"tenders", "bids", "dume", "signing", "essential_data"}
    named = set(re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE))
    assert named == modules


def test_every_requirement_of_the_annexes_is_in_the_conformity_table() -> None:
    table = (ROOT / "docs" / "conformity.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (P[78]-[BST]?\d+) \|", table, re.MULTILINE)
    expected = [f"{prefix}{number}" for prefix, count in ANNEXES.items() for number in range(1, count + 1)]
    assert rows == expected


def test_every_test_named_in_the_conformity_table_exists() -> None:
    table = (ROOT / "docs" / "conformity.md").read_text(encoding="utf-8")
    missing = [name for name in re.findall(r"`(tests/[^`]+)`", table) if not exists(name)]
    assert missing == []


def exists(name: str) -> bool:
    path, _, function = name.partition("::")
    if not (ROOT / path).is_file():
        return False
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return not function or function in {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}


def test_a_requirement_that_is_held_names_a_test() -> None:
    table = (ROOT / "docs" / "conformity.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in table.splitlines() if line.startswith(("| P", "| R"))]
    assert [row[1].strip() for row in rows if "not yet" not in row[3] and "`tests/" not in row[4]] == []
