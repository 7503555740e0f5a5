from datetime import timedelta

from django.apps import AppConfig


class ProbeConfig(AppConfig):
    """A job that can be watched from outside; installed only in the workers that these tests start."""

    name = "tests.jobs.probe"

    def ready(self) -> None:
        from procurement.jobs import services

        # A dead worker's job is free again after the lease: minutes in service, seconds here.
        services.LEASE = timedelta(seconds=2)
