"""After a test that commits, the database is what the migrations left: their rows, and nothing else.

Django empties every table after such a test (flush), the rows made by migrations too, and on SQLite the append-only
journal refuses it. Here the triggers step aside for the flush and the rows come back, whatever the order of tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase


@contextmanager
def empties_to_migrated_rows() -> Iterator[None]:
    """For the session: replace how a committing test finds and leaves the database."""
    migrated: list[str] = []

    def remember(_tests: type[TransactionTestCase]) -> None:
        # Before the first such test the tables hold what the migrations wrote: the others roll back.
        if not migrated:
            migrated.append(connection.creation.serialize_db_to_string())

    def restore(_test: TransactionTestCase) -> None:
        with without_triggers():
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
            connection.creation.deserialize_db_from_string(migrated[0])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(remember))
        patch.setattr(TransactionTestCase, "_fixture_teardown", restore)
        yield


@contextmanager
def without_triggers() -> Iterator[None]:
    """Both databases empty with a statement that the append-only tables refuse."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                yield
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")
        return
    with connection.cursor() as cursor:
        triggers = list_triggers(cursor)
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            yield
        finally:
            for _, definition in triggers:
                cursor.execute(definition)


def list_triggers(cursor: CursorWrapper) -> list[tuple[str, str]]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return list(cursor.fetchall())
