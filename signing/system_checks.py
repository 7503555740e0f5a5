"""What Django checks before it starts: settings of this app that make no sense are refused rather than guessed at."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from signing.tsp.external import SettingsRefused, parse


@register()
def external_authorities(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for entry in settings.TSA_URLS:
        try:
            parse(entry).anchors()
        except SettingsRefused as error:
            found.append(Error(f"TSA_URLS: {error}", id="signing.E001"))
    return found
