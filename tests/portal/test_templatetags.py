"""What the template filters and tags write on the screen: French dates, amounts, sizes, icons, links."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template

from procurement.portal.templatetags import french, icons

PORTAL = Path(icons.__file__).parents[1]
NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_moment_is_written_in_paris_time():
    assert plain(french.moment(NOON)) == "lundi 30 novembre 2026 à 12 h 00 (heure de Paris)"


def test_a_moment_can_be_written_in_another_place_s_time():
    assert (
        plain(french.moment(NOON, "America/Guadeloupe"))
        == "lundi 30 novembre 2026 à 7 h 00 (heure de la Guadeloupe)"
    )


def test_a_receipt_shows_the_second():
    assert "12 h 00 min 07 s" in plain(french.moment_to_the_second(NOON + timedelta(seconds=7)))


def test_the_day_of_a_late_evening_is_the_day_in_paris():
    assert plain(french.day(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))) == "1er décembre 2026"
    assert plain(french.day(date(2026, 3, 1))) == "1er mars 2026"


def test_thousands_are_parted_by_narrow_spaces_that_do_not_break():
    assert french.euros(Decimal("85000.50")) == "85\u202f000,50\u00a0€\u00a0HT"


@pytest.mark.parametrize("shown", [french.moment, french.day, french.clock, french.euros, french.filesize_fr])
def test_what_is_not_known_shows_as_a_dash(shown):
    assert shown(None) == "—"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 octet"),
        (999, "999 octets"),
        (1000, "1 ko"),
        (12_400_000, "12,4 Mo"),
        (999_960, "1 Mo"),
        (4 * 1024**3, "4,3 Go"),
        (5 * 10**15, "5000 To"),
    ],
)
def test_file_sizes_are_decimal_and_french(size, words):
    assert plain(french.filesize_fr(size)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (-5, "0 s"),
        (59, "59 s"),
        (250, "4 min 10 s"),
        (3600, "1 h"),
        (86_400 + 3600 * 3, "1 jour 3 h"),
        (2 * 86_400 + 60, "2 jours"),
        (timedelta(days=2, hours=3, minutes=59), "2 jours 3 h"),
    ],
)
def test_a_duration_shows_its_two_largest_units(seconds, words):
    assert plain(french.duration_fr(seconds)) == words


def test_time_left_says_when_the_limit_is_reached():
    assert plain(french.time_left(NOON, NOON - timedelta(hours=25))) == "1 jour 1 h"
    assert french.time_left(NOON, NOON) == "dépassé"


def test_an_icon_is_silent_unless_it_is_given_words():
    silent = Template('{% load icons %}{% icon "clock" %}').render(Context())
    spoken = Template('{% load icons %}{% icon "clock" words %}').render(Context({"words": '<"En retard">'}))
    assert 'aria-hidden="true"' in silent
    assert "build/icons.svg#clock" in silent
    assert 'role="img" aria-label="&lt;&quot;En retard&quot;&gt;"' in spoken


def test_an_icon_that_the_sprite_lacks_is_refused():
    with pytest.raises(ValueError, match="marianne"):
        icons.icon("marianne")


def nav_link(path):
    context = Context({"request": SimpleNamespace(path=path)})
    return Template('{% load navigation %}{% nav_link "help" "Aide" %}').render(context)


def test_a_link_says_when_the_reader_is_there_or_below():
    assert 'aria-current="page"' in nav_link("/aide/")
    assert 'aria-current="true"' in nav_link("/aide/scellement/")
    assert "aria-current" not in nav_link("/aider")


def test_no_template_carries_inline_script_or_style():
    """The content security policy would refuse it; JSON for a script is data, not code."""
    for path in (PORTAL / "templates").rglob("*.html"):
        text = path.read_text()
        assert " style=" not in text, path
        assert "<style" not in text, path
        for tag in text.split("<script")[1:]:
            assert "src=" in tag.split(">")[0] or "application/json" in tag.split(">")[0], path
