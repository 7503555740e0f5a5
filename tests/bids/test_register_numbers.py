"""Numbers of the register under real concurrency: several connections at once, on either database."""

import sqlite3
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import repeat
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from bids.models import Deposit
from signing.models import Evidence
from tests.factories import bids, organisations, tenders

IS_SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def database(tmp_path: Path, transactional_db: None) -> Iterator[str]:
    """A database that threads share and where things are committed: the name of a file, or "" on PostgreSQL.

    SQLite's tests live in memory and are emptied by DELETE, which the journal refuses: a copy on disk is used.
    """
    if not IS_SQLITE:
        yield ""
        return
    path = tmp_path / "copy.sqlite3"
    in_memory = connections["default"]
    in_memory.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        in_memory.connection.backup(copy)
    connections["default"] = on_disk(in_memory, str(path))
    try:
        yield str(path)
    finally:
        connections["default"].close()
        connections["default"] = in_memory


def on_disk(original: BaseDatabaseWrapper, name: str) -> BaseDatabaseWrapper:
    own = original.copy()
    own.settings_dict = {**own.settings_dict, "NAME": name}
    return own


def seal_in_a_thread(deposit: Deposit, database: str) -> tuple[int | None, int]:
    """The number it got, and how many receipts there are just after."""
    if database:
        connections["default"] = on_disk(connections["default"], database)
    try:
        return bids.seal(deposit).number, Evidence.objects.count()
    finally:
        connections["default"].close()


def seal_at_once(drafts: Iterable[Deposit], database: str) -> list[tuple[int | None, int]]:
    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(seal_in_a_thread, drafts, repeat(database)))


def test_numbers_have_no_gap_and_no_double_when_companies_seal_at_once(database: str) -> None:
    """P7-B8: the register of deposits is complete."""
    consultation = tenders.published()
    drafts = [bids.filled(consultation, organisations.company(f"Société {number}")) for number in range(6)]
    results = seal_at_once(drafts, database)
    assert sorted(number for number, _ in results) == [1, 2, 3, 4, 5, 6]
    assert max(count for _, count in results) == 6


def test_clicks_at_once_are_one_deposit(database: str) -> None:
    assert seal_at_once([bids.filled()] * 4, database) == [(1, 1)] * 4
