"""The service itself, over HTTPS with our certificate, within bounds of time and size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from dume.gateway import wording
from dume.gateway.exchanged import Platform
from dume.gateway.operations import Gateway
from dume.gateway.refusals import AnswerUnreadable, RequestRefused, ServiceFailed
from dume.gateway.wording import Answer, Api, Operation
from procurement.network.connections import Identity, Proxy
from procurement.network.fetching import Fetcher, FetchFailed

log = structlog.get_logger(__name__)

#: Seconds: it may have to ask other administrations, or to make a PDF.
TIMEOUT = 30.0
#: For the operator who waits for the answer, one API after the other.
HEALTH_TIMEOUT = 5.0
#: A response of 10 MB with its attachments, in base64.
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class NationalService(Gateway):
    """`url` is what comes before the name of an API. The address is the installation's own choice, never a document's:
    it may be private, as behind a relay."""

    url: str
    platform: Platform
    identity: Identity
    proxy: Proxy | None = None
    timeout: float = TIMEOUT
    max_bytes: int = MAX_BYTES

    is_connected = True

    def ask(self, api: Api, operation: Operation, fields: Mapping[str, str]) -> Answer:
        body = {"operation": operation, **wording.of_platform(self.platform), **fields}
        try:
            received = self._fetcher(operation).post(
                f"{self.url}/{api}",
                json.dumps(body).encode(),
                "application/json",
                accept="application/json",
            )
            return wording.opened(_parsed(received))
        except FetchFailed as failure:
            log.warning("dume.service.failed", operation=operation, reason=str(failure))
            raise ServiceFailed(
                f"Le service national DUME n'a pas pu être utilisé. {failure} Rien n'a été changé ici ; "
                "recommencez plus tard."
            ) from None
        except (AnswerUnreadable, RequestRefused) as refusal:
            code = refusal.context.get("service_code", "")
            log.warning("dume.service.refused", operation=operation, reason=refusal.code, service_code=code)
            raise

    def _fetcher(self, operation: Operation) -> Fetcher:
        return Fetcher(
            allow_private=True,
            timeout=min(self.timeout, HEALTH_TIMEOUT) if operation is Operation.HEALTH else self.timeout,
            max_bytes=self.max_bytes,
            proxy=self.proxy,
            identity=self.identity,
        )


def _parsed(received: bytes) -> object:
    try:
        return json.loads(received)
    except (ValueError, RecursionError):
        raise AnswerUnreadable from None
