"""A DUME to keep: one HTML file without script nor request, one tagged PDF. Both are made of the same Page."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.template.loader import render_to_string

from dume.model import Dume
from dume.render import ECERTIS, Page, page_of
from dume.report import Report
from procurement import pdf
from procurement.calendars import format_moment

TEMPLATE = Path(__file__).parent / "templates" / "typst" / "dume.typ"
#: Letters; a title that stays within two lines.
LONGEST_TITLE = 150


def html_of(dume: Dume, report: Report) -> str:
    """A whole page; `report` is the check of the same document (dume.validate.check)."""
    return render_to_string("dume/page.html", {"page": page_of(dume, report), "ecertis_home": ECERTIS})


def pdf_of(dume: Dume, report: Report, *, now: datetime) -> bytes:
    """PDF/A-3a and PDF/UA-1; the same document at the same `now` gives the same bytes."""
    return pdf.render(TEMPLATE, words_of(page_of(dume, report), now), now=now)


def shortened(text: str) -> str:
    """For the foot of every page, which a name of a thousand letters would fill; it is whole in the form."""
    return text if len(text) <= LONGEST_TITLE else f"{text[:LONGEST_TITLE]}…"


def words_of(page: Page, now: datetime) -> dict[str, object]:
    """The page as JSON values; of the report, what it tells."""
    words = asdict(page)
    del words["report"]
    return words | {
        "title": shortened(page.title),
        "number": shortened(page.number),
        "remarks": [[finding.severity.label, finding.where, finding.message] for finding in page.report.told],
        "technical": len(page.report.technical),
        "declared_titles": [row.title for row in page.declared_rows],
        "silent_titles": [row.title for row in page.silent_rows],
        "issuer": page.buyer,
        "issued": f"Mis en page le {format_moment(now)}. Seul le fichier XML fait foi.",
        "ecertis_home": ECERTIS,
    }
