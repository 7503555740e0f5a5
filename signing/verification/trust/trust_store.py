"""What an installation trusts: certificates of authorities, trusted lists, revocation lists."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Self

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from procurement.errors import DomainError
from signing.pki.authority import ensure_authority
from signing.verification.trust.revocation import RevocationData, read_list_pem_or_der
from signing.verification.trust.trusted_lists import TrustedList, read_file

logger = logging.getLogger(__name__)

#: In a folder of trust: the certificates that may sign trusted lists, and are no anchors of anything else.
SIGNERS_FOLDER = "list-signers"
#: A revocation list of a large authority weighs some megabytes.
MAX_FILE_BYTES = 30 * 1024 * 1024
#: How the name of a list says that its signature was checked when it was kept.
AUTHENTICATED_SUFFIX = ".signed.xml"


class TrustFolderUnreadable(DomainError):
    """Ce dossier de confiance ne peut pas être lu."""

    code = "trust_folder_unreadable"
    status = 422


@dataclass(frozen=True, eq=False, kw_only=True)
class TrustStore:
    """`crls` are DER. Nothing here is verified: who puts a file in the folder of trust vouches for it."""

    roots: tuple[x509.Certificate, ...] = ()
    lists: tuple[TrustedList, ...] = ()
    crls: tuple[bytes, ...] = ()

    @classmethod
    def empty(cls) -> Self:
        return cls()

    @classmethod
    def from_directory(cls, path: Path) -> Self:
        """All files of the folder, by their content: certificates (PEM or DER), trusted lists, revocation lists.

        Raises TrustFolderUnreadable for what is no folder; a file that is none of these is skipped and logged.
        """
        roots: list[x509.Certificate] = []
        lists: list[TrustedList] = []
        crls: list[bytes] = []
        for file in files_of(path):
            if file.suffix.lower() == ".xml":
                found = read_file(file, is_authenticated=file.name.endswith(AUTHENTICATED_SUFFIX))
                lists += [found] if found is not None else []
                continue
            certificates, crl = _read(file)
            roots += certificates
            crls += [crl] if crl is not None else []
        return cls(roots=tuple(roots), lists=tuple(lists), crls=tuple(crls))

    @classmethod
    def of_installation(cls, now: datetime) -> Self:
        """Our own authority, the folder of trust (SIGNATURE_TRUST_DIR) and the trusted lists kept on the disk."""
        from django.conf import settings

        authority = ensure_authority(Path(settings.DATA_DIR) / "keys", now)
        crls = tuple(crl.public_bytes(Encoding.DER) for crl in authority.crls)
        own = cls(roots=authority.roots, crls=crls)
        folders = [Path(settings.SIGNATURE_TRUST_DIR), kept_lists()]
        return sum((cls.from_directory(folder) for folder in folders if folder.is_dir()), start=own)

    def __add__(self, other: Self) -> Self:
        return type(self)(
            roots=self.roots + other.roots, lists=self.lists + other.lists, crls=self.crls + other.crls
        )

    @property
    def is_empty(self) -> bool:
        return not (self.roots or self.lists)

    @cached_property
    def asn1_roots(self) -> Sequence[asn1_x509.Certificate]:
        return [asn1_x509.Certificate.load(root.public_bytes(Encoding.DER)) for root in self.roots]

    @cached_property
    def revocation(self) -> RevocationData:
        return RevocationData.of(self.crls, ())

    def describe(self, now: datetime) -> str:
        """French: what a check was made with, kept beside its result."""
        parts = [f"{len(self.roots)} certificat{'s' if len(self.roots) > 1 else ''} d'autorité"]
        for found in self.lists:
            state = " (périmée)" if found.is_outdated(now) else ""
            parts.append(f"liste de confiance {found.label}{state}")
        return ", ".join(parts)


def kept_lists() -> Path:
    """Where lists read on the network are kept."""
    from django.conf import settings

    return Path(settings.DATA_DIR) / "trusted-lists"


def list_signers(folder: Path) -> list[x509.Certificate]:
    """The certificates that may sign trusted lists, in the folder of trust."""
    place = folder / SIGNERS_FOLDER
    return [found for file in files_of(place) for found in _read(file)[0]] if place.is_dir() else []


def files_of(path: Path) -> Iterable[Path]:
    try:
        found = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    except OSError as error:
        raise TrustFolderUnreadable from error
    return found


def _read(file: Path) -> tuple[list[x509.Certificate], bytes | None]:
    """Certificates, or one revocation list; neither for anything else."""
    try:
        data = file.read_bytes() if file.stat().st_size <= MAX_FILE_BYTES else b""
        if b"-----BEGIN CERTIFICATE-----" in data:
            return x509.load_pem_x509_certificates(data), None
        crl = read_list_pem_or_der(data)
        if crl is None:
            return [x509.load_der_x509_certificate(data)], None
    except (OSError, ValueError) as error:
        logger.warning("File of the trust folder not used: %s (%s)", file.name, type(error).__name__)
        return [], None
    return [], crl
