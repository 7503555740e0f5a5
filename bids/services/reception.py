"""A file on its way in: measured, recognised, inspected and encrypted while it arrives.

Nothing is ever written in clear: what inspection needs is kept in memory, within bounds.
"""

import io
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from bids.states import PieceKind
from dume.report import Report, Severity
from dume.services import check_at_deposit
from procurement.errors import DomainError
from procurement.files.archives import ArchiveRefused, inspect_zip
from procurement.files.kinds import HEAD_BYTES, PROGRAMS, Kind, detect
from procurement.files.names import clean_name
from procurement.files.services import EmptyFile, FileTooLarge
from procurement.files.writers import StoreWriter
from procurement.xml import MAX_BYTES as MAX_ESPD_BYTES
from procurement.xml import XmlRefused, parse_xml
from signing.encryption import EncryptingSink, Sealed, encrypting_sink

#: A ZIP up to this size is listed in memory; of a larger one only the end is looked at.
KEPT_ARCHIVE_BYTES = 32 * 1024 * 1024
#: The end of central directory record and the longest comment that may follow it.
ARCHIVE_END_BYTES = 22 + 65_535
ARCHIVE_END = b"PK\x05\x06"
ARCHIVE_STARTS = (b"PK\x03\x04", b"PK\x05\x06")


class ProgramRefused(DomainError):
    """Ce fichier est un programme : la plateforme n'en accepte pas, par sécurité. Il n'a pas été conservé; les
    autres fichiers le sont. Déposez le document lui-même (PDF, tableur, archive ZIP...)."""

    code = "program_refused"
    status = 422


class BrokenFile(DomainError):
    """Ce fichier n'est pas ce que son nom annonce : il n'a pas été conservé. Les autres fichiers le sont."""

    code = "broken_file"
    status = 422


class EspdRefused(DomainError):
    """Ce fichier n'est pas un DUME électronique (fichier XML) : il n'a pas été conservé. Un DUME en PDF se joint
    aux pièces de la candidature."""

    code = "espd_refused"
    status = 422


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file goes, and within which bounds; made by `drafting.prepare_piece`, which checked the place."""

    deposit_id: UUID
    company_id: UUID
    envelope: str
    lot_id: UUID | None
    kind: PieceKind
    recipient: str
    max_bytes: int
    #: What an eDUME is compared with.
    reference: str = ""
    company_siret: str = ""
    buyer_name: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has arrived whole, encrypted in the store, without a row yet."""

    name: str
    format_label: str
    warnings: tuple[str, ...]
    sealed: Sealed
    started_at: datetime
    writer: StoreWriter = field(repr=False)
    #: Of an eDUME: for the depositor's eyes now; its words are part of the bid and are never stored.
    report: Report | None = field(default=None, repr=False)

    def give_up(self) -> None:
        """Drop the bytes: the file was not entered after all."""
        self.writer.abort()


class PieceSink:
    """Takes the bytes of one file (procurement.files.uploads.Sink): refusals are DomainErrors, then `abort`."""

    def __init__(self, target: Target, *, name: str, started_at: datetime) -> None:
        self.target = target
        self.name = clean_name(name)
        self.started_at = started_at
        self.size = 0
        self._head = b""
        self._kept = _Kept(MAX_ESPD_BYTES if target.kind == PieceKind.ESPD else KEPT_ARCHIVE_BYTES)
        self._writer: StoreWriter | None = None
        self._encryption: EncryptingSink | None = None

    def write(self, data: bytes) -> int:
        if not data:
            return 0
        self.size += len(data)
        if self.size > self.target.max_bytes:
            raise too_large(self.target.max_bytes)
        self._look(data)
        if self._encryption is None:
            self._writer = StoreWriter("sealed", now=self.started_at)
            self._encryption = encrypting_sink(self._writer, self.target.recipient)
        return self._encryption.write(data)

    def _look(self, data: bytes) -> None:
        if len(self._head) < HEAD_BYTES:
            self._head += data[: HEAD_BYTES - len(self._head)]
            if detect(self._head, self.name).media_type in PROGRAMS:
                raise ProgramRefused
        if self.target.kind == PieceKind.ESPD:
            if self.size > MAX_ESPD_BYTES:
                raise EspdRefused(
                    "Un DUME électronique ne dépasse pas 10 Mo : ce fichier n'a pas été conservé. "
                    "Vérifiez que c'est bien le fichier XML exporté de votre service DUME."
                )
            self._kept.add(data)
        elif self._head.startswith(ARCHIVE_STARTS):
            self._kept.add(data)

    def finish(self) -> Received:
        """The file, whole. Raises what refuses it; the caller then aborts."""
        if self._encryption is None or self._writer is None:
            raise EmptyFile
        kind = detect(self._head, self.name)
        warnings, report = self._inspect(kind)
        sealed = self._encryption.close()
        self._writer.close()
        return Received(
            name=self.name,
            format_label=report_label(report) if report else kind.label,
            warnings=tuple(warnings),
            sealed=sealed,
            started_at=self.started_at,
            writer=self._writer,
            report=report,
        )

    def abort(self) -> None:
        """Leave nothing behind; harmless when nothing came, or twice."""
        if self._encryption is not None:
            self._encryption.abort()
        if self._writer is not None:
            self._writer.abort()

    def _inspect(self, kind: Kind) -> tuple[list[str], Report | None]:
        if self.target.kind == PieceKind.ESPD:
            report = self._check_espd(bytes(self._kept.start))
            return espd_warnings(report), report
        if self._head.startswith(ARCHIVE_STARTS):
            return self._inspect_archive(), None
        return check_kind(kind, self._head, self.name), None

    def _check_espd(self, data: bytes) -> Report:
        if not data.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
            raise EspdRefused
        try:
            parse_xml(data)
        except XmlRefused as refusal:
            raise XmlRefused(f"{refusal} Il n'a pas été conservé; les autres fichiers le sont.") from None
        return check_at_deposit(
            data,
            expected_reference=self.target.reference,
            operator_siret=self.target.company_siret,
            expected_buyer=self.target.buyer_name,
        )

    def _inspect_archive(self) -> list[str]:
        if self._kept.is_whole:
            found = list(inspect_zip(io.BytesIO(self._kept.start)).warnings)
        elif ARCHIVE_END not in self._kept.end:
            raise ArchiveRefused(
                "Cette archive ZIP est endommagée ou incomplète : elle n'a pas été conservée. "
                "Recréez-la, ou déposez les fichiers un par un."
            )
        else:
            found = [
                "Archive de plus de 32 Mo : la plateforme n'en a vérifié que la fin, pas chaque fichier."
            ]
        return found + check_kind(detect(self._head, self.name), self._head, self.name)


