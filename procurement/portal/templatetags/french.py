"""French dates, amounts, sizes and durations for the templates; None shows as an em dash."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template

from procurement.calendars import NO_BREAK_SPACE, PARIS, format_clock, format_day, format_moment
from procurement.money import format_euros

register = template.Library()

NOTHING = "—"
SIZE_UNITS = ("octets", "ko", "Mo", "Go", "To")


def _zone(zone: ZoneInfo | str | None) -> ZoneInfo:
    if isinstance(zone, ZoneInfo):
        return zone
    return ZoneInfo(zone) if zone else PARIS


def _plural(count: int, word: str) -> str:
    return f"{count}{NO_BREAK_SPACE}{word}{'s' if count > 1 else ''}"


@register.filter
def moment(value: datetime | None, zone: ZoneInfo | str | None = None) -> str:
    """« lundi 30 novembre 2026 à 12 h 00 (heure de Paris) »; `zone` names another place's time."""
    return NOTHING if value is None else format_moment(value, _zone(zone))


@register.filter
def moment_to_the_second(value: datetime | None, zone: ZoneInfo | str | None = None) -> str:
    """The same with seconds, where the second decides (deposits, receipts)."""
    return NOTHING if value is None else format_moment(value, _zone(zone), seconds=True)


@register.filter
def day(value: date | datetime | None, zone: ZoneInfo | str | None = None) -> str:
    """« 30 novembre 2026 »; of a datetime, the day it is in `zone`."""
    if value is None:
        return NOTHING
    return format_day(value.astimezone(_zone(zone)).date() if isinstance(value, datetime) else value)


@register.filter
def clock(value: datetime | None, zone: ZoneInfo | str | None = None) -> str:
    """« 12 h 00 »."""
    return NOTHING if value is None else format_clock(value, _zone(zone))


@register.filter
def euros(value: Decimal | int | None) -> str:
    """« 85 000,50 € HT »."""
    return NOTHING if value is None else format_euros(Decimal(value))


@register.filter
def filesize_fr(value: int | None) -> str:
    """« 12,4 Mo », in powers of 1000 as disks and networks count."""
    if value is None:
        return NOTHING
    amount, unit = float(value), 0
    # 999,95 would be written « 1 000,0 »: go up a unit before rounding does.
    while amount >= (1000 if unit == 0 else 999.95) and unit < len(SIZE_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    if unit == 0:
        return _plural(value, "octet")
    return f"{amount:.1f}".replace(".", ",").removesuffix(",0") + NO_BREAK_SPACE + SIZE_UNITS[unit]


@register.filter
def duration_fr(value: timedelta | int | None) -> str:
    """The two largest units of a duration (timedelta or seconds): « 2 jours 3 h », « 4 min 10 s »."""
    if value is None:
        return NOTHING
    seconds = max(0, int(value.total_seconds() if isinstance(value, timedelta) else value))
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    words = [
        _plural(days, "jour") if days else "",
        f"{hours}{NO_BREAK_SPACE}h" if hours else "",
        f"{minutes}{NO_BREAK_SPACE}min" if minutes else "",
        f"{seconds}{NO_BREAK_SPACE}s" if seconds else "",
    ]
    first = next((index for index, word in enumerate(words) if word), None)
    if first is None:
        return f"0{NO_BREAK_SPACE}s"
    return " ".join(word for word in words[first : first + 2] if word)


@register.filter
def time_left(limit: datetime | None, now: datetime) -> str:
    """What is left until `limit`: « 2 jours 3 h », or « dépassé »."""
    if limit is None:
        return NOTHING
    return duration_fr(limit - now) if limit > now else "dépassé"
