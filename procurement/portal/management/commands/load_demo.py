from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from procurement.organisations.models import Organisation
from procurement.portal.demonstration import scenes


class Command(BaseCommand):
    help = "Load the demonstration: fictional organisations, consultations at every stage. Only into an empty platform."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there are organisations"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if Organisation.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("this platform has organisations: the demonstration is for an empty one")
        with transaction.atomic():
            scenes.play(timezone.now())
        self.stdout.write("The demonstration is loaded.")
