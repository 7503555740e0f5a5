"""Answers to the queries of anyone (RFC 3161 over HTTP): a token, or a rejection that says why.

They leave no row, only serial numbers that are not given again. A durable write for each would allow some hundreds a
second, so each process takes numbers in blocks. A block gives numbers, not time: every token is dated when it is
issued, never before the last one of its process nor before anything that was stamped when the block was taken. Between
two processes, tokens less than `BLOCK_LIFE` apart follow the machine's clock alone: `ordering` is absent from our
tokens, and RFC 3161 2.4.2 then orders only what lies farther apart than the accuracy. What the platform stamps for
itself (`stamping.reserve`) has one order for all.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from signing.services.clock_watch import ClockNotTrusted
from signing.services.stamping import Slot, advance, current_authority, in_milliseconds, reserve, serial
from signing.tsp import queries as timestamp_queries
from signing.tsp import timestamps
from signing.tsp.queries import SYSTEM_FAILURE, TIME_NOT_AVAILABLE, QueryRefused

BLOCK_SIZE = 512
#: Also how long a drift of the clock may stay unnoticed here, and how old an order between processes may be.
BLOCK_LIFE = timedelta(seconds=1)


@dataclass(slots=True)
class _Block:
    """Numbers from `number` to `end`, excluded, taken at `since`; `last` is the latest instant given."""

    number: int
    end: int
    since: datetime
    last: datetime

    def serves(self, now: datetime) -> bool:
        return self.number < self.end and self.since <= now < self.since + BLOCK_LIFE

    def take(self, now: datetime) -> Slot:
        self.last = max(self.last, in_milliseconds(now))
        self.number += 1
        return Slot(serial(self.number - 1), self.last)


class Slots:
    """The block of this process, shared by its threads."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """A forked child must not give its parent's numbers."""
        self._lock = threading.Lock()
        self._block: _Block | None = None

    def take(self, now: datetime) -> Slot:
        """Raises ClockNotTrusted."""
        if connection.in_atomic_block:  # a rollback would give the block's numbers to somebody else
            return reserve(count=1, now=now)[0]
        with self._lock:
            if self._block is None or not self._block.serves(now):
                self._block = _new_block(now, self._block.last if self._block else None)
            return self._block.take(now)


def _new_block(now: datetime, last: datetime | None) -> _Block:
    first, gen_time = advance(count=BLOCK_SIZE, now=now, not_before=last)
    return _Block(first, first + BLOCK_SIZE, since=now, last=gen_time)


slots = Slots()
os.register_at_fork(after_in_child=slots.forget)


def answer_query(*, query: bytes, now: datetime) -> bytes:
    """A TimeStampResp for a TimeStampReq. Never an exception for bad input."""
    policy = settings.TSA_POLICY_OID
    try:
        asked = timestamp_queries.read_query(query, policy=policy)
        slot = slots.take(now)
    except QueryRefused as refused:
        return timestamp_queries.rejection(refused)
    except ClockNotTrusted:
        return _unavailable(
            "L'horloge n'est pas juste en ce moment. Recommencez plus tard.", TIME_NOT_AVAILABLE
        )
    authority = current_authority(now)
    if not timestamps.is_in_service(authority, slot.gen_time):
        return _unavailable("Le certificat de cette horloge n'est plus valable.", SYSTEM_FAILURE)
    return timestamps.answer(
        asked, authority=authority, serial=slot.serial, gen_time=slot.gen_time, policy=policy
    )


def _unavailable(message: str, failure: int) -> bytes:
    return timestamp_queries.rejection(QueryRefused(message, failure))
