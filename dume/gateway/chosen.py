"""The gateway that the settings choose (deploy/env.example): offline, unless DUME_SERVICE_URL names the service."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from dume.gateway.exchanged import IdType, Platform
from dume.gateway.national import NationalService
from dume.gateway.operations import Gateway, Offline
from procurement.network.connections import Identity, IdentityUnreadable, Proxy

NEEDED = (
    "DUME_SERVICE_CERTIFICATE_PATH",
    "DUME_SERVICE_KEY_PATH",
    "DUME_PLATFORM_ID",
    "DUME_PLATFORM_TECHNICAL_ID",
)


def chosen() -> Gateway:
    """Raises ImproperlyConfigured, which `refuse_nonsense` has done before."""
    if not settings.DUME_SERVICE_URL:
        return Offline()
    missing = [name for name in NEEDED if not getattr(settings, name)]
    if missing:
        raise ImproperlyConfigured(f"DUME_SERVICE_URL is set without {', '.join(missing)}")
    return NationalService(
        url=_url(settings.DUME_SERVICE_URL),
        platform=_platform(),
        identity=_identity(),
        proxy=Proxy(settings.DUME_SERVICE_PROXY) if settings.DUME_SERVICE_PROXY else None,
    )


def refuse_nonsense() -> None:
    """At the start of the platform. Raises ImproperlyConfigured; files that go away later are told when used."""
    gateway = chosen()
    if not isinstance(gateway, NationalService):
        return
    try:
        gateway.identity.context()
    except IdentityUnreadable as error:
        raise ImproperlyConfigured(
            "DUME_SERVICE_CERTIFICATE_PATH, DUME_SERVICE_KEY_PATH (without a password) and "
            f"DUME_SERVICE_AUTHORITIES_PATH must be PEM files that go together: {error.__cause__}"
        ) from None


def _url(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"DUME_SERVICE_URL is not an address: {error}") from None
    if parts.scheme != "https" or not parts.hostname or port == 0:
        raise ImproperlyConfigured("DUME_SERVICE_URL must be an https:// address")
    if parts.username or parts.query or parts.fragment:
        raise ImproperlyConfigured("DUME_SERVICE_URL must have no user, no query and no fragment")
    return url.rstrip("/")


def _platform() -> Platform:
    id_type = IdType(settings.DUME_PLATFORM_ID_TYPE)
    if not id_type.admits(settings.DUME_PLATFORM_ID):
        raise ImproperlyConfigured(
            f"DUME_PLATFORM_ID is no identifier of type {id_type} ({id_type.name}): {settings.DUME_PLATFORM_ID!r}"
        )
    return Platform(
        id=settings.DUME_PLATFORM_ID, technical_id=settings.DUME_PLATFORM_TECHNICAL_ID, id_type=id_type
    )


def _identity() -> Identity:
    authorities = settings.DUME_SERVICE_AUTHORITIES_PATH
    return Identity(
        certificate=Path(settings.DUME_SERVICE_CERTIFICATE_PATH),
        key=Path(settings.DUME_SERVICE_KEY_PATH),
        authorities=Path(authorities) if authorities else None,
    )
