"""Read the environment, and refuse what makes no sense rather than guess."""

import os
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that `NAME_FILE` points to (secrets of containers and systemd)."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    return os.environ.get(name, default)


def boolean(name: str, *, default: bool) -> bool:
    value = text(name)
    if value == "":
        return default
    if value not in {"True", "False"}:
        raise ImproperlyConfigured(f"{name} must be True or False, not {value!r}")
    return value == "True"


def choice(name: str, *allowed: str) -> str:
    """One of `allowed`; the first when the variable is not set."""
    value = text(name) or allowed[0]
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def integer(name: str, default: int) -> int:
    value = text(name)
    if value == "":
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from error


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """A comma-separated list of networks: 10.20.0.0/16, fd00::/8."""
    try:
        return tuple(ip_network(word) for word in words(name))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a list of networks: {error}") from error


def directory(name: str, default: Path) -> Path:
    path = Path(text(name) or default).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def secret(name: str, kept_in: Path) -> str:
    """The variable; without it, a random secret made once and kept in a file only its owner reads."""
    value = text(name)
    if value:
        return value
    kept_in.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not kept_in.exists():
        # Linked when it is complete: several processes start at once, and the first one's secret is everybody's.
        draft = kept_in.with_name(f"{kept_in.name}.{os.getpid()}")
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(os.urandom(48).hex())
        with suppress(FileExistsError):
            os.link(draft, kept_in)
        draft.unlink()
    return kept_in.read_text(encoding="ascii").strip()
