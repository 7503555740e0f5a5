"""The document security store of a PDF (EN 319 142-1 5.4.2.2): certificates and proofs of non-revocation."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.verification.cms.material import Material
from signing.verification.pdf.fields import PdfSignature

_KINDS = {"certificates": ("/Certs", "/Cert"), "crls": ("/CRLs", "/CRL"), "ocsps": ("/OCSPs", "/OCSP")}
_MAX_STREAMS = 500


def read_store(reader: PdfFileReader) -> Material:
    """Every stream that can be read, of the store and of its entries for each signature (VRI)."""
    try:
        stores = list(_stores(reader.root["/DSS"]))
    except (PdfError, KeyError, ValueError, TypeError, AttributeError):
        return Material()
    found = {kind: tuple(_streams(stores, keys)) for kind, keys in _KINDS.items()}
    return Material(**found) + Material()


def has_store_before(reader: PdfFileReader | None, part: PdfSignature) -> bool:
    """Whether the document already had a store in the revision of that signature or time stamp."""
    if reader is None or part.field is None:
        return False
    try:
        reference = part.field.get_object().raw_get("/V").reference
        revision = reader.xrefs.get_last_change(reference)
        return "/DSS" in reader.get_historical_resolver(revision).root
    except (PdfError, KeyError, ValueError, TypeError, AttributeError):
        return False


def _stores(store: Any) -> Iterator[Any]:
    yield store
    entries = store["/VRI"] if "/VRI" in store else {}  # noqa: SIM401  get() would not follow a reference
    for key in list(entries)[:_MAX_STREAMS]:
        yield entries[key]


def _streams(stores: list[Any], keys: tuple[str, str]) -> Iterator[bytes]:
    members = (member for store in stores for key in keys for member in _members(store, key))
    for member in islice(members, _MAX_STREAMS):
        try:
            yield bytes(member.get_object().data)
        except (PdfError, zlib.error, KeyError, ValueError, TypeError, AttributeError):
            continue


def _members(store: Any, key: str) -> Iterator[Any]:
    try:
        yield from store[key] if key in store else ()  # noqa: SIM401  get() would not follow a reference
    except (PdfError, KeyError, ValueError, TypeError, AttributeError):
        return
