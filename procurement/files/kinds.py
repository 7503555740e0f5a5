"""What a file is, by its first bytes and not by its name."""

from dataclasses import dataclass
from pathlib import PurePath

#: How many bytes `detect` needs.
HEAD_BYTES = 4096
#: Longer endings are part of a name, dot included.
MAX_EXTENSION = 6


@dataclass(frozen=True, slots=True)
class Kind:
    """`label` is French, for the screen; `extension_matches` is False when the name promises something else."""

    media_type: str
    label: str
    extension_matches: bool


#: (signature, offset, media type, label, extensions that agree)
SIGNATURES: tuple[tuple[bytes, int, str, str, frozenset[str]], ...] = (
    (b"%PDF-", 0, "application/pdf", "PDF", frozenset({".pdf"})),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/x-ole-storage", "Document Office ancien",
     frozenset({".doc", ".xls", ".ppt", ".msg", ".mpp"})),
    (b"7z\xbc\xaf\x27\x1c", 0, "application/x-7z-compressed", "Archive 7z", frozenset({".7z"})),
    (b"\x1f\x8b", 0, "application/gzip", "Archive gzip", frozenset({".gz", ".tgz"})),
    (b"Rar!", 0, "application/vnd.rar", "Archive RAR", frozenset({".rar"})),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png", "Image PNG", frozenset({".png"})),
    (b"\xff\xd8\xff", 0, "image/jpeg", "Image JPEG", frozenset({".jpg", ".jpeg"})),
    (b"GIF8", 0, "image/gif", "Image GIF", frozenset({".gif"})),
    (b"II*\x00", 0, "image/tiff", "Image TIFF", frozenset({".tif", ".tiff"})),
    (b"MM\x00*", 0, "image/tiff", "Image TIFF", frozenset({".tif", ".tiff"})),
    (b"AC10", 0, "image/vnd.dwg", "Plan DWG", frozenset({".dwg"})),
    (b"ftyp", 4, "video/mp4", "Vidéo MP4", frozenset({".mp4", ".m4v", ".mov"})),
    (b"MZ", 0, "application/x-msdownload", "Programme", frozenset({".exe", ".dll"})),
    (b"\x7fELF", 0, "application/x-executable", "Programme", frozenset()),
)  # fmt: skip

ZIP_MEMBERS = {
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Document Word"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Classeur Excel"),
    ".pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "Présentation"),
    ".odt": ("application/vnd.oasis.opendocument.text", "Document OpenDocument"),
    ".ods": ("application/vnd.oasis.opendocument.spreadsheet", "Classeur OpenDocument"),
    ".odp": ("application/vnd.oasis.opendocument.presentation", "Présentation OpenDocument"),
    ".asice": ("application/vnd.etsi.asic-e+zip", "Conteneur signé ASiC"),
    ".asics": ("application/vnd.etsi.asic-s+zip", "Conteneur signé ASiC"),
    ".ifczip": ("application/zip", "Maquette IFC compressée"),
    ".zip": ("application/zip", "Archive ZIP"),
}

TEXTS = {
    ".xml": ("application/xml", "XML"),
    ".json": ("application/json", "JSON"),
    ".csv": ("text/csv", "Tableau CSV"),
    ".txt": ("text/plain", "Texte"),
    ".html": ("text/html", "Page HTML"),
    ".htm": ("text/html", "Page HTML"),
    ".svg": ("image/svg+xml", "Dessin SVG"),
    ".dxf": ("image/vnd.dxf", "Plan DXF"),
    ".ifc": ("application/x-step", "Maquette IFC"),
    ".p7s": ("application/pkcs7-signature", "Signature CAdES"),
    ".rtf": ("application/rtf", "Document RTF"),
    ".eml": ("message/rfc822", "Courriel"),
}

#: Never accepted, whatever their name: they run on the buyer's machine.
PROGRAMS = frozenset({"application/x-msdownload", "application/x-executable"})


def detect(head: bytes, name: str) -> Kind:
    """The kind of a file from its first `HEAD_BYTES` and its name."""
    extension = PurePath(name.lower()).suffix
    if head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
        media_type, label = ZIP_MEMBERS.get(extension, ("application/zip", "Archive ZIP"))
        return Kind(media_type, label, extension in ZIP_MEMBERS)
    for signature, offset, media_type, label, extensions in SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return Kind(media_type, label, extension in extensions)
    if extension in TEXTS:
        media_type, label = TEXTS[extension]
        return Kind(media_type, label, extension == ".p7s" or _looks_like(head, extension))
    known = {e for *_, extensions in SIGNATURES for e in extensions} | set(ZIP_MEMBERS)
    label = f"Fichier {extension[1:].upper()}" if 1 < len(extension) <= MAX_EXTENSION else "Fichier"
    return Kind("application/octet-stream", label, extension not in known)


def _looks_like(head: bytes, extension: str) -> bool:
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    if extension in {".xml", ".svg"}:
        return start == b"<"
    if extension == ".json":
        return start in (b"{", b"[")
    return True
