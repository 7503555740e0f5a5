"""Dates of the law: stored in UTC, counted and shown in the place's own time."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
NO_BREAK_SPACE = "\u00a0"


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the month's last day where there is none: 31 December + 2 = 28 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def paris_date(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()


def end_of_day(day: date, zone: ZoneInfo = PARIS) -> datetime:
    """The first instant of the next day in `zone`, in UTC: a limit of whole days runs until then."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)


def format_day(day: date) -> str:
    """« 1er mars 2026 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NO_BREAK_SPACE}{MONTHS[day.month - 1]}{NO_BREAK_SPACE}{day.year}"


def format_clock(moment: datetime, zone: ZoneInfo = PARIS, *, seconds: bool = False) -> str:
    """« 12 h 00 », or « 11 h 59 min 40 s » where the second decides."""
    local = moment.astimezone(zone)
    text = f"{local.hour} h {local.minute:02d}"
    if seconds:
        text += f" min {local.second:02d} s"
    return text.replace(" ", NO_BREAK_SPACE)


#: How French says whose time it is, where the name of the zone alone would not do.
ZONE_LABELS = {
    "Indian/Reunion": "heure de La Réunion",
    "America/Guadeloupe": "heure de la Guadeloupe",
    "America/Martinique": "heure de la Martinique",
    "America/Cayenne": "heure de la Guyane",
    "America/Miquelon": "heure de Saint-Pierre-et-Miquelon",
    "Indian/Mayotte": "heure de Mayotte",
    "Pacific/Noumea": "heure de la Nouvelle-Calédonie",
    "Pacific/Tahiti": "heure de Tahiti",
    "Pacific/Wallis": "heure de Wallis-et-Futuna",
}


def zone_label(zone: ZoneInfo) -> str:
    place = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return ZONE_LABELS.get(zone.key, f"heure de {place}")


def format_moment(moment: datetime, zone: ZoneInfo = PARIS, *, seconds: bool = False) -> str:
    """« lundi 30 novembre 2026 à 12 h 00 (heure de Paris) »; repeated hours of autumn carry their offset."""
    local = moment.astimezone(zone)
    label = zone_label(zone)
    if local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset():
        label += f", {local:%z}"
    clock = format_clock(moment, zone, seconds=seconds)
    return f"{DAYS[local.weekday()]} {format_day(local.date())} à {clock} ({label})"
