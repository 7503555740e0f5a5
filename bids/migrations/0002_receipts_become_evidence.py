"""Receipts are evidence like any other; those issued before keep their facts, their time stamp and their PDF."""

from django.db import migrations


def carry_over(apps, _schema_editor):
    Receipt = apps.get_model("bids", "Receipt")
    Evidence, EvidenceView = apps.get_model("signing", "Evidence"), apps.get_model("signing", "EvidenceView")
    for receipt in Receipt.objects.order_by("pk"):
        evidence = Evidence.objects.create(
            kind="receipt",
            subject=str(receipt.deposit_id),
            document=receipt.facts,
            sha256=receipt.sha256,
            signature=b"",
            token_id=receipt.token_id,
            made_at=receipt.issued_at,
        )
        if receipt.pdf_id:
            EvidenceView.objects.create(
                evidence=evidence,
                file_id=receipt.pdf_id,
                # Before renewals were counted; the next run of the renewal job adds a time stamp.
                protected_until=receipt.issued_at,
                made_at=receipt.issued_at,
            )


class Migration(migrations.Migration):
    dependencies = [("bids", "0001_initial"), ("signing", "0003_evidence")]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="Receipt"),
    ]
