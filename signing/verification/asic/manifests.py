"""Manifests of ASiC containers (EN 319 162-1 annex A.4): which files a signature or a time stamp covers, by digest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from lxml import etree

from procurement.xml import XmlRefused, parse_xml
from signing.verification.asic.container import Container
from signing.verification.cms.algorithms import UnknownAlgorithm
from signing.verification.facts import Sub
from signing.verification.xml.algorithms import digest_name
from signing.verification.xml.names import DS, Malformed, algorithm_of, local_name, namespace, octets_of

#: Versions of the schema differ by their end.
_ASIC = "http://uri.etsi.org/02918/"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
#: The container's own list of its files, after OpenDocument.
FILE_LIST = "META-INF/manifest.xml"
MIMETYPE = "mimetype"
_MAX_REFERENCES = 1000


@dataclass(frozen=True, slots=True)
class Reference:
    """`name` is "" when the address designates no file of the container."""

    uri: str
    name: str
    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """`signature` is the file of META-INF that applies to this manifest, "" when unreadable."""

    name: str
    signature: str = ""
    references: tuple[Reference, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(reference.name for reference in self.references if reference.name)


def file_at(uri: str, container: Container) -> str:
    """The name of the file that a relative, percent-encoded address designates from the root; "" for none."""
    if not uri or "#" in uri:
        return ""
    try:
        decoded = unquote_to_bytes(uri).decode("utf-8").removeprefix("./")
    except UnicodeDecodeError:
        return ""
    content = container.content(decoded)
    return "" if content is None else content.name


def read_manifest(name: str, container: Container) -> Manifest:
    """An unreadable one is a manifest of nothing."""
    try:
        root = parse_xml(container.contents[name])
        return _read(name, root, container)
    except (XmlRefused, Malformed, UnknownAlgorithm, ValueError):
        return Manifest(name)


def _read(name: str, root: etree._Element, container: Container) -> Manifest:
    if local_name(root) != "ASiCManifest" or not namespace(root).startswith(_ASIC):
        raise Malformed("Ce fichier n'est pas un manifeste ASiC.")
    signatures = [part.get("URI", "") for part in root if local_name(part) == "SigReference"]
    references = tuple(_references(root, container))
    if len(signatures) != 1 or not references or len(references) > _MAX_REFERENCES:
        raise Malformed("Un manifeste désigne une signature et les fichiers qu'elle couvre.")
    return Manifest(name, file_at(signatures[0], container), references)


def _references(root: etree._Element, container: Container) -> Iterator[Reference]:
    for part in root:
        if local_name(part) == "DataObjectReference":
            method, value = (part.find(f"{{{DS}}}{child}") for child in ("DigestMethod", "DigestValue"))
            uri = part.get("URI", "")
            yield Reference(uri, file_at(uri, container), digest_name(algorithm_of(method)), octets_of(value))


def fault_of(manifest: Manifest, container: Container) -> tuple[Sub, str] | None:
    """The first file that is missing, or is not that which the manifest describes."""
    if not manifest.references:
        return Sub.FORMAT_FAILURE, f"Le manifeste {manifest.name} est illisible."
    for reference in manifest.references:
        content = container.content(reference.name) if reference.name else None
        if content is None:
            message = f"Le fichier «\u00a0{reference.uri[:200]}\u00a0», désigné par {manifest.name}, manque."
            return Sub.FORMAT_FAILURE, message
        if content.digest(reference.algorithm) != reference.digest:
            message = f"Le fichier «\u00a0{content.name}\u00a0» n'est pas celui que {manifest.name} décrit."
            return Sub.HASH_FAILURE, message
    return None


def file_list_fault(container: Container, documents: frozenset[str]) -> str:
    """Whether META-INF/manifest.xml, when there is one, lists the documents and nothing else; a French sentence."""
    data = container.contents.get(FILE_LIST)
    if data is None:
        return ""
    try:
        listed = list(_listed(parse_xml(data), container))
    except XmlRefused:
        return f"La liste des fichiers ({FILE_LIST}) est illisible."
    if len(listed) != len(set(listed)) or set(listed) != documents:
        return f"La liste des fichiers ({FILE_LIST}) ne correspond pas au contenu du conteneur."
    return ""


def _listed(root: etree._Element, container: Container) -> Iterator[str]:
    """Names are written as they are, though some tools encode them; META-INF may be listed or not."""
    for entry in root.iter(f"{{{_ODF}}}file-entry"):
        path = entry.get(f"{{{_ODF}}}full-path", "")
        if path and not path.endswith("/") and not path.startswith("META-INF/"):
            content = container.content(path)
            yield content.name if content else file_at(path, container) or path
