import uuid

from django.db import migrations, models

from procurement.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ClockReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measured_at", models.DateTimeField()),
                ("offset", models.FloatField(null=True)),
                ("error", models.FloatField(null=True)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("note", models.CharField(blank=True, max_length=500)),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.CreateModel(
            name="ExternalToken",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("digest", models.CharField(max_length=64)),
                ("authority", models.CharField(max_length=200)),
                ("url", models.CharField(max_length=500)),
                ("serial", models.CharField(max_length=400)),
                ("gen_time", models.DateTimeField()),
                ("token", models.BinaryField()),
                ("policy", models.CharField(max_length=200)),
                ("is_qualified", models.BooleanField()),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["gen_time", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("digest", "url"), name="signing_external_token_once")
                ],
            },
        ),
        append_only("signing_externaltoken"),
        append_only("signing_timestamptoken"),
    ]
