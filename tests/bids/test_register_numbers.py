"""Numbers of the register under real concurrency: several connections at once, on either database."""

import sqlite3
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from bids.models import Deposit, Receipt
from tests.factories import bids, organisations, tenders

IS_SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
# The journal refuses DELETE, with which SQLite's tests would be emptied: there the threads work on a copy.
pytestmark = pytest.mark.django_db(transaction=not IS_SQLITE, serialized_rollback=not IS_SQLITE)


def database_for_threads(folder: Path) -> str:
    """A file with what the test has prepared; empty where threads may share the test's own database."""
    if not IS_SQLITE:
        return ""
    path = folder / "copy.sqlite3"
    copy = sqlite3.connect(path)
    connection.connection.backup(copy)
    copy.close()
    return str(path)


def seal_in_a_thread(deposit: Deposit, database: str) -> tuple[int | None, int]:
    """The number it got, and how many receipts there are just after."""
    own = connections["default"]
    if database:
        own.settings_dict = {**own.settings_dict, "NAME": database}
    try:
        return bids.seal(deposit).number, Receipt.objects.count()
    finally:
        own.close()


def seal_at_once(drafts: Iterable[Deposit], folder: Path) -> list[tuple[int | None, int]]:
    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(seal_in_a_thread, drafts, repeat(database_for_threads(folder))))


def test_numbers_have_no_gap_and_no_double_when_companies_seal_at_once(tmp_path: Path) -> None:
    """P7-B8: the register of deposits is complete."""
    consultation = tenders.published()
    drafts = [bids.filled(consultation, organisations.company(f"Société {number}")) for number in range(6)]
    results = seal_at_once(drafts, tmp_path)
    assert sorted(number for number, _ in results) == [1, 2, 3, 4, 5, 6]
    assert max(count for _, count in results) == 6


def test_clicks_at_once_are_one_deposit(tmp_path: Path) -> None:
    assert seal_at_once([bids.filled()] * 4, tmp_path) == [(1, 1)] * 4
