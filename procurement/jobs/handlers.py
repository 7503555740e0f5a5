"""Handlers are registered by the apps in their tasks.py: kind of job -> function."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol


class Progress(Protocol):
    """Called by a handler as it advances; also renews the lease, so that a long job is not taken twice."""

    def __call__(self, done: int, total: int) -> None: ...


class Handler(Protocol):
    def __call__(self, *, subject: str, now: datetime, progress: Progress) -> None: ...


HANDLERS: dict[str, Handler] = {}
#: kind -> how often it comes back.
PERIODIC: dict[str, timedelta] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind; it must be idempotent (a job may be run again)."""

    def register(function: Handler) -> Handler:
        HANDLERS[kind] = function
        return function

    return register


def periodic(kind: str, every: timedelta) -> Callable[[Handler], Handler]:
    """Like `handler`, for work that comes back: the sweep keeps one row of it waiting at all times."""

    def register(function: Handler) -> Handler:
        PERIODIC[kind] = every
        return handler(kind)(function)

    return register
