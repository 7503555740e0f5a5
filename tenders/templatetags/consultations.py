"""Tags about a consultation, for the templates of every app that shows one."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

from procurement.calendars import PARIS
from tenders.models import Consultation
from tenders.presentation import LOOKS, PUBLIC_WORDS, NextStep, next_step
from tenders.rules.cpv import division_label
from tenders.rules.places import place_label

register = template.Library()


@register.inclusion_tag("tenders/phase_badge.html")
def phase_badge(consultation: Consultation, now: datetime, audience: str = "buyer") -> dict[str, object]:
    """The state as an icon and a word; `audience` "public" leaves the buyer's tasks out."""
    phase = with_progress(consultation).phase_at(now)
    word = PUBLIC_WORDS.get(phase, phase.label) if audience == "public" else phase.label
    return {"look": LOOKS[phase], "word": word}


@register.simple_tag(name="next_step")
def next_step_tag(consultation: Consultation, now: datetime) -> NextStep:
    return next_step(with_progress(consultation), now)


def with_progress(consultation: Consultation) -> Consultation:
    """The row itself when it comes from `with_progress`, as lists give it; read again otherwise."""
    if "has_award" in vars(consultation):
        return consultation
    return Consultation.objects.with_progress().get(pk=consultation.pk)


@register.filter
def place(consultation: Consultation) -> str:
    """« Landes (40) »; empty when no place is said."""
    return place_label(nuts=consultation.nuts, insee_code=consultation.insee_code)


@register.filter
def cpv_heading(code: str) -> str:
    return division_label(code)


@register.filter
def other_zone(consultation: Consultation) -> ZoneInfo | None:
    """The buyer's time zone where its clocks differ from those of Paris at the deadline."""
    zone = consultation.buyer.zone
    differs = (
        consultation.deadline.astimezone(zone).utcoffset()
        != consultation.deadline.astimezone(PARIS).utcoffset()
    )
    return zone if differs else None
