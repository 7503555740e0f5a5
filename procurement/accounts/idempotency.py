"""Requests that may be sent again without being done again (Idempotency-Key, draft-ietf-httpapi)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from ninja import Header, Schema, Status

from procurement.accounts import queries, services
from procurement.accounts.models import ApiToken, IdempotentReply
from procurement.errors import DomainError

#: Declared so that the documentation shows it; `once` reads it.
IdempotencyKey = Annotated[str, Header(alias="Idempotency-Key", description="de 1 à 100 caractères")]
#: How long an answer is kept.
KEPT_FOR = timedelta(days=7)
MAX_KEY = 100


class IdempotencyKeyReused(DomainError):
    """Cette clé d'idempotence a déjà servi pour une autre requête. Rien n'a été modifié; choisissez une autre clé."""

    code = "idempotency_key_reused"
    status = 422


class IdempotencyKeyNeeded(DomainError):
    """Cette opération demande un en-tête Idempotency-Key de 1 à 100 caractères. Rien n'a été modifié."""

    code = "idempotency_key_needed"
    status = 400


def once(
    request: HttpRequest, *, fingerprint: str, now: datetime, act: Callable[[], tuple[int, Schema]]
) -> Status[Any]:
    """Do `act` once per (token, key): a repeated request gets the first answer, even if both arrive together.

    `fingerprint` identifies the request (path and payload); the same key with another one is refused.
    """
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= MAX_KEY:
        raise IdempotencyKeyNeeded
    digest = sha256(f"{request.method} {request.path}\n{fingerprint}".encode()).hexdigest()
    for _attempt in range(2):
        reply = queries.find_reply(token, key, now - KEPT_FOR)
        if reply is not None:
            return _repeat(reply, digest)
        try:
            with transaction.atomic():
                status, schema = act()
                body = schema.model_dump(mode="json")
                services.keep_reply(
                    token=token, key=key, request_hash=digest, status=status, body=body, now=now
                )
        except IntegrityError:
            continue  # the same request arrived twice at once: the other one's answer is there now
        return Status(status, body)
    raise IdempotencyKeyReused


def _repeat(reply: IdempotentReply, digest: str) -> Status[Any]:
    if reply.request_hash != digest:
        raise IdempotencyKeyReused
    return Status(reply.status, reply.body)
