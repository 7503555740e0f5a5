"""Icons of the sprite that the asset build makes from `assets/icons.json`."""

import json
from functools import cache
from pathlib import Path

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

ICON_LIST = Path(__file__).parents[1] / "assets" / "icons.json"
SPRITE = "build/icons.svg"


@cache
def icon_names() -> frozenset[str]:
    return frozenset(json.loads(ICON_LIST.read_text()))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline SVG, hidden from assistive technology unless `label` gives it words; ValueError if not in the list."""
    if name not in icon_names():
        raise ValueError(f"icon {name!r} is not listed in {ICON_LIST.name}")
    href = f"{static(SPRITE)}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', href
    )
