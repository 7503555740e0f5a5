"""The journal: chained, append-only, without personal data of its own making (P7-B8, P8-6)."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from procurement.actors import SYSTEM
from procurement.audit import queries
from procurement.audit.models import Entry
from procurement.audit.services import record

pytestmark = pytest.mark.django_db


def test_each_line_holds_the_hash_of_the_line_before(now: datetime) -> None:
    first = record(action="x.y.z", subject="a", actor=SYSTEM, at=now, data={"n": 1})
    second = record(action="x.y.z", subject="b", actor=SYSTEM, at=now)
    assert second.sequence == first.sequence + 1
    assert second.previous_hash == first.hash
    assert queries.find_break() is None


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET subject = 'c'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_or_remove_a_line(now: datetime, statement: str) -> None:
    record(action="x.y.z", subject="a", actor=SYSTEM, at=now)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.get().subject == "a"


def test_a_line_slipped_in_breaks_the_chain(now: datetime) -> None:
    record(action="x.y.z", subject="a", actor=SYSTEM, at=now)
    forged = Entry.objects.get()
    forged.sequence, forged.subject = 2, "forged"
    forged.save(force_insert=True)
    assert queries.find_break() == 2


def test_what_is_undone_leaves_no_line(now: datetime) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        record(action="x.y.z", subject="a", actor=SYSTEM, at=now)
        raise RuntimeError
    assert not Entry.objects.exists()
    assert queries.find_break() is None
