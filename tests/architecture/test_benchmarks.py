"""`make bench` is not part of `make test`: what it measures must still be where it looks for it."""

import ast
import importlib

import pytest

from tests.conftest import ROOT

NAMES = sorted(path.stem for path in (ROOT / "tests" / "benchmarks").glob("bench_*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_and_the_program_it_starts_find_what_they_import(name: str) -> None:
    benchmark = importlib.import_module(f"tests.benchmarks.{name}")
    assert callable(benchmark.measure)
    for node in ast.walk(ast.parse(getattr(benchmark, "CHILD", ""))):
        if isinstance(node, ast.ImportFrom):
            found = importlib.import_module(node.module or "")
            assert not [one.name for one in node.names if not hasattr(found, one.name)]
