"""Our own signed files, of every format and level: valid with our authority as anchor, and never once altered."""

import io
import zipfile

import pytest

from signing.verification import checks
from signing.verification.facts import Content
from signing.verification.reports import CheckCode, Outcome, Status, Verdict
from signing.verification.trust.trust import TrustStore
from tests.conftest import NOW
from tests.signing.conftest import render_receipt
from tests.signing.verification import makers

NAMES = [
    "pades-b-b.pdf", "pades-b-t.pdf", "pades-b-lt.pdf", "pades-b-lta.pdf",
    "cades-b-b.p7s", "cades-b-t.p7s", "cades-b-t-enveloping.p7m",
    "xades-enveloped.xml", "xades-enveloping.xml", "xades-detached.xml",
    "asic-s-xades.asics", "asic-s-cades.asics", "asic-s-tst.asics",
    "asic-e-cades.asice", "asic-e-xades.asice", "asic-e-tst.asice",
    "reponse.tsr", "jeton.tst",
]  # fmt: skip


@pytest.fixture(scope="module")
def files(authority):
    found = makers.every_kind(authority, render_receipt(NOW))
    assert sorted(found) == sorted(NAMES)
    return found


def check(signed, store, **changes):
    data = changes.get("data", signed.data)
    beside = changes.get("beside", signed.beside)
    contents = [Content.of(signed.name, data), *beside]
    return checks.check(contents, now=NOW, trust=store)[0]


@pytest.mark.parametrize("name", NAMES)
def test_what_we_sign_is_valid_with_our_authority_as_anchor(files, authority, name):
    """Annexe 12 art. 5."""
    report = check(files[name], makers.trust(authority))
    assert report.verdict is Verdict.VALID, report
    assert report.problems == ()
    assert {stamp.status for found in (report, *report.signatures) for stamp in found.stamps} <= {
        Status.PASSED
    }
    for signature in report.signatures:
        assert signature.outcome(CheckCode.INTEGRITY) is Outcome.PASSED
        assert signature.outcome(CheckCode.FORMAT) is Outcome.PASSED


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_better_than_indeterminate_without_an_anchor(files, name):
    report = check(files[name], TrustStore.empty())
    assert report.verdict is Verdict.INDETERMINATE
    assert {signature.sub_indication for signature in report.signatures} <= {"NO_CERTIFICATE_CHAIN_FOUND"}


# --- Altered ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    [name for name in NAMES if name.startswith(("cades-b-b", "cades-b-t.", "xades-d", "rep", "jeton"))],
)
def test_a_changed_document_beside_its_signature_is_refused(files, authority, name):
    signed = files[name]
    (document,) = signed.beside
    changed = Content.of(document.name, document.open().read().replace(b"12", b"13"))
    report = check(signed, makers.trust(authority), beside=(changed,))
    assert report.verdict is Verdict.INVALID
    assert all(found.outcome(CheckCode.INTEGRITY) is Outcome.FAILED for found in report.signatures)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("cades-b-t-env", "xades-env"))])
def test_a_changed_document_inside_its_signature_is_refused(files, authority, name):
    signed = files[name]
    changed = signed.data.replace(b"12 000", b"13 000").replace(b">12000", b">13000")
    assert changed != signed.data
    assert check(signed, makers.trust(authority), data=changed).verdict is Verdict.INVALID


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("pades")])
def test_a_pdf_changed_anywhere_in_what_was_signed_is_refused(files, authority, name):
    signed = files[name]
    place = signed.data.index(b"/MediaBox")
    changed = signed.data[:place] + b"/MediaBos" + signed.data[place + 9 :]
    assert check(signed, makers.trust(authority), data=changed).verdict is not Verdict.VALID


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("asic")])
def test_a_container_with_a_changed_document_is_refused(files, authority, name):
    def change(parts):
        return {
            part: data.replace(b"12", b"13") if "META" not in part else data for part, data in parts.items()
        }

    report = check(files[name], makers.trust(authority), data=repacked(files[name].data, change))
    assert report.verdict is Verdict.INVALID


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("asic")])
def test_a_container_with_one_file_more_or_less_is_not_valid(files, authority, name):
    def less(parts):
        dropped = min(part for part in parts if not part.startswith(("META", "mimetype")))
        return {part: data for part, data in parts.items() if part != dropped}

    for change in (lambda parts: parts | {"ajout.txt": b"autre"}, less):
        report = check(files[name], makers.trust(authority), data=repacked(files[name].data, change))
        assert report.verdict is not Verdict.VALID
        assert report.problems


def repacked(data, change):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    mimetype = parts.pop("mimetype").decode()
    return makers.archive(mimetype, change(parts))
