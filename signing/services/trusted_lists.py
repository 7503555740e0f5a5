"""Read the trusted lists at their addresses, check who signed them, keep them on the disk for the checks to come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from procurement.errors import DomainError
from procurement.network.fetching import Fetcher
from procurement.network.kept_answers import write_whole
from signing.fetching import fetcher_of_installation
from signing.verification.trust.trust_store import AUTHENTICATED_SUFFIX, kept_lists, list_signers
from signing.verification.trust.trusted_lists import (
    MAX_BYTES,
    ListRefused,
    Reference,
    is_list_of_lists,
    read_list,
    references,
)

#: Seconds for one list: some weigh ten megabytes.
TIMEOUT = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What became of one list: `problem` is a French sentence, or "" for a list that was read and kept."""

    name: str
    problem: str = ""


def list_fetcher() -> Fetcher:
    """Nothing is taken from the cache of answers: the lists kept on the disk are the copy."""
    return fetcher_of_installation(max_bytes=MAX_BYTES, timeout=TIMEOUT, cache=None)


def refresh_trusted_lists(*, now: datetime, fetcher: Fetcher) -> list[Refreshed]:
    """Every list of TRUSTED_LIST_URLS, and those that a list of lists leads to; a list that fails stays as it was.

    Lists that nothing leads to any more are removed, once all could be read.
    """
    folder = kept_lists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    signers = _signers()
    found = [
        outcome
        for url in settings.TRUSTED_LIST_URLS
        for outcome in _refresh(url, signers, folder, fetcher, now)
    ]
    if found and not any(outcome.problem for outcome in found):
        _remove_others(folder, {outcome.name for outcome in found})
    return found


def _refresh(
    url: str, signers: list[x509.Certificate], folder: Path, fetcher: Fetcher, now: datetime
) -> Iterator[Refreshed]:
    try:
        data = fetcher.get(url, accept="application/vnd.etsi.tsl+xml, application/xml")
        leads_to = references(data, signers=signers, now=now) if is_list_of_lists(data) else None
    except DomainError as error:
        yield Refreshed(name=_name(url), problem=str(error))
        return
    if leads_to is None:
        yield _attempt(_name(url), lambda: _keep(folder, url, data, signers))
        return
    for reference in leads_to:
        yield _attempt(_name(reference.url), lambda: _follow(folder, reference, fetcher))  # noqa: B023  called at once


def _attempt(name: str, work: Callable[[], None]) -> Refreshed:
    try:
        work()
    except DomainError as error:
        return Refreshed(name=name, problem=str(error))
    return Refreshed(name=name)


def _follow(folder: Path, reference: Reference, fetcher: Fetcher) -> None:
    if not reference.signers:
        raise ListRefused
    _keep(folder, reference.url, fetcher.get(reference.url), list(reference.signers))


def _keep(folder: Path, url: str, data: bytes, signers: list[x509.Certificate]) -> None:
    """Without a signer to check it with, only a list that came over TLS is kept, and said not to be authenticated."""
    if not signers and urlsplit(url).scheme != "https":
        raise ListRefused(
            "Cette liste de confiance n'est pas protégée pendant sa lecture (http) et aucun certificat ne permet de "
            "contrôler sa signature\u00a0: elle n'est pas utilisée."
        )
    read_list(data, signers=signers)
    suffix, other = (AUTHENTICATED_SUFFIX, ".xml") if signers else (".xml", AUTHENTICATED_SUFFIX)
    write_whole(folder / f"{_name(url)}{suffix}", data)
    (folder / f"{_name(url)}{other}").unlink(missing_ok=True)


def _remove_others(folder: Path, names: set[str]) -> None:
    for file in folder.glob("*.xml"):
        if file.name.split(".")[0] not in names:
            file.unlink(missing_ok=True)


def _signers() -> list[x509.Certificate]:
    found = list_signers(Path(settings.SIGNATURE_TRUST_DIR))
    return [x509.Certificate.load(certificate.public_bytes(Encoding.DER)) for certificate in found]


def _name(url: str) -> str:
    """Of the file and in messages: the host with its dots as dashes, and a digest that keeps addresses apart."""
    host = (urlsplit(url).hostname or "liste").replace(".", "-")
    return f"{host}-{sha256(url.encode()).hexdigest()[:8]}"
