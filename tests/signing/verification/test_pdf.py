"""Signed PDFs of our own making, then altered: what was signed, what came after, what pyHanko cannot read."""

import io
from datetime import timedelta

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.validation import EmbeddedPdfSignature

from signing import seals
from signing.verification.facts import Changes, Covers, Format, StampKind, Sub
from signing.verification.pdf.changes import changes_after
from signing.verification.pdf.fields import open_pdf, signature_fields
from signing.verification.pdf.pdf import read_pdf
from tests.signing import pki

DAY = timedelta(days=1)


@pytest.fixture
def sealed(receipt_pdf, authority, now, db):
    return seals.seal_pdf(receipt_pdf, reason="Récépissé", authority=authority, now=now)


@pytest.fixture
def enterprise(authority, now):
    return pki.signer(authority, begins=now - DAY, ends=now + DAY)


@pytest.fixture
def signed(receipt_pdf, enterprise, now):
    return pki.sign(receipt_pdf, enterprise, now=now)


def only(facts):
    assert facts.format is Format.PADES
    (signature,) = facts.signatures
    return signature


def outcome(signature):
    return signature.intact, signature.authentic, signature.covers, signature.changes, signature.broken


WHOLE = (True, True, Covers.WHOLE, Changes.NONE, "")


# --- What is good ---------------------------------------------------------------------------------------------
def test_our_seal_is_whole_stamped_and_archived(sealed, authority, now):
    facts = read_pdf(sealed, now=now)
    signature = only(facts)
    assert outcome(signature) == (True, True, Covers.WHOLE, Changes.PROOFS, "")
    assert (signature.level, signature.is_baseline, signature.format_problem) == ("B-LTA", True, "")
    assert [(stamp.kind, stamp.problem) for stamp in signature.stamps] == [
        (StampKind.SIGNATURE, ""),
        (StampKind.ARCHIVE, ""),
    ]
    (document_stamp,) = facts.stamps
    assert (document_stamp.kind, document_stamp.problem, document_stamp.at) == (StampKind.DOCUMENT, "", now)
    assert signature.crls


@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LT"])
def test_the_level_is_that_of_the_material_present(receipt_pdf, enterprise, now, level):
    stamped = None if level == "B-B" else now
    crl = pki.revoke(enterprise, now) if level == "B-LT" else None
    signature = only(
        read_pdf(pki.sign(receipt_pdf, enterprise, now=now, stamped_at=stamped, crl=crl), now=now)
    )
    assert (signature.level, signature.is_baseline) == (level, True)


def test_a_document_without_signature_has_none(receipt_pdf, now):
    facts = read_pdf(receipt_pdf, now=now)
    assert (facts.format, facts.signatures, facts.stamps, facts.problems) == (Format.NONE, (), (), ())


def sign_again(pdf: bytes, by) -> bytes:
    signer = SimpleSigner.load(by.folder / f"{by.name}.key", by.folder / f"{by.name}.pem")
    metadata = PdfSignatureMetadata(field_name="Cotraitant", subfilter=SigSeedSubFilter.PADES)
    output = sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, signer=signer)
    return output.getvalue()


def test_all_signatures_are_judged_and_the_second_is_no_alteration(signed, colleague, now):
    first, second = read_pdf(sign_again(signed, colleague), now=now).signatures
    assert (outcome(first)[3], outcome(second)) == (Changes.FORM, WHOLE)
    assert (first.place, second.place) == ("Cachet", "Cotraitant")
    assert second.certificate == colleague.certificate


def test_too_many_signatures_end_the_check(signed, colleague, now, monkeypatch):
    monkeypatch.setattr("signing.verification.pdf.pdf.MAX_SIGNATURES", 1)
    facts = read_pdf(sign_again(signed, colleague), now=now)
    assert (len(facts.signatures), len(facts.problems)) == (1, 1)
    assert "trop de signatures" in facts.problems[0]


# --- What was altered -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6])
def test_a_changed_byte_is_found(signed, now, share):
    position = int(signed.index(b"/ByteRange") * share)
    altered = bytearray(signed)
    altered[position] ^= 1
    for signature in read_pdf(bytes(altered), now=now).signatures:
        assert signature.intact is not True or signature.broken


