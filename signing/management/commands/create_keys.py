from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from signing.services.stamping import current_authority


class Command(BaseCommand):
    help = (
        "Create the installation's time-stamping authority and seal if they do not exist yet; harmless again."
    )

    def handle(self, *_: Any, verbosity: int, **options: Any) -> None:
        current_authority(timezone.now())
        if verbosity > 1:
            self.stdout.write("The keys of the installation exist.")
