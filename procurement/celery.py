"""What `celery -A procurement.celery` loads: the worker and the beat."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings.base")

from procurement.jobs.carrier import app

__all__ = ["app"]
