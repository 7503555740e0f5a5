"""How facts are told on the screen: the look of a phase, the next step, the words of the journal."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import NoReverseMatch, reverse

from tenders.models import Consultation
from tenders.queries import HistoryLine
from tenders.rules.cpv import division_label
from tenders.states import Phase


@dataclass(frozen=True, slots=True)
class Look:
    """An icon and a tone; never one without the word."""

    icon: str
    tone: str


LOOKS = {
    Phase.DRAFT: Look("pencil", "secondary"),
    Phase.OPEN: Look("unlock", "success"),
    Phase.CLOSED: Look("lock", "warning"),
    Phase.OPENED: Look("envelope-open", "info"),
    Phase.AWARDED: Look("award", "info"),
    Phase.NOTIFIED: Look("patch-check", "success"),
    Phase.CANCELLED: Look("slash-circle", "secondary"),
}

#: What visitors read where the buyer reads a task.
PUBLIC_WORDS = {Phase.CLOSED: "Clôturée", Phase.OPENED: "En cours d'analyse"}


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the buyer has to do now, on which page. `due_at`: by when, or from when."""

    text: str
    url_name: str = ""
    href: str = ""
    due_at: datetime | None = None
    due_word: str = ""


#: Phase -> what to do, and the page where it is done.
NEXT_STEPS = {
    Phase.DRAFT: NextStep("Compléter et publier", "tenders:publish"),
    Phase.OPEN: NextStep("Attendre la date limite", "bids:register"),
    Phase.CLOSED: NextStep("Ouvrir les plis", "bids:opening"),
    Phase.OPENED: NextStep("Choisir l'attributaire", "bids:award"),
    Phase.AWARDED: NextStep("Notifier le marché", "bids:award"),
    Phase.NOTIFIED: NextStep("Publier les données essentielles", "essential_data:mine"),
    Phase.CANCELLED: NextStep("Rien à faire"),
}
NOTHING_LEFT = NextStep("Rien à faire")


def next_step(consultation: Consultation, now: datetime) -> NextStep:
    """From a row that comes from `with_progress`."""
    phase = consultation.phase_at(now)
    step = NEXT_STEPS[phase]
    if phase == Phase.NOTIFIED and not vars(consultation)["has_data_to_publish"]:
        return NOTHING_LEFT
    if phase == Phase.OPEN:
        step = replace(step, due_at=consultation.deadline, due_word="jusqu'au")
    elif phase == Phase.CLOSED:
        step = replace(step, due_at=consultation.opening_at or consultation.deadline, due_word="à partir du")
    return replace(step, href=address_of(step.url_name, consultation))


def address_of(url_name: str, consultation: Consultation) -> str:
    """The page of this consultation, or the one page of that name; empty where an app has no such page."""
    for arguments in ([consultation.pk], []):
        with suppress(NoReverseMatch):
            return reverse(url_name, args=arguments)
    return ""


def cpv_rows(consultation: Consultation) -> list[tuple[str, str]]:
    """(code, heading of its division), the main code first."""
    return [(code, division_label(code)) for code in (consultation.cpv_main, *consultation.cpv_others)]


@cache
def action_labels() -> dict[str, str]:
    """The French labels of all acts, from the `journal.py` of every app."""
    labels: dict[str, str] = {}
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.journal") is not None:
            labels |= import_module(f"{config.name}.journal").ACTIONS
    return labels


def label_of(line: HistoryLine) -> str:
    return action_labels().get(line.action, line.action)
