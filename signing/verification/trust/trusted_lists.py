"""Trusted lists of the member states (ETSI TS 119 612): which authorities are qualified, since when, for what.

pyHanko reads them; here they are loaded from files, become anchors at a moment of the past, and say in French
whether a certificate is qualified (annexe 12 art. 2).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path

from asn1crypto import x509
from lxml import etree
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.qualified.assess import QualificationAssessor
from pyhanko.sign.validation.qualified.eutl_parse import (
    LOTL_RULE,
    latest_known_lotl_tlso_certs,
    trust_list_to_registry,
    trust_list_to_registry_unsafe,
    validate_and_parse_lotl,
)
from pyhanko.sign.validation.qualified.q_status import QualifiedStatus
from pyhanko.sign.validation.qualified.tsp import QcCertType, QTSTServiceInformation, TSPRegistry
from pyhanko_certvalidator.authority import Authority, AuthorityWithCert, TrustAnchor
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.registry import TrustManager

from procurement.calendars import format_day, paris_date
from procurement.errors import DomainError
from procurement.xml import parse_xml

logger = logging.getLogger(__name__)

MAX_BYTES = 30 * 1024 * 1024
NAMESPACE = "{http://uri.etsi.org/02231/v2#}"
_UNKNOWN_SIGNER = (
    "La signature de cette liste de confiance n'est pas celle d'un signataire connu\u00a0: "
    "elle n'est pas utilisée."
)
#: TSLType of the European list that leads to the others.
LIST_OF_LISTS = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists"


class ListRefused(DomainError):
    """Cette liste de confiance n'a pas pu être lue. Celle qui était utilisée avant elle l'est toujours."""

    code = "trusted_list_refused"
    status = 422


@dataclass(frozen=True, eq=False, kw_only=True)
class TrustedList:
    """One list; `is_authenticated` when its signature was checked with a certificate that we were given."""

    territory: str
    issued_at: datetime
    next_update: datetime | None
    is_authenticated: bool
    registry: TSPRegistry

    @cached_property
    def authorities(self) -> frozenset[Authority]:
        known = self.registry.known_certificate_authorities, self.registry.known_timestamp_authorities
        return frozenset(authority for found in known for authority in found)

    @cached_property
    def by_name(self) -> dict[str, list[AuthorityWithCert]]:
        found: dict[str, list[AuthorityWithCert]] = {}
        for authority in self.authorities:
            if isinstance(authority, AuthorityWithCert):
                found.setdefault(authority.name.hashable, []).append(authority)
        return found

    @property
    def label(self) -> str:
        """« FR du 4 septembre 2019 »."""
        return f"{self.territory} du {format_day(paris_date(self.issued_at))}"

    def is_outdated(self, now: datetime) -> bool:
        return self.next_update is not None and self.next_update < now


class ListAnchors(TrustManager):
    """The authorities that a list held to be qualified at a moment."""

    def __init__(self, trusted: TrustedList, at: datetime) -> None:
        self._list, self._at = trusted, at

    def as_trust_anchor(self, authority: Authority) -> TrustAnchor | None:
        if authority not in self._list.authorities:
            return None
        services = self._list.registry.applicable_service_definitions(authority, self._at)
        return next((TrustAnchor(authority) for _ in services), None)

    def find_potential_issuers(self, cert: x509.Certificate) -> Iterator[TrustAnchor]:
        for authority in self._list.by_name.get(cert.issuer.hashable, ()):
            anchor = self.as_trust_anchor(authority)
            if anchor is not None and authority.is_potential_issuer_of(cert):
                yield anchor


# --- Reading ---------------------------------------------------------------------------------------------------
def read_list(data: bytes, *, signers: Sequence[x509.Certificate] = ()) -> TrustedList:
    """The list in these bytes; its signature must verify with one of `signers` when there are any.

    Raises ListRefused, XmlRefused.
    """
    root = parse_xml(data, max_bytes=MAX_BYTES)
    issued_at = _moment(root, "ListIssueDateTime")
    if root.tag != f"{NAMESPACE}TrustServiceStatusList" or issued_at is None:
        raise ListRefused
    return TrustedList(
        territory=_text(root, "SchemeTerritory") or "?",
        issued_at=issued_at,
        next_update=_moment(root, f"NextUpdate/{NAMESPACE}dateTime"),
        is_authenticated=bool(signers),
        registry=_registry(data, signers),
    )


def read_file(path: Path, *, is_authenticated: bool = False) -> TrustedList | None:
    """None for what is no list, or cannot be read; read once as long as the file does not change."""
    try:
        state = path.stat()
        return _read_file(path, state.st_mtime_ns, state.st_size, is_authenticated)
    except (OSError, DomainError) as error:
        logger.warning("Trusted list %s not used: %s", path.name, error)
        return None


@lru_cache(maxsize=64)
def _read_file(path: Path, _modified: int, size: int, is_authenticated: bool) -> TrustedList:  # noqa: FBT001
    """A list takes a tenth of a second, those of all countries some seconds."""
    if size > MAX_BYTES:
        raise ListRefused
    found = read_list(path.read_bytes())
    return TrustedList(
        territory=found.territory,
        issued_at=found.issued_at,
        next_update=found.next_update,
        is_authenticated=is_authenticated,
        registry=found.registry,
    )


def _registry(data: bytes, signers: Sequence[x509.Certificate]) -> TSPRegistry:
    text = data.decode("utf-8", "replace")
    try:
        if signers:
            registry, errors = trust_list_to_registry(text, list(signers))
        else:
            registry, errors = trust_list_to_registry_unsafe(text)
    except SignatureValidationError:
        raise ListRefused(_UNKNOWN_SIGNER) from None
    except Exception as error:  # noqa: BLE001  whatever breaks the generated reader is a refusal like another
        logger.info("Trusted list not read: %s", type(error).__name__)
        raise ListRefused from None
    if errors:
        logger.info("Trusted list: %d services could not be read", len(errors))
    return registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Where a list of lists says that a country's list is, and who may sign it."""

    url: str
    territory: str
    signers: tuple[x509.Certificate, ...]


