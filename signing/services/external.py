"""Second tokens, of other authorities: asked for by a job, checked, kept for good. No act ever waits for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from procurement.actors import SYSTEM
from procurement.audit.services import record
from procurement.jobs import services as jobs
from procurement.jobs.models import Job
from procurement.network.fetching import Fetcher
from signing.models import ExternalToken
from signing.tsp.external import (
    MAX_REPLY_BYTES,
    QUERY_TYPE,
    REPLY_TYPE,
    TIMEOUT,
    ExternalAuthority,
    Obtained,
    obtain,
    parse,
)

JOB = "signing.external_timestamp"
#: A digest whose job has failed for good is asked for again this often, until it has its token.
ASKED_AGAIN_EVERY = timedelta(days=1)


def request(digest: str, now: datetime) -> None:
    """Have a SHA-256 (hexadecimal) stamped by another authority too, when TSA_URLS names any. Idempotent."""
    if not settings.TSA_URLS or tokens_for(digest):
        return
    jobs.enqueue(kind=JOB, subject=digest.lower(), now=now)


def tokens_for(digest: str) -> list[ExternalToken]:
    return list(ExternalToken.objects.filter(digest=digest.lower()).order_by("gen_time", "id"))


def expects_qualified() -> bool:
    """Whether a token of an authority that the operator declares qualified will be asked for."""
    return any(parse(entry).is_qualified for entry in settings.TSA_URLS)


def list_authorities() -> list[tuple[ExternalAuthority, ExternalToken | None]]:
    """Those of the settings, in the order they are asked, each with the last token it gave."""
    found = [parse(entry) for entry in settings.TSA_URLS]
    tokens = ExternalToken.objects.order_by("-received_at", "id")
    return [(authority, tokens.filter(url=authority.url).first()) for authority in found]


def fetch(*, digest: str, now: datetime) -> ExternalToken | None:
    """Ask the authorities in order and keep the first good token; the one that is had already is given back.

    Raises NoExternalToken, whose message holds every reason: it stays on the job. None when no authority is set.
    """
    had = tokens_for(digest)
    if had or not settings.TSA_URLS:
        return had[0] if had else None
    obtained = obtain(
        [parse(entry) for entry in settings.TSA_URLS], bytes.fromhex(digest), now=now, post=_post
    )
    return _keep(digest, obtained, now)


def _post(url: str, query: bytes) -> bytes:
    # Addresses of the settings: they may be of the operator's own network.
    fetcher = Fetcher(allow_private=True, max_bytes=MAX_REPLY_BYTES, timeout=TIMEOUT)
    return fetcher.post(url, query, QUERY_TYPE, accept=REPLY_TYPE)


@transaction.atomic
def _keep(digest: str, obtained: Obtained, now: datetime) -> ExternalToken:
    authority, facts = obtained.authority, obtained.facts
    kept, created = ExternalToken.objects.get_or_create(
        digest=digest.lower(),
        url=authority.url,
        defaults={
            "authority": authority.name,
            "serial": str(facts.serial),
            "gen_time": facts.gen_time,
            "token": obtained.tsr,
            "policy": facts.policy,
            "is_qualified": authority.is_qualified,
            "received_at": now,
        },
    )
    if created:
        data = {"digest": kept.digest, "authority": kept.authority, "serial": kept.serial}
        qualified = {"is_qualified_by_declaration": kept.is_qualified}
        record(
            action="signing.timestamp.receive",
            subject=str(kept.id),
            actor=SYSTEM,
            at=now,
            data=data | qualified | {"gen_time": kept.gen_time.isoformat()},
        )
    return kept


@transaction.atomic
def ask_again(*, now: datetime) -> int:
    """Try once more every digest whose job failed for good and that still has no token. Returns how many."""
    waiting = Job.objects.unfinished().filter(kind=JOB).values("subject")
    had = ExternalToken.objects.values("digest")
    failed = Job.objects.filter(kind=JOB, failed_at__isnull=False).exclude(subject__in=waiting)
    latest: dict[str, Job] = {}
    for job in failed.exclude(subject__in=had).order_by("created_at", "id"):
        latest[job.subject] = job
    for job in latest.values():
        jobs.retry(job=job, now=now)
    return len(latest)
