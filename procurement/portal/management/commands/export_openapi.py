import json
from typing import Any

from django.core.management.base import BaseCommand
from django.test import RequestFactory
from django.urls import resolve, reverse


class Command(BaseCommand):
    help = "Print the OpenAPI description, as docs/openapi.json keeps it."

    def handle(self, *_args: Any, **_options: Any) -> None:
        # Asked by its address: the portal does not import the API, which stands beside it.
        path = reverse("api-v1:openapi-json")
        response = resolve(path).func(RequestFactory().get(path))
        self.stdout.write(
            json.dumps(json.loads(response.content), ensure_ascii=False, indent=1, sort_keys=True)
        )
