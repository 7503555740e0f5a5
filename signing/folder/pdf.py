"""The PDF view of a document of evidence: sealed, then time-stamped as a whole (PAdES-B-LTA, EN 319 142-1).

The last time stamp covers every byte but its own digits, which are compared with their one possible writing. What
was appended after the seal may only be proofs: anybody can have a modified file time-stamped, nobody can seal it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signing.folder.certificates import Authority
from signing.folder.elements import read_padded
from signing.folder.pdf_revisions import Document, check_appended, read_document
from signing.folder.pdf_values import Dictionary, Name, Reference
from signing.folder.proved import Digest, Flaw, Seal, prove_seal, prove_stamp

MAX_BYTES = 64 * 1024 * 1024
#: What the catalogue may gain after the seal: certificates and revocation lists, declared extensions.
_PROOFS = {"DSS", "Extensions"}
#: All that a field of a time stamp may say: no action, no appearance.
_FIELD = {"FT", "T", "Type", "Subtype", "F", "Rect", "P", "TU", "V"}
_SEAL, _STAMP = ("Sig", "ETSI.CAdES.detached"), ("DocTimeStamp", "ETSI.RFC3161")
_MAX_SIGNATURES = 100


@dataclass(frozen=True)
class _Signature:
    """`before` and `after` are where its digits are cut out; `end` is the end of the revision that it covers."""

    kind: tuple[str, str]
    token: bytes
    before: int
    after: int
    end: int

    def covered(self, data: bytes) -> bytes:
        return data[: self.before] + data[self.after : self.end]


def prove_pdf(data: bytes, authority: Authority, beside: Mapping[str, bytes]) -> Seal:
    """`beside`: the files that must be enclosed, byte for byte.

    Raises Flaw: malformed, coverage, content, altered, appended, enclosed, and the codes of seals and stamps.
    """
    try:
        document = read_document(data)
        signatures = _signatures(document)
        seal = _prove(signatures, data, authority)
        _check_additions(document, signatures[0].end)
        _check_enclosed(document, beside)
    except (ValueError, IndexError, RecursionError) as error:
        raise Flaw("malformed") from error
    return seal


# --- Signatures -------------------------------------------------------------------------------------------------
def _signatures(document: Document) -> list[_Signature]:
    """The seal, then the time stamps, as the form lists them; each ends a revision, the last the file."""
    fields = document.resolve(document.dictionary(document.catalogue.get("AcroForm")).get("Fields"))
    if not isinstance(fields, list) or not 1 < len(fields) <= _MAX_SIGNATURES:
        raise Flaw("unsealed")
    found = [_signature(document, document.dictionary(field)) for field in fields]
    if [signature.kind for signature in found] != [_SEAL, *[_STAMP] * (len(found) - 1)]:
        raise Flaw("unsealed")
    ends = [signature.end for signature in found]
    revisions = {revision.end for revision in document.revisions}
    if ends != sorted(set(ends)) or not set(ends) <= revisions or ends[-1] != len(document.data):
        raise Flaw("coverage")
    return found


def _signature(document: Document, field: Dictionary) -> _Signature:
    if "V" not in field:
        raise Flaw("appended")
    value = document.dictionary(field["V"])
    start, end = value.spans["Contents"] if "Contents" in value else (0, 0)
    covered = value.get("ByteRange")
    last = covered[-1] if isinstance(covered, list) and covered else None
    if not isinstance(last, int) or covered != [0, start, end, last]:
        raise Flaw("coverage")
    if last < 0 or end + last > len(document.data):
        raise Flaw("coverage")
    kind = (_name(value.get("Type")), _name(value.get("SubFilter")))
    return _Signature(kind, _token(document.data[start:end]), start, end, end + last)


def _name(value: Any) -> str:
    return value.text if isinstance(value, Name) else ""


def _token(digits: bytes) -> bytes:
    """The token, whose hexadecimal digits are all of one case and followed by zeros alone."""
    try:
        padded = bytes.fromhex(digits[1:-1].decode("ascii"))
        token = read_padded(padded).encoded
    except ValueError as error:
        raise Flaw("padding") from error
    written = (token.hex() + "00" * (len(padded) - len(token))).encode()
    if digits[:1] + digits[-1:] != b"<>" or digits[1:-1] not in (written, written.upper()):
        raise Flaw("padding")
    return token


def _prove(signatures: list[_Signature], data: bytes, authority: Authority) -> Seal:
    """The last first: it covers the others, and its digest explains every change."""
    for number, signature in enumerate(reversed(signatures)):
        digest_of = Digest(signature.covered(data))
        proved = _proved(signature, authority)
        if not proved.is_of(digest_of):
            raise Flaw("altered" if number == 0 else "content")
        if isinstance(proved, Seal):
            return proved
    raise Flaw("unsealed")


def _proved(signature: _Signature, authority: Authority) -> Any:
    if signature.kind == _SEAL:
        return prove_seal(signature.token, authority)
    try:
        return prove_stamp(signature.token, authority)
    except Flaw as flaw:
        raise Flaw("stamp") from flaw


# --- What came after the seal -----------------------------------------------------------------------------------
def _check_additions(document: Document, sealed_end: int) -> None:
    sealed = read_document(document.data[:sealed_end])
    check_appended(document, sealed_end)
    before, after = sealed.offsets, document.offsets
    if any(
        sealed.revisions[0].trailer.get(key) != document.revisions[0].trailer.get(key)
        for key in ("Root", "Info")
    ):
        raise Flaw("appended")
    for number, offset in before.items():
        if after.get(number) != offset:
            _check_change(sealed, document, Reference(number), set(before))


def _check_change(sealed: Document, document: Document, reference: Reference, known: set[int]) -> None:
    before, after = sealed.dictionary(reference), document.dictionary(reference)
    grown = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    is_catalogue = sealed.revisions[0].trailer.get("Root") == reference
    if is_catalogue and grown <= _PROOFS:
        return
    if grown - {"Annots", "Fields"} or document.at(reference).stream is not None:
        raise Flaw("appended")
    for key in grown:
        _check_fields(document, before.get(key), after.get(key), known)


def _check_fields(document: Document, before: Any, after: Any, known: set[int]) -> None:
    """A list of fields grew at its end, by fields that show nothing and do nothing."""
    if not isinstance(before, list) or not isinstance(after, list) or after[: len(before)] != before:
        raise Flaw("appended")
    for reference in after[len(before) :]:
        if not isinstance(reference, Reference) or reference.number in known:
            raise Flaw("appended")
        field = document.dictionary(reference)
        corners = field.get("Rect")
        is_point = isinstance(corners, list) and corners[:1] * 4 == corners != []
        if not set(field) <= _FIELD or not is_point:
            raise Flaw("appended")
        if (_name(field.get("Subtype")), _name(field.get("FT"))) != ("Widget", "Sig"):
            raise Flaw("appended")


# --- Enclosed files ---------------------------------------------------------------------------------------------
def _check_enclosed(document: Document, beside: Mapping[str, bytes]) -> None:
    enclosed = document.enclosed()
    for name, content in beside.items():
        if name not in enclosed:
            raise Flaw("not_enclosed", name=name)
        if enclosed[name] != content:
            raise Flaw("enclosed", name=name)
