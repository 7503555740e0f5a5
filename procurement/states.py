from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from procurement.errors import DomainError

S = TypeVar("S", bound=str)


class IllegalTransition(DomainError):
    """Cette action n'est plus possible dans l'état actuel. Rien n'a été modifié; actualisez la page."""

    code = "illegal_transition"


@dataclass(frozen=True, slots=True)
class Transitions(Generic[S]):
    """A state machine as data: action -> (allowed sources, target)."""

    table: Mapping[str, tuple[frozenset[S], S]]

    def target(self, action: str, current: S) -> S:
        """The state `action` leads to, or IllegalTransition when `current` does not allow it."""
        sources, target = self.table[action]
        if current not in sources:
            raise IllegalTransition(action=action, current=str(current))
        return target

    def actions_from(self, current: S) -> list[str]:
        return [action for action, (sources, _) in self.table.items() if current in sources]
