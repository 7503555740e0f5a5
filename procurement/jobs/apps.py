from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "procurement.jobs"

    def ready(self) -> None:
        """Bind shared tasks to our Celery application, and let every app register its handlers (tasks.py)."""
        autodiscover_modules("tasks")
