"""All documents of a consultation as one ZIP, made while it is sent: nothing is written, its size is known first."""

from collections.abc import Sequence
from hashlib import sha256

from django.utils.text import slugify
from zipstream import ZipStream

from procurement.files.names import clean_name
from procurement.files.services import read_chunks
from tenders.models import Consultation, Document
from tenders.rules.documents import distinct_names

MANIFEST = "SHA256SUMS"


def folder_of(consultation: Consultation) -> str:
    """The one folder inside, and the name of the file outside: « DCE-2026-014 »."""
    return f"DCE-{slugify(consultation.reference).upper() or consultation.pk}"


def entries_of(documents: Sequence[Document]) -> list[tuple[str, Document]]:
    """Each document with the name it has in the archive: clean, and no two alike."""
    names = distinct_names([MANIFEST, *(clean_name(document.file.name) for document in documents)])
    return list(zip(names[1:], documents, strict=True))


def manifest_of(documents: Sequence[Document]) -> bytes:
    """What `sha256sum --check SHA256SUMS` reads in the unpacked folder."""
    return "".join(f"{document.file.sha256}  {name}\n" for name, document in entries_of(documents)).encode()


def etag_of(documents: Sequence[Document]) -> str:
    return f'"{sha256(manifest_of(documents)).hexdigest()}"'


def build(consultation: Consultation, documents: Sequence[Document]) -> ZipStream:
    """An iterable of bytes whose len() is the exact size; stored without compression, so that both are cheap."""
    stream = ZipStream(sized=True)
    folder = folder_of(consultation)
    for name, document in entries_of(documents):
        stream.add(read_chunks(document.file), f"{folder}/{name}", size=document.file.size)
    stream.add(manifest_of(documents), f"{folder}/{MANIFEST}")
    return stream
