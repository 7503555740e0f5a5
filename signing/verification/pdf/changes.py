"""What was appended to a PDF after a signature (incremental updates), judged by pyHanko's difference analysis."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, IndirectObject, Reference
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.rules_api import Context, ReferenceUpdate, WhitelistRule
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel

from signing.verification.facts import Changes, Covers
from signing.verification.pdf.fields import PdfSignature

logger = logging.getLogger(__name__)


def changes_after(
    reader: PdfFileReader | None, signature: PdfSignature, *, end: float
) -> tuple[Covers, Changes]:
    """Whether the signature covers a whole revision, and what came after it. Never raises.

    `end` is the value of time.monotonic() after which revisions are no longer compared. What cannot be compared is
    UNKNOWN; what pyHanko cannot justify is FORBIDDEN.
    """
    byte_range = signature.byte_range
    if byte_range is None or not byte_range.spares_only(signature.contents):
        return Covers.PARTIAL, Changes.FORBIDDEN
    if byte_range.reaches_the_end:
        return Covers.WHOLE, Changes.NONE
    if reader is None or signature.field is None:
        covers_a_revision = byte_range.ends_a_revision
        return (Covers.WHOLE, Changes.UNKNOWN) if covers_a_revision else (Covers.PARTIAL, Changes.FORBIDDEN)
    if not byte_range.rest_ends_a_revision:
        return Covers.WHOLE, Changes.UNKNOWN
    try:
        return _compare(reader, signature, end)
    except Exception as error:  # noqa: BLE001  pyHanko raises KeyError, ValueError, RecursionError… on real files
        logger.info("Revisions not comparable: %s", type(error).__name__)
        return Covers.WHOLE, Changes.UNKNOWN


def _compare(reader: PdfFileReader, signature: PdfSignature, end: float) -> tuple[Covers, Changes]:
    _forgive_dangling_references(reader)
    embedded = EmbeddedPdfSignature(reader, signature.field, signature.name)
    embedded.compute_integrity_info(skip_diff=True)
    coverage: Any = embedded.coverage
    if coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
        return Covers.PARTIAL, Changes.FORBIDDEN
    result = embedded.evaluate_modifications(_policy(end))
    if isinstance(result, SuspiciousModification):
        logger.info("A revision of a PDF changes what was signed")
        return Covers.WHOLE, Changes.FORBIDDEN
    return Covers.WHOLE, _changes(result.modification_level, embedded.docmdp_level)


def _changes(level: Any, allowed: Any) -> Changes:
    """Annotations are refused: a drawing over the text is one. `allowed` is the signer's own limit (DocMDP)."""
    if level > ModificationLevel.FORM_FILLING or (allowed is not None and level.value > allowed.value):
        return Changes.FORBIDDEN
    if level is ModificationLevel.FORM_FILLING:
        return Changes.FORM
    # Bytes were appended: where pyHanko saw no revision in them, it compared nothing.
    return Changes.UNKNOWN if level is ModificationLevel.NONE else Changes.PROOFS


def _forgive_dangling_references(reader: PdfFileReader) -> None:
    """A reference to an object that no revision ever defined means null; pyHanko raises KeyError for it.

    Once an object has the number, its revision is known and it is compared like another.
    """
    known: Callable[[Reference], int] = reader.xrefs.get_introducing_revision

    def introducing_revision(reference: Reference) -> int:
        try:
            return known(reference)
        except KeyError:
            return -1

    setattr(reader.xrefs, "get_introducing_revision", introducing_revision)  # noqa: B010  a method


def _policy(end: float) -> StandardDiffPolicy:
    return StandardDiffPolicy(
        global_rules=[
            *DEFAULT_DIFF_POLICY.global_rules,
            _AdditionalStreams().as_qualified(ModificationLevel.LTA_UPDATES),
            _Deadline(end).as_qualified(ModificationLevel.NONE),
        ],
        form_rule=DEFAULT_DIFF_POLICY.form_rule,
    )


class _AdditionalStreams(WhitelistRule):
    """The trailer's entry by which LibreOffice finds the source of a document; no viewer shows it.

    Tools that rewrite a document drop the stream and keep the entry, and give its number to something else later.
    """

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        streams = old.trailer_view.get("/AdditionalStreams")
        if not isinstance(streams, ArrayObject):
            return
        for index, stream in enumerate(streams):
            if isinstance(stream, IndirectObject):
                path = RawPdfPath("/AdditionalStreams", index)
                yield ReferenceUpdate(stream.reference, context_checked=Context.from_absolute(old, path))


class _Deadline(WhitelistRule):
    """Allows nothing: called once for each revision, it stops a comparison that lasts too long."""

    def __init__(self, end: float) -> None:
        self.end = end

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        if time.monotonic() > self.end:
            raise TimeoutError
        return ()
