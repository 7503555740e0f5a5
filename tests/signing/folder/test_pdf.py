"""The PDF view after its seal: proofs may be added, nothing else, whoever time-stamps it (EN 319 142-1)."""

import io
from datetime import timedelta

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.folder.pdf import prove_pdf
from signing.folder.pdf_revisions import read_document
from signing.folder.proved import Flaw
from tests.conftest import NOW
from tests.signing.folder import attacks
from tests.signing.folder.attacks import stamped_again
from tests.signing.folder.conftest import check, enclosed, failed, message, proved_authority


@pytest.fixture
def pdf(files):
    return files["receipt.pdf"]


@pytest.fixture
def refusal(files):
    """The code of the flaw that is found, or the time of the seal."""
    known, beside = proved_authority(files), enclosed(files)

    def judge(data, *, beside=beside):
        try:
            return prove_pdf(data, known, beside).moment
        except Flaw as flaw:
            return flaw.code

    return judge


def test_the_seal_is_dated_by_its_own_time_stamp(pdf, refusal):
    assert refusal(pdf) == NOW


def test_the_seal_survives_the_time_stamps_that_renew_it(pdf, refusal, authority):
    """LTA renewal: years later, one more time stamp over the whole."""
    renewed = stamped_again(pdf, authority, NOW + timedelta(days=700))
    renewed = stamped_again(renewed, authority, NOW + timedelta(days=1400), name="Et encore")
    assert refusal(renewed) == NOW


@pytest.mark.parametrize("change", attacks.CHANGES, ids=lambda change: change.__name__)
def test_what_changes_the_document_is_refused_even_time_stamped_by_our_clock(pdf, refusal, authority, change):
    assert refusal(stamped_again(pdf, authority, change=change)) in ("appended", "unsealed")


def test_a_revision_without_time_stamp_is_not_covered(pdf, refusal):
    output = io.BytesIO(pdf)
    writer = IncrementalPdfFileWriter(output)
    writer.update_root()
    writer.write_in_place()
    assert refusal(output.getvalue()) == "coverage"


def test_something_hidden_between_two_revisions_is_refused(pdf, refusal, authority):
    """The tables do not list it; a reader that repairs files might show it."""
    hidden = pdf + b"67 0 obj\n<</Type/Page>>\nendobj\n"
    assert refusal(hidden) == "malformed"


def test_the_seal_alone_without_the_time_stamp_over_the_whole_is_refused(pdf, refusal):
    first = read_document(pdf).revisions[1]
    assert refusal(pdf[: first.end]) == "unsealed"


def test_a_pdf_that_nobody_sealed_is_refused(pdf, refusal):
    assert refusal(pdf[: pdf.index(b"%%EOF") + 6]) in ("unsealed", "malformed")


def test_a_pdf_rebuilt_by_another_tool_is_refused(pdf, refusal):
    rebuilt = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(rebuilt)
    assert refusal(rebuilt.getvalue()) in ("coverage", "malformed", "padding")


def test_the_digits_of_a_token_have_one_writing(pdf, refusal):
    start = pdf.rindex(b"/Contents <") + 11
    lower = pdf[:start] + pdf[start : start + 40].lower() + pdf[start + 40 :]
    assert lower != pdf
    assert refusal(lower) == "padding"


def test_a_file_beside_that_is_not_the_one_enclosed_is_named(files):
    files["receipt.json.tsr"] = files["receipt.json.tsr"][:-1] + b"\x00"
    assert "receipt.json.tsr" in message(check(files), "pdf")
    assert set(failed(check(files))) == {"time", "pdf"}


def test_what_is_enclosed_is_what_another_reader_of_pdf_finds(pdf):
    found = read_document(pdf).enclosed()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert found == {name: file.get_file().read_bytes() for name, file in document.attachments.items()}


def test_pdfsig_and_this_reader_agree_on_what_the_last_signature_covers(files, folder, run):
    (folder / "receipt.pdf").write_bytes(files["receipt.pdf"])
    assert "Total document signed" in run("pdfsig", "receipt.pdf").stdout
    assert failed(check(files)) == []
