from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from signing.services.trusted_lists import list_fetcher, refresh_trusted_lists


class Command(BaseCommand):
    help = (
        "Read the trusted lists at their addresses (TRUSTED_LIST_URLS) and keep them for the checks of signatures. "
        "Exit status 1 when a list could not be read; the copy kept earlier is still used."
    )

    def handle(self, *_: Any, **options: Any) -> None:
        if not settings.TRUSTED_LIST_URLS:
            raise CommandError("TRUSTED_LIST_URLS is empty: there is no list to read.", returncode=2)
        found = refresh_trusted_lists(now=timezone.now(), fetcher=list_fetcher())
        for outcome in found:
            self.stdout.write(f"{outcome.name}: {outcome.problem or 'lue'}")
        if any(outcome.problem for outcome in found):
            raise CommandError("Some lists could not be read.")
