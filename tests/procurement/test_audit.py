"""The journal is the register: a Merkle tree over lines that nobody can rewrite unseen (P7-B8, P8-6)."""

import uuid
from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from procurement.actors import SYSTEM, Actor
from procurement.audit import queries
from procurement.audit.inspection import find_mismatch
from procurement.audit.lines import digest
from procurement.audit.merkle import is_consistent, is_included, leaf_hash
from procurement.audit.models import ERASED, Entry, Node
from procurement.audit.services import forget_actor, record, record_with_proof
from tests.emptying import without_triggers

pytestmark = pytest.mark.django_db
FIRST_LEAF = 'SELECT n.hash FROM audit_node n WHERE n.level = 0 AND n."index" = 0'
PERSON = Actor(id=uuid.uuid4(), label="Personne fictive", organisation_id=uuid.uuid4())


def lines(count: int, now: datetime) -> list[Entry]:
    return [record(action="x.y.z", subject=str(n), actor=SYSTEM, at=now, data={"n": n}) for n in range(count)]


def rewrite(statement: str) -> None:
    """As somebody who holds the database and has taken the triggers away."""
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_each_line_is_the_last_leaf_of_the_tree_it_ends(now: datetime) -> None:
    lines(6, now)
    found = record_with_proof(action="x.y.z", subject="a", actor=PERSON, at=now)
    leaf = leaf_hash(digest(found.line))
    assert found.root == queries.get_tree().root() == queries.get_root(7)
    assert is_included(leaf=leaf, index=found.index, size=found.size, proof=found.proof, root=found.root)


def test_any_line_is_proved_in_any_later_tree(now: datetime) -> None:
    written = lines(11, now)
    for index, entry in enumerate(written):
        proof = queries.prove_inclusion(index, 11)
        leaf = leaf_hash(bytes.fromhex(entry.hash))
        assert is_included(leaf=leaf, index=index, size=11, proof=proof, root=queries.get_root(11))


def test_a_later_tree_is_proved_to_continue_an_older_one(now: datetime) -> None:
    lines(5, now)
    old_root = queries.get_tree().root()
    lines(6, now)
    proof = queries.prove_consistency(5, 11)
    assert is_consistent(old=5, old_root=old_root, new=11, new_root=queries.get_root(11), proof=proof)


def test_a_proof_asks_the_database_once(now: datetime, django_assert_num_queries) -> None:
    lines(9, now)
    with django_assert_num_queries(1):
        queries.prove_inclusion(3, 9)


@pytest.mark.parametrize("table", ["audit_entry", "audit_node"])
@pytest.mark.parametrize("act", ["UPDATE {table} SET hash = hash", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_or_remove_a_line(now: datetime, table: str, act: str) -> None:
    lines(1, now)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(table=table))
    assert find_mismatch() is None


def test_the_database_refuses_to_say_that_somebody_else_acted(now: datetime) -> None:
    record(action="x.y.z", subject="a", actor=PERSON, at=now)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE audit_actoridentity SET label = 'une autre'")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE")
def test_postgresql_refuses_to_empty_the_journal(now: datetime) -> None:
    lines(1, now)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE audit_entry")


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE audit_entry SET subject = 'autre' WHERE sequence = 3", "ligne 3"),
        ("DELETE FROM audit_entry WHERE sequence = 4", "ligne 4"),
        ("DELETE FROM audit_entry WHERE sequence = 9", "tête"),
        (f'UPDATE audit_node SET hash = ({FIRST_LEAF}) WHERE level = 1 AND "index" = 2', "nœud 1/2"),  # noqa: S608
        ("UPDATE audit_head SET size = 8", "tête"),
        ("DELETE FROM audit_node WHERE level = 3", "nœud 3/0"),
    ],
)  # fmt: skip
def test_the_inspection_names_the_first_mismatch(now: datetime, statement: str, place: str) -> None:
    lines(9, now)
    rewrite(statement)
    found = find_mismatch()
    assert found is not None
    assert found.place == place


def test_a_line_rewritten_with_its_digest_does_not_fit_the_tree(now: datetime) -> None:
    entry = lines(3, now)[1]
    entry.subject = "autre"
    forged = digest(entry.as_line()).hex()
    rewrite(f"UPDATE audit_entry SET subject = 'autre', hash = '{forged}' WHERE sequence = 2")  # noqa: S608
    found = find_mismatch()
    assert found is not None
    assert found.place == "nœud 0/1"


def test_a_line_slipped_in_is_found(now: datetime) -> None:
    lines(1, now)
    forged = Entry.objects.get()
    forged.sequence, forged.subject = 2, "forged"
    forged.hash = digest(forged.as_line()).hex()
    forged.save(force_insert=True)
    found = find_mismatch()
    assert found is not None
    assert found.place == "nœud 0/1"


def test_a_node_too_many_is_found(now: datetime) -> None:
    lines(2, now)
    Node.objects.create(level=4, index=7, hash=bytes(32))
    found = find_mismatch()
    assert found is not None
    assert found.place == "nœuds"


def test_erasing_a_person_leaves_every_proof_intact(now: datetime) -> None:
    found = record_with_proof(action="x.y.z", subject="a", actor=PERSON, at=now)
    before = Entry.objects.values_list("sequence", "hash").get()
    forget_actor(actor_id=PERSON.id, actor=SYSTEM, at=now)
    assert Entry.objects.values_list("sequence", "hash").first() == before
    assert Entry.objects.first().actor_label == ERASED
    assert queries.list_about(["a"]).get().actor_label == ERASED
    assert find_mismatch() is None
    leaf = leaf_hash(digest(found.line))
    assert is_included(leaf=leaf, index=found.index, size=found.size, proof=found.proof, root=found.root)


def test_no_line_and_no_leaf_names_a_person(now: datetime) -> None:
    found = record_with_proof(action="x.y.z", subject="a", actor=PERSON, at=now)
    written = str(found.line)
    assert PERSON.label not in written
    assert str(PERSON.id) not in written


def test_the_same_act_by_the_same_person_gives_another_leaf(now: datetime) -> None:
    first, second = (record_with_proof(action="x.y.z", subject="a", actor=PERSON, at=now) for _ in range(2))
    assert first.entry.identity_id == second.entry.identity_id
    assert first.entry.salt != second.entry.salt


def test_what_is_undone_leaves_no_line(now: datetime) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        record(action="x.y.z", subject="a", actor=SYSTEM, at=now)
        raise RuntimeError
    assert not Entry.objects.exists()
    assert find_mismatch() is None
