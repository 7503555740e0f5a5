"""The journal is append-only in the database itself: no UPDATE, no DELETE, whoever holds the connection."""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
"""
SQLITE = [
    f"CREATE TRIGGER audit_entry_no_{act} BEFORE {act} ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    for act in ("update", "delete")
]


def add_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE:
            schema_editor.execute(statement)


def add_head(apps, schema_editor):
    apps.get_model("audit", "Head").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunPython(add_head, migrations.RunPython.noop),
        migrations.RunPython(add_triggers, migrations.RunPython.noop),
    ]
