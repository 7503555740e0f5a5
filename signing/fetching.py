"""The HTTP client for what certificates and lists name, as the settings say."""

from pathlib import Path
from typing import Any

from django.conf import settings

from procurement.network.connections import Proxy
from procurement.network.fetching import Fetcher


def fetcher_of_installation(**bounds: Any) -> Fetcher:
    """By SIGNATURE_FETCH, SIGNATURE_FETCH_PRIVATE and SIGNATURE_PROXY, with other bounds when given."""
    chosen: dict[str, Any] = {
        "allow_private": settings.SIGNATURE_FETCH_PRIVATE,
        "cache": Path(settings.DATA_DIR) / "fetched",
        "offline": not settings.SIGNATURE_FETCH,
        "proxy": Proxy(settings.SIGNATURE_PROXY) if settings.SIGNATURE_PROXY else None,
    }
    return Fetcher(**(chosen | bounds))