def references(data: bytes, *, signers: Sequence[x509.Certificate], now: datetime) -> list[Reference]:
    """Of a list of lists signed by one of `signers`, or by those of the European Commission that pyHanko knows.

    Raises ListRefused.
    """
    trusted = [*signers, *latest_known_lotl_tlso_certs()]
    try:
        found = validate_and_parse_lotl(data.decode("utf-8", "replace"), trusted, validation_time=now)
    except Exception as error:  # noqa: BLE001  as for a country's list
        logger.info("List of lists not read: %s", type(error).__name__)
        raise ListRefused(_UNKNOWN_SIGNER) from None
    return [
        Reference(url=one.location_uri, territory=one.territory, signers=tuple(one.tlso_certs))
        for one in found.references
        if LOTL_RULE not in one.scheme_rules
    ]


def is_list_of_lists(data: bytes) -> bool:
    """Raises XmlRefused."""
    return _text(parse_xml(data, max_bytes=MAX_BYTES), "TSLType") == LIST_OF_LISTS


def _text(root: etree._Element, name: str) -> str:
    return (root.findtext(f"{NAMESPACE}SchemeInformation/{NAMESPACE}{name}") or "").strip()


def _moment(root: etree._Element, name: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(_text(root, name))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)


# --- What they say of a certificate ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """`is_qualified` answers annexe 12 art. 2, for a signature: None when the lists do not settle it."""

    is_qualified: bool | None
    sentence: str


def categorise(path: ValidationPath | None, lists: Sequence[TrustedList], *, at: datetime) -> Category:
    if not lists:
        return Category(is_qualified=None, sentence="")
    for trusted in lists if path is not None else ():
        status = _status(path, trusted, at)
        if status is not None:
            return _category(status, f"selon la liste de confiance {_named(trusted)}")
    sentence = (
        "L'autorité qui a délivré le certificat ne figure pas parmi les prestataires qualifiés de "
        f"{_consulted(lists)}."
    )
    return Category(is_qualified=None, sentence=sentence)


def is_time_qualified(
    path: ValidationPath | None, lists: Sequence[TrustedList], *, at: datetime
) -> bool | None:
    """Whether a qualified time-stamping service (QTST) of a list made the stamp; None without any list."""
    if not lists:
        return None
    return path is not None and any(
        isinstance(service, QTSTServiceInformation)
        for trusted in lists
        for service in trusted.registry.applicable_tsps_on_path(path, at)
    )


def _status(path: ValidationPath | None, trusted: TrustedList, at: datetime) -> QualifiedStatus | None:
    """None when no service of the list is on the path, or when it contradicts itself."""
    if path is None or not any(authority in trusted.authorities for authority in path.iter_authorities()):
        return None
    try:
        found = QualificationAssessor(trusted.registry).check_entity_cert_qualified(path, at)
    except Exception as error:  # noqa: BLE001  NotImplementedError for a certificate of several types
        logger.info("Qualification not settled: %s", type(error).__name__)
        return None
    return found.status if found.service_definition is not None else None


def _category(status: QualifiedStatus, source: str) -> Category:
    if not status.qualified:
        return Category(is_qualified=False, sentence=f"Le certificat n'est pas qualifié {source}.")
    if status.qc_type is QcCertType.QC_ESEAL:
        sentence = (
            f"Certificat qualifié de cachet électronique (personne morale), et non de signature, {source}."
        )
        return Category(is_qualified=None, sentence=sentence)
    if status.qc_type is not QcCertType.QC_ESIGN:
        return Category(
            is_qualified=False,
            sentence=f"Le certificat n'est pas qualifié pour la signature électronique {source}.",
        )
    device = "\u00a0; sa clé est gardée par un dispositif qualifié" if status.qc_key_security.is_qscd else ""
    return Category(
        is_qualified=True, sentence=f"Certificat qualifié de signature électronique {source}{device}."
    )


def _named(trusted: TrustedList) -> str:
    return (
        trusted.label
        if trusted.is_authenticated
        else f"{trusted.label}, dont la signature n'a pas été contrôlée"
    )


def _consulted(lists: Iterable[TrustedList]) -> str:
    found = list(lists)
    if len(found) == 1:
        return f"la liste de confiance {_named(found[0])}"
    return f"{len(found)} listes de confiance ({', '.join(sorted({trusted.territory for trusted in found}))})"
