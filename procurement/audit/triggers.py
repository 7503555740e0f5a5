"""Tables that only grow: the database itself refuses UPDATE, DELETE and TRUNCATE, whoever holds the connection.

For migrations: `operations = [append_only("app_table")]`. On PostgreSQL one function serves all tables; SQLite has a
trigger for each act.
"""

from typing import Any

from django.db.migrations.operations import RunPython

FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
"""


def append_only(table: str, *, may_delete: bool = False) -> RunPython:
    """Refuse every change of a row. `may_delete`: rows may go (erasure), never change."""
    acts = ["update"] if may_delete else ["update", "delete"]

    def add(_apps: Any, schema_editor: Any) -> None:
        for statement in _creations(schema_editor.connection.vendor, table, acts):
            schema_editor.execute(statement, params=None)  # a percent sign is PL/pgSQL's here

    def drop(_apps: Any, schema_editor: Any) -> None:
        remove(schema_editor, table)

    return RunPython(add, drop)


def remove(schema_editor: Any, table: str) -> None:
    """For the rare migration that must rewrite such a table; it puts them back with `append_only`."""
    on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
    for name in ("append_only", "no_truncate", "no_update", "no_delete"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")


def _creations(vendor: str, table: str, acts: list[str]) -> list[str]:
    if vendor == "postgresql":
        events, execute = " OR ".join(acts).upper(), "EXECUTE FUNCTION audit_refuse_change()"
        return [
            FUNCTION,
            f"CREATE TRIGGER {table}_append_only BEFORE {events} ON {table} FOR EACH ROW {execute}",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {execute}",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} {refuse}" for act in acts]
