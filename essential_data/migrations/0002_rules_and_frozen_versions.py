"""The dated rules known at first start, and the freeze of what is published.

A later migration that alters `essential_data_publication` makes SQLite rebuild the table and lose these triggers:
it must create them again.
"""

from datetime import date
from decimal import Decimal

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION essential_data_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'published essential data never change'; END $$;
CREATE TRIGGER essential_data_frozen BEFORE UPDATE OR DELETE ON essential_data_publication
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION essential_data_refuse_change();
"""
SQLITE = [
    f"CREATE TRIGGER essential_data_frozen_{act} BEFORE {act} ON essential_data_publication "
    "WHEN OLD.published_at IS NOT NULL "
    "BEGIN SELECT RAISE(ABORT, 'published essential data never change'); END;"
    for act in ("update", "delete")
]

ARTICLE = "Code de la commande publique, art. R. 2196-1"
RULES = [
    {
        "label": "Marchés à partir de 25 000 € HT (2018 et 2019)",
        "kind": "contract",
        "starts_on": date(2018, 10, 1),
        "ends_on": date(2019, 12, 31),
        "minimum_amount": Decimal(25000),
        "months": 2,
        "counted_from": "notification",
        "duty": "full",
        "basis": "law",
        "drives_publication": True,
        "source": f"{ARTICLE}, dans sa rédaction en vigueur du 1er octobre 2018 au 31 décembre 2019",
    },
    {
        "label": "Marchés à partir de 40 000 € HT",
        "kind": "contract",
        "starts_on": date(2020, 1, 1),
        "ends_on": None,
        "minimum_amount": Decimal(40000),
        "months": 2,
        "counted_from": "notification",
        "duty": "full",
        "basis": "law",
        "drives_publication": True,
        "source": f"{ARTICLE} (décret n° 2019-1344 ; données de l'arrêté du 22 décembre 2022 depuis 2024)",
    },
    {
        "label": "Marchés de 25 000 à 40 000 € HT : liste annuelle au premier trimestre",
        "kind": "contract",
        "starts_on": date(2020, 1, 1),
        "ends_on": None,
        "minimum_amount": Decimal(25000),
        "months": 0,
        "counted_from": "notification",
        "duty": "list",
        "basis": "law",
        "drives_publication": False,
        "source": f"{ARTICLE} : publication complète ou liste annuelle, au choix de l'acheteur",
    },
    {
        "label": "Marchés à partir de 25 000 € HT, publiés comme les autres",
        "kind": "contract",
        "starts_on": date(2020, 1, 1),
        "ends_on": None,
        "minimum_amount": Decimal(25000),
        "months": 2,
        "counted_from": "notification",
        "duty": "full",
        "basis": "policy",
        "drives_publication": True,
        "source": "Choix de l'exploitant de la plateforme : le seuil de 25 000 € HT donne lieu à publication complète",
    },
    {
        "label": "Toutes les concessions",
        "kind": "concession",
        "starts_on": date(2018, 10, 1),
        "ends_on": None,
        "minimum_amount": Decimal(0),
        "months": 0,
        "counted_from": "before_execution",
        "duty": "full",
        "basis": "law",
        "drives_publication": True,
        "source": "Code de la commande publique, art. R. 3131-1",
    },
]


def add_rules(apps, schema_editor):
    rule = apps.get_model("essential_data", "PublicationRule")
    rule.objects.bulk_create([rule(**values) for values in RULES])


def add_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("essential_data", "0001_initial")]

    operations = [
        migrations.RunPython(add_rules, migrations.RunPython.noop),
        migrations.RunPython(add_triggers, migrations.RunPython.noop),
    ]
