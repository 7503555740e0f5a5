from django.db.models import QuerySet

from procurement.audit import queries as audit
from signing.models import Checkpoint
from signing.register import notes


def get_latest() -> Checkpoint | None:
    return Checkpoint.objects.select_related("token").order_by("-size").first()


def get_checkpoint(size: int) -> Checkpoint:
    return Checkpoint.objects.select_related("token").get(size=size)


def list_checkpoints() -> QuerySet[Checkpoint]:
    return Checkpoint.objects.select_related("token").order_by("-size")


def consistency(old: int) -> notes.Consistency | None:
    """The proof that the last published checkpoint continues a tree of `old` lines; None until one is that large."""
    latest = get_latest()
    if latest is None or not 0 < old <= latest.size:
        return None
    return notes.Consistency(old, tuple(audit.prove_consistency(old, latest.size)), latest.note)