class _Kept:
    """The start of a stream up to `limit` bytes, dropped when there is more; and always its end."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.is_whole = True
        self.start = bytearray()
        self.end = b""

    def add(self, data: bytes) -> None:
        self.end = (self.end + data)[-ARCHIVE_END_BYTES:]
        if self.is_whole and len(self.start) + len(data) <= self.limit:
            self.start += data
        else:
            self.is_whole, self.start = False, bytearray()


def too_large(max_bytes: int) -> FileTooLarge:
    """The refusal that names the limit: an undisclosed one is held against the buyer (CE 13 Nov 2025 n° 506640)."""
    limit = f"{max_bytes / 10**9:.2g} Go" if max_bytes >= 10**9 else f"{max_bytes / 10**6:.3g} Mo"
    return FileTooLarge(
        f"Ce fichier dépasse la taille permise pour cette consultation ({limit.replace('.', ',')} par fichier): "
        "il n'a pas été conservé, les autres fichiers le sont. Réduisez-le ou déposez-le en plusieurs parties.",
        max_bytes=max_bytes,
    )


def check_kind(kind: Kind, head: bytes, name: str) -> list[str]:
    """What the first bytes say against the name: refused where nobody could read it, else a warning."""
    extension = PurePath(name.lower()).suffix
    if extension == ".pdf" and kind.media_type != "application/pdf" and b"%PDF-" not in head[:1024]:
        raise BrokenFile(
            "Ce fichier porte l'extension .pdf mais son contenu n'est pas un PDF : il n'a pas été conservé, les "
            "autres fichiers le sont. Ouvrez-le sur votre poste, puis enregistrez-le de nouveau en PDF."
        )
    if extension == ".zip" and not head.startswith(ARCHIVE_STARTS):
        raise ArchiveRefused(
            "Ce fichier porte l'extension .zip mais son contenu n'est pas une archive ZIP : il n'a pas été "
            "conservé, les autres fichiers le sont. Recréez l'archive, ou déposez les fichiers un par un."
        )
    if kind.extension_matches or b"%PDF-" in head[:1024]:
        return []
    if kind.media_type == "application/octet-stream":
        return [
            f"Le contenu ne ressemble pas à un fichier {extension} : vérifiez qu'il s'ouvre sur votre poste."
        ]
    return [
        f"Le contenu est de type « {kind.label} », ce que l'extension {extension or 'absente'} n'annonce pas."
    ]


def report_label(report: Report) -> str:
    return f"DUME {report.version}".strip() if report.readable else "XML non reconnu comme DUME"


def espd_warnings(report: Report) -> list[str]:
    """How many points of each grade: what they say is part of the bid and is not kept before the opening."""
    counts = [
        (severity, sum(finding.severity is severity for finding in report.told))
        for severity in (Severity.ERROR, Severity.WARNING)
    ]
    points = ", ".join(
        f"{count} point{'s' if count > 1 else ''} {severity.label.lower()}"
        for severity, count in counts
        if count
    )
    return [f"Contrôle du DUME : {points}. Le dépôt reste possible."] if points else []
