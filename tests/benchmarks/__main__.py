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

PREFIX = "bench_"


def names() -> list[str]:
    found = (module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__))
    return sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make bench", description="Ours against a reference, one JSON line each."
    )
    parser.add_argument("name", nargs="?", choices=names(), help="which one; all when none is named")
    name = parser.parse_args().name
    wanted = [name] if name else names()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=Path(__file__).parents[2] / "var") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"}
        os.environ.pop("DATABASE_URL", None)
        django.setup()
        call_command("migrate", verbosity=0)
        for name in wanted:
            result = importlib.import_module(f"tests.benchmarks.{PREFIX}{name}").measure()
            line = {
                "name": name,
                "ours": round(result.ours, 1),
                "reference": round(result.reference, 1),
                "ratio": round(result.ours / result.reference, 3),
                "unit": result.unit,
            }
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
