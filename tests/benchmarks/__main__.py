import argparse
import importlib
import json
import os
import pkgutil
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

import tests.benchmarks
from tests.benchmarks import Comparison

PREFIX = "bench_"


def names() -> list[str]:
    found = (module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__))
    return sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX))


def wanted(name: str | None) -> list[str]:
    """The modules that a name stands for: itself, or those of a group."""
    if name is None:
        return names()
    return list(tests.benchmarks.GROUPS.get(name, [name]))


def measured(name: str) -> dict[str, Comparison]:
    """A module measures one thing, or several that it names."""
    result = importlib.import_module(f"tests.benchmarks.{PREFIX}{name}").measure()
    return result if isinstance(result, dict) else {name: result}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make bench", description="Ours against a reference, one JSON line each."
    )
    choices = sorted([*names(), *tests.benchmarks.GROUPS])
    parser.add_argument("name", nargs="?", choices=choices, help="which one; all when none is named")
    name = parser.parse_args().name
    with tempfile.TemporaryDirectory(prefix="bench-", dir=Path(__file__).parents[2] / "var") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"}
        os.environ.pop("DATABASE_URL", None)
        django.setup()
        call_command("migrate", verbosity=0)
        for module in wanted(name):
            for title, result in measured(module).items():
                print(json.dumps(line(title, result)), flush=True)


def line(title: str, result: Comparison) -> dict[str, object]:
    return {
        "name": title,
        "ours": round(result.ours, 1),
        "reference": round(result.reference, 1),
        "ratio": round(result.ours / result.reference, 3),
        "unit": result.unit,
    }


if __name__ == "__main__":
    main()
