from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from signing.sealing.keys import chosen
from signing.sealing.keys.seal_key import SealUnavailable
from signing.services.stamping import current_authority


class Command(BaseCommand):
    help = (
        "Create the installation's time-stamping authority and seal if they do not exist yet; harmless again. "
        "Says so when the key that SEAL_KEY chooses cannot be opened."
    )

    def handle(self, *_: Any, verbosity: int, **options: Any) -> None:
        now = timezone.now()
        current_authority(now)
        if verbosity > 1:
            self.stdout.write("The keys of the installation exist.")
        holder = chosen.configured()
        if holder is None:
            return
        try:
            holder.use(lambda key: key.certificate, now)
        except SealUnavailable as failure:  # the service starts all the same, with the seal made here
            self.stderr.write(str(failure))
