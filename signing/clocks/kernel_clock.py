"""What the system knows of its own clock: adjtimex(2), read only. chrony, ntpd and systemd-timesyncd report there."""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass

_STA_UNSYNC, _STA_NANO = 0x0040, 0x2000


class _Timex(ctypes.Structure):
    """struct timex of Linux."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("time", ctypes.c_long * 2),
        ("tick", ctypes.c_long),
        ("ppsfreq", ctypes.c_long),
        ("jitter", ctypes.c_long),
        ("shift", ctypes.c_int),
        ("counters", ctypes.c_long * 5),
        ("tai", ctypes.c_int),
        ("room", ctypes.c_int * 11),
    )


@dataclass(frozen=True, slots=True)
class Synchronisation:
    """Seconds: what is still to be added to the clock, and the bound that the kernel keeps on its error."""

    offset: float
    error: float


def synchronisation() -> Synchronisation | None:
    """None where nothing keeps the clock, or nothing tells (containers, other systems)."""
    if not sys.platform.startswith("linux"):
        return None
    state = _Timex()
    try:
        told = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(state))
    except (OSError, AttributeError):
        return None
    return None if told < 0 else interpret(state.status, state.offset, state.maxerror)


def interpret(status: int, offset: int, maxerror: int) -> Synchronisation | None:
    """`offset` is in nanoseconds or microseconds, as `status` says; `maxerror` in microseconds."""
    if status & _STA_UNSYNC:
        return None
    return Synchronisation(offset / (1e9 if status & _STA_NANO else 1e6), maxerror / 1e6)