def test_an_annotation_drawn_after_the_signature_is_forbidden(signed, now):
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    note = DictionaryObject(
        {NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Square")}
    )
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[NameObject("/Annots")] = ArrayObject([writer.add_object(note)])
    writer.update_container(page)
    assert outcome(only(read_pdf(written(writer), now=now)))[3] is Changes.FORBIDDEN


def written(writer) -> bytes:
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize("rubbish", [b"\nnot a revision\n", b"1 0 obj\n<</Type/Pages>>\nendobj\n%%EOF\n"])
def test_appended_rubbish_is_not_taken_for_the_signed_document(sealed, signed, now, rubbish):
    for pdf in (signed, sealed):
        assert only(read_pdf(pdf + rubbish, now=now)).changes is Changes.UNKNOWN


def test_blank_bytes_at_the_end_change_nothing(signed, now):
    assert outcome(only(read_pdf(signed + b"\r\n\r\n", now=now))) == WHOLE


def test_a_rewritten_document_is_no_longer_the_signed_one(signed, now):
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        output = io.BytesIO()
        pdf.save(output)
    for signature in read_pdf(output.getvalue(), now=now).signatures:
        assert signature.intact is not True
        assert signature.changes is Changes.FORBIDDEN


def test_a_truncated_document_is_said_to_be_so(signed, now):
    signature = only(read_pdf(signed[:-20], now=now))
    assert (signature.intact, signature.broken) == (False, Sub.HASH_FAILURE)
    assert "tronqué" in signature.why


# --- What pyHanko cannot read ---------------------------------------------------------------------------------
def with_dangling_reference(pdf: bytes) -> bytes:
    """A store of proofs (DSS), and a trailer that names an object which nobody defined, as LibreOffice's do."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    certificate = writer.add_object(StreamObject(stream_data=b"a certificate"))
    store = DictionaryObject({NameObject("/Certs"): ArrayObject([certificate])})
    writer.root[NameObject("/DSS")] = writer.add_object(store)
    writer.update_root()
    source = ArrayObject([NameObject("/application#2Fvnd"), IndirectObject(9999, 0, writer)])
    writer.set_custom_trailer_entry(NameObject("/AdditionalStreams"), source)
    return written(writer)


def test_a_document_that_makes_pyhanko_raise_keyerror_is_still_compared(signed, now):
    """Trap: KeyError out of pyHanko's difference analysis on real documents."""
    pdf = with_dangling_reference(signed)
    embedded = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures[0]
    assert isinstance(embedded, EmbeddedPdfSignature)
    with pytest.raises(KeyError):
        embedded.compute_integrity_info()
    assert outcome(only(read_pdf(pdf, now=now))) == (True, True, Covers.WHOLE, Changes.PROOFS, "")


def test_a_broken_structure_leaves_integrity_judged_and_later_changes_unknown(signed, now):
    broken = signed + b"1 0 obj\n<<>>\nendobj\ntrailer\n<</Prev 0>>\nstartxref\n3\n%%EOF\n"
    facts = read_pdf(broken, now=now)
    signature = only(facts)
    assert (signature.intact, signature.authentic, signature.changes) == (True, True, Changes.UNKNOWN)
    assert "structure du document est endommagée" in facts.problems[0]


def test_a_broken_structure_hides_no_alteration(signed, now):
    altered = signed.replace(b"%PDF-1", b"%PDF-2", 1) + b"trailer\n<</Prev 0>>\nstartxref\n3\n%%EOF\n"
    assert only(read_pdf(altered, now=now)).broken == Sub.HASH_FAILURE


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.7\n/ByteRange [0 1 2 3]", b"\x00" * 2000])
def test_what_is_not_a_pdf_is_a_fact_never_an_exception(data, now):
    facts = read_pdf(data, now=now)
    assert all(signature.broken for signature in facts.signatures)


def test_a_comparison_that_lasts_too_long_is_given_up(sealed):
    reader = open_pdf(sealed)
    signature = signature_fields(reader, sealed)[0]
    assert changes_after(reader, signature, end=0) == (Covers.WHOLE, Changes.UNKNOWN)
