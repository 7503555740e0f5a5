from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from procurement.jobs.handlers import Progress, handler, periodic
from signing.clocks import clock
from signing.services import clock_watch, external, register, renewal

REFRESH_LISTS = "signing.refresh_trusted_lists"


@periodic("signing.measure_clock", clock.EVERY)
def measure_clock(*, subject: str, now: datetime, progress: Progress) -> None:
    clock_watch.measure_clock(now=now, clock=timezone.now)


@handler(external.JOB)
def fetch_external_timestamp(*, subject: str, now: datetime, progress: Progress) -> None:
    external.fetch(digest=subject, now=now)


@periodic("signing.ask_external_timestamps_again", external.ASKED_AGAIN_EVERY)
def ask_external_timestamps_again(*, subject: str, now: datetime, progress: Progress) -> None:
    external.ask_again(now=now)


@periodic(register.PUBLISH, register.EVERY)
def publish_checkpoint(*, subject: str, now: datetime, progress: Progress) -> None:
    register.publish_checkpoint(now=now)


@periodic(renewal.RENEW, renewal.EVERY)
def renew_evidence(*, subject: str, now: datetime, progress: Progress) -> None:
    renewal.renew_due(now=now, progress=progress)


@periodic(REFRESH_LISTS, timedelta(days=1))
def refresh_trusted_lists(*, subject: str, now: datetime, progress: Progress) -> None:
    from signing.services import trusted_lists  # a second to import, at every start otherwise

    if settings.SIGNATURE_FETCH and settings.TRUSTED_LIST_URLS:
        trusted_lists.refresh_trusted_lists(now=now, fetcher=trusted_lists.list_fetcher())
