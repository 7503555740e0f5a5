from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from procurement.actors import Actor
from procurement.audit.models import Head
from procurement.audit.services import record
from signing.clocks.clock import ClockState
from signing.models import AuthorityClock, TimestampToken
from signing.pki.authority import Authority, ensure_authority
from signing.services.clock_watch import ClockNotTrusted, require_not_drifted
from signing.tsp import timestamps


@dataclass(frozen=True, slots=True)
class Slot:
    """A serial number and an instant, reserved for one token."""

    serial: int
    gen_time: datetime


def current_authority(now: datetime) -> Authority:
    return ensure_authority(Path(settings.DATA_DIR) / "keys", now)


@transaction.atomic
def reserve(*, count: int, now: datetime) -> list[Slot]:
    """Serial numbers never given before, at an instant never before the last one given.

    `now` is moved forward to the last instant when a clock stepped back or another process was quicker, and to the
    beginning of the authority: a later time of proof stays true of the document, an earlier one could be false.
    Raises ClockNotTrusted when the clock was found off by more than the accuracy that tokens declare.
    """
    # The journal's head is locked first, as every other act does last: one order of locks, hence no deadlock
    # between an act that journals then stamps and one that stamps then journals.
    Head.objects.select_for_update(of=("self",)).filter(pk=1).first()
    first, gen_time = advance(count=count, now=now)
    return [Slot(serial(number), gen_time) for number in range(first, first + count)]


@transaction.atomic
def advance(*, count: int, now: datetime, not_before: datetime | None = None) -> tuple[int, datetime]:
    """Take `count` numbers off the authority's sequence: the first of them, and the instant they begin at.

    `not_before` is the last instant that the caller has given out. Raises ClockNotTrusted; also when the clock is
    proved right and the last token is ahead of it: time would have to step back, or the token to be wrong.
    """
    state = require_not_drifted(now)
    begins = current_authority(now).tsa_certificate.not_valid_before_utc
    clock, _ = AuthorityClock.objects.select_for_update(of=("self",)).get_or_create(pk=1)
    instant = in_milliseconds(now)
    clock.gen_time = max(instant, begins, clock.gen_time or instant, not_before or instant)
    if state is ClockState.TRUSTED and clock.gen_time - instant > timedelta(seconds=timestamps.ACCURACY):
        raise ClockNotTrusted
    first = clock.sequence + 1
    clock.sequence += count
    clock.save(update_fields=["sequence", "gen_time"])
    return first, clock.gen_time


@transaction.atomic
def stamp(*, digest: str, actor: Actor, now: datetime) -> TimestampToken:
    """Issue and keep a timestamp of a SHA-256 given in hexadecimal, inside the caller's transaction.

    Raises ClockNotTrusted.
    """
    (slot,) = reserve(count=1, now=now)
    token = timestamps.issue(
        digest=bytes.fromhex(digest),
        authority=current_authority(now),
        serial=slot.serial,
        gen_time=slot.gen_time,
        policy=settings.TSA_POLICY_OID,
    )
    stamped = TimestampToken(
        serial=str(slot.serial),
        digest=digest.lower(),
        gen_time=slot.gen_time,
        token=timestamps.response(token),
        created_at=now,
    )
    stamped.save(force_insert=True)
    record(
        action="signing.timestamp.issue",
        subject=str(stamped.id),
        actor=actor,
        at=now,
        data={"serial": stamped.serial, "digest": stamped.digest},
    )
    return stamped


def serial(number: int) -> int:
    """The random half keeps serials unique even after the database was restored from an older copy."""
    return number << 64 | secrets.randbits(64)


def in_milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
