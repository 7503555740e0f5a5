"""The parts of an ASiC container, by their names, and what EN 319 162-1 asks of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from signing.verification.asic.container import Container
from signing.verification.asic.manifests import MIMETYPE, Manifest, file_list_fault, read_manifest
from signing.verification.facts import Format

_TYPES = {
    b"application/vnd.etsi.asic-s+zip": Format.ASIC_S,
    b"application/vnd.etsi.asic-e+zip": Format.ASIC_E,
}
_META_INF = "META-INF/"
_XADES = re.compile(r"META-INF/[^/]*signatures[^/]*\.xml", re.IGNORECASE)
_CADES = re.compile(r"META-INF/[^/]*signature[^/]*\.p7s", re.IGNORECASE)
_STAMP = re.compile(r"META-INF/[^/]*timestamp[^/]*\.tst", re.IGNORECASE)
_EVIDENCE = re.compile(r"META-INF/(?!asic)[^/]*evidencerecord[^/]*\.(ers|xml)", re.IGNORECASE)
_MANIFEST = re.compile(r"META-INF/ASiCManifest[^/]*\.xml")
_ARCHIVE_MANIFEST = re.compile(r"META-INF/ASiCArchiveManifest[^/]*\.xml")
_EVIDENCE_MANIFEST = re.compile(r"META-INF/ASiCEvidenceRecordManifest[^/]*\.xml")
#: The only names of an ASiC-S container (EN 319 162-1 clause 4.3.3).
_SIMPLE_NAMES = frozenset(
    {f"{_META_INF}{name}" for name in ("signatures.xml", "signature.p7s", "timestamp.tst")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    format: Format
    documents: frozenset[str]
    xades: tuple[str, ...]
    cades: tuple[str, ...]
    stamps: tuple[str, ...]
    evidence: tuple[str, ...]
    manifests: tuple[Manifest, ...]
    #: From the earliest to the latest: numbered first, the one without a number last (annex A.7).
    archive_manifests: tuple[Manifest, ...]
    evidence_manifests: tuple[Manifest, ...]
    #: French: what breaks the format; and what departs from it without harm.
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    #: French: why the documents are not those that the container says.
    doubts: tuple[str, ...] = ()

    @property
    def signatures(self) -> tuple[str, ...]:
        return (*self.xades, *self.cades)


def signature_names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if _XADES.fullmatch(name) or _CADES.fullmatch(name))


def is_container(names: Iterable[str]) -> bool:
    """Whether a ZIP holds what only a signed container does."""
    patterns = (_XADES, _CADES, _STAMP, _EVIDENCE, _MANIFEST)
    return any(pattern.fullmatch(name) for name in names for pattern in patterns)


def type_of(container: Container) -> Format | None:
    """The container's own word: its file `mimetype`."""
    return _TYPES.get(container.contents.get(MIMETYPE, b"").removeprefix(b"\xef\xbb\xbf").strip())


def describe(container: Container) -> Layout:
    names = list(container.contents)
    documents = frozenset(name for name in names if not name.startswith(_META_INF) and name != MIMETYPE)
    archive = _manifests(_ARCHIVE_MANIFEST, container)
    layout = Layout(
        format=type_of(container) or _guess(names),
        documents=documents,
        xades=_matching(_XADES, names),
        cades=_matching(_CADES, names),
        stamps=_matching(_STAMP, names),
        evidence=_matching(_EVIDENCE, names),
        manifests=_manifests(_MANIFEST, container),
        archive_manifests=tuple(
            sorted(archive, key=lambda manifest: (not _is_numbered(manifest), manifest.name))
        ),
        evidence_manifests=_manifests(_EVIDENCE_MANIFEST, container),
    )
    return replace(
        layout,
        faults=tuple(_faults(layout)),
        notes=tuple(_notes(container)),
        doubts=tuple(filter(None, [file_list_fault(container, documents)])),
    )


def _guess(names: list[str]) -> Format:
    return Format.ASIC_S if _SIMPLE_NAMES & set(names) else Format.ASIC_E


def _matching(pattern: re.Pattern[str], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if pattern.fullmatch(name)))


def _manifests(pattern: re.Pattern[str], container: Container) -> tuple[Manifest, ...]:
    return tuple(read_manifest(name, container) for name in _matching(pattern, container.contents))


def _is_numbered(manifest: Manifest) -> bool:
    return any(character.isdigit() for character in manifest.name)


# --- What the standard asks -----------------------------------------------------------------------------------
def _faults(layout: Layout) -> Iterator[str]:
    if not layout.documents and (layout.signatures or layout.stamps):
        yield "Le conteneur ne contient aucun document."
    if layout.format is Format.ASIC_S:
        yield from _simple_faults(layout)
    if layout.xades and layout.cades:
        yield "Le conteneur mélange des signatures XAdES et CAdES."
    for manifest in (*layout.manifests, *layout.archive_manifests):
        if not manifest.signature:
            yield f"Le manifeste {manifest.name} est illisible, ou la signature qu'il désigne manque."


def _simple_faults(layout: Layout) -> Iterator[str]:
    """EN 319 162-1 clause 4.3.3.2: one document, one file of signatures or time stamp, under its fixed name."""
    if len(layout.documents) > 1:
        yield "Un conteneur ASiC-S ne contient qu'un document."
    first = [name for name in (*layout.signatures, *layout.stamps) if name in _SIMPLE_NAMES]
    others = [name for name in layout.signatures if name not in _SIMPLE_NAMES]
    if others or len(first) > 1:
        yield "Un conteneur ASiC-S ne contient qu'un fichier de signatures, sous un nom fixé par la norme."
    if layout.manifests:
        yield "Un conteneur ASiC-S ne contient pas de manifeste de signature."


def _notes(container: Container) -> Iterator[str]:
    """EN 319 162-1 annex A.1: what lets a program recognise the file, and takes nothing from what is signed."""
    entry = next((entry for entry in container.entries if entry.name == MIMETYPE), None)
    if entry is None:
        yield "Le conteneur ne dit pas son type (fichier mimetype absent)."
        return
    if entry.rank > 0 or entry.is_compressed or entry.has_extra:
        yield "Le fichier mimetype devrait être le premier du conteneur, sans compression."
    content = container.contents[MIMETYPE]
    if content not in _TYPES:
        known = (
            "devrait contenir le seul type du conteneur"
            if type_of(container)
            else "n'est pas celui d'un ASiC"
        )
        yield f"Le fichier mimetype {known}."
