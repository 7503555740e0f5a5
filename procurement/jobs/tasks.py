from uuid import UUID

from celery import shared_task
from django.utils import timezone

from procurement.jobs import services


@shared_task(name="procurement.jobs.tasks.run_job")
def run_job(*, job_id: str, **_later: object) -> None:
    services.run(job_id=UUID(job_id), clock=timezone.now)


@shared_task(name="procurement.jobs.tasks.sweep")
def sweep(**_later: object) -> None:
    services.sweep(now=timezone.now())
