"""What differs across the DUMEs of a group, for its lead: what a buyer would see side by side."""

from collections.abc import Iterator, Sequence

from dume.model import Dume
from dume.values import lot_label


def differences(lead: Dume, members: Sequence[tuple[str, Dume]]) -> Iterator[str]:
    """Sentences; `members` are names with the documents that may be read."""
    for name, dume in members:
        if dume.procedure.reference != lead.procedure.reference:
            yield (
                f"{name} répond à la consultation «\u00a0{dume.procedure.reference}\u00a0», "
                f"vous à «\u00a0{lead.procedure.reference}\u00a0»."
            )
        if lots_of(dume) != lots_of(lead):
            yield f"{name} répond pour {lots_of(dume)}, vous pour {lots_of(lead)}."
    for name, dume in (("Vous", lead), *members):
        for ground in dume.exclusion_grounds:
            if ground.declared:
                yield f"{name}\u00a0: motif d'exclusion déclaré, «\u00a0{ground.title}\u00a0»."


def lots_of(dume: Dume) -> str:
    return ", ".join(lot_label(lot) for lot in dume.procedure.lots if lot_label(lot)) or "le marché entier"
