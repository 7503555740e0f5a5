"""The journal becomes the register: every line a leaf of a Merkle tree, names apart from lines.

The lines that exist are written in the new form once (they were published nowhere); from here on nothing rewrites.
"""

import secrets
import uuid

import django.db.models.deletion
from django.db import migrations, models

from procurement.audit.lines import digest, digest_of_actor, line
from procurement.audit.merkle import Frontier, leaf_hash
from procurement.audit.triggers import append_only, remove


def lift_triggers(_apps, schema_editor):
    remove(schema_editor, "audit_entry")


def write_lines(apps, _schema_editor):
    Entry, Node = apps.get_model("audit", "Entry"), apps.get_model("audit", "Node")
    Identity, Head = apps.get_model("audit", "ActorIdentity"), apps.get_model("audit", "Head")
    tree, known = Frontier(), {}
    for entry in Entry.objects.order_by("sequence"):
        actor = (entry.actor_id, entry.actor_label, entry.organisation_id)
        if actor not in known:
            salt = secrets.token_hex(16)
            hashed = digest_of_actor(actor_id=actor[0], label=actor[1], organisation_id=actor[2], salt=salt)
            Identity.objects.create(
                digest=hashed, salt=salt, actor_id=actor[0], label=actor[1], organisation_id=actor[2]
            )
            known[actor] = hashed
        entry.identity_id, entry.salt = known[actor], secrets.token_hex(16)
        leaf = digest(
            line(
                sequence=entry.sequence,
                at=entry.at,
                action=entry.action,
                subject=entry.subject,
                actor=entry.identity_id,
                data=entry.data,
                salt=entry.salt,
            )
        )
        entry.hash = leaf.hex()
        entry.save()
        tree, completed = tree.append(leaf_hash(leaf))
        Node.objects.bulk_create(
            Node(level=level, index=index, hash=value) for (level, index), value in completed
        )
    Head.objects.update_or_create(pk=1, defaults={"size": tree.size, "frontier": tree.to_bytes()})


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.RunPython(lift_triggers),
        migrations.CreateModel(
            name="ActorIdentity",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("salt", models.CharField(max_length=32)),
                ("actor_id", models.UUIDField(null=True)),
                ("label", models.CharField(max_length=300)),
                ("organisation_id", models.UUIDField(null=True)),
            ],
            options={
                "ordering": ["digest"],
                "indexes": [
                    models.Index(fields=["actor_id", "label"], name="audit_actor_actor_i_7269b4_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={"ordering": ["level", "index"]},
        ),
        migrations.AddField("head", "frontier", models.BinaryField(default=bytes)),
        migrations.RenameField("head", "chain_id", "register_id"),
        migrations.RemoveField("head", "hash"),
        migrations.AddField(
            "entry",
            "identity",
            models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="audit.actoridentity",
            ),
        ),
        migrations.AddField(
            "entry", "salt", models.CharField(default="", max_length=32), preserve_default=False
        ),
        migrations.RunPython(write_lines, migrations.RunPython.noop),
        migrations.RemoveField("entry", "actor_id"),
        migrations.RemoveField("entry", "actor_label"),
        migrations.RemoveField("entry", "organisation_id"),
        migrations.RemoveField("entry", "previous_hash"),
        append_only("audit_entry"),
        append_only("audit_node"),
        append_only("audit_actoridentity", may_delete=True),
    ]
