import json
from typing import Any

from django.core.management.base import BaseCommand

from procurement.api import api


class Command(BaseCommand):
    help = "Print the OpenAPI description, as docs/openapi.json keeps it."

    def handle(self, *_args: Any, **_options: Any) -> None:
        schema = json.loads(json.dumps(api.get_openapi_schema(), default=str))
        self.stdout.write(json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True))
