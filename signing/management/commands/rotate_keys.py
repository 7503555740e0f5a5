from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from procurement.actors import SYSTEM
from signing.pki.authority import ROLES
from signing.services import keys


class Command(BaseCommand):
    help = (
        "Replace root, time stamping and seal of the installation's own authority, without a stop: running processes "
        "take the new keys up at once, and the old certificates stay published. Save DATA_DIR/keys afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seal", action="store_true", help="the seal, under the same root")
        parser.add_argument("--tsa", action="store_true", help="the time stamping, under the same root")

    def handle(self, *_: Any, seal: bool, tsa: bool, **options: Any) -> None:
        chosen = [role for role, wanted in (("seal", seal), ("tsa", tsa)) if wanted]
        now = timezone.now()
        keys.rotate(roles=chosen or ROLES, actor=SYSTEM, now=now)
        for expiry in keys.list_expiries(now):
            self.stdout.write(f"{expiry.what}\u00a0: jusqu'au {expiry.not_after:%d/%m/%Y}")
