"""Links that know whether they lead to where the reader already is."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def nav_link(context: Context, view_name: str, text: str) -> SafeString:
    """`<a>` to a named page, marked aria-current="page" there and "true" on the pages below it."""
    href = reverse(view_name)
    request = context.get("request")
    path = request.path if request is not None else ""
    current = "page" if path == href else "true" if href != "/" and path.startswith(href) else ""
    if current:
        return format_html('<a class="site-nav-link" href="{}" aria-current="{}">{}</a>', href, current, text)
    return format_html('<a class="site-nav-link" href="{}">{}</a>', href, text)
