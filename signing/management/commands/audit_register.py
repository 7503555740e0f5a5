import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from signing.inspection import Part, inspect
from signing.services.stamping import current_authority


class Command(BaseCommand):
    help = "Read the journal, the register and all evidence again; name the first mismatch of each. Exit 1 for any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object per part")

    def handle(self, *_args: Any, **options: Any) -> None:
        broken = False
        for part in inspect(current_authority(timezone.now())):
            self.stdout.write(as_json(part) if options["json"] else as_text(part))
            broken |= part.mismatch is not None
        if broken:
            sys.exit(1)


def as_json(part: Part) -> str:
    found = part.mismatch
    content = {
        "part": part.name,
        "rows": part.rows,
        "holds": found is None,
        "mismatch": {"place": found.place, "message": found.message} if found else None,
    }
    return json.dumps(content, ensure_ascii=False)


def as_text(part: Part) -> str:
    lines = f"{part.name} ({part.rows})"
    if part.mismatch is None:
        return f"{lines}\u00a0: intact"
    return f"{lines}\u00a0: ALTÉRÉ, {part.mismatch.place}. {part.mismatch.message}"
