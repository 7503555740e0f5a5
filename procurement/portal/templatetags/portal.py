from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def lookup(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a key, 0 where it is absent: for counters."""
    return mapping.get(key, 0)
