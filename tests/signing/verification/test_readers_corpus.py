"""Real PAdES, CAdES and RFC 3161 files of EU DSS, pyHanko and sigstore: what our readers find in them."""

import io
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.x509 import ocsp
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.verification.cms.cms import read_cms
from signing.verification.cms.tokens import read_token
from signing.verification.facts import Changes, StampKind, Sub
from signing.verification.pdf.pdf import read_pdf
from tests.signing.verification import manifest

pytestmark = pytest.mark.corpus
THEN = datetime(2026, 11, 23, tzinfo=UTC)
ALLOWED = {Changes.NONE, Changes.PROOFS, Changes.FORM}


@pytest.fixture(scope="module")
def found(shared_data):
    """Row and facts of every file that is ours."""
    ours = ("open/pades/", "open/cades/", "open/rfc3161/")
    rows = [row for row in manifest.rows(shared_data) if row.path.startswith(ours)]
    assert len(rows) > 60
    return [(row, read(shared_data, row)) for row in rows]


def read(shared_data, row):
    data = (shared_data / "signing" / row.path).read_bytes()
    beside = [manifest.content(shared_data, path) for path in row.beside]
    if "/pades/" in row.path:
        return read_pdf(data, now=THEN)
    return read_cms(data, beside, row.path) if "/cades/" in row.path else read_token(data, beside)


def those(found, *labels):
    chosen = [(row.key, facts) for row, facts in found if row.expected in labels]
    assert chosen
    return chosen


def named(found, start):
    chosen = [facts for row, facts in found if row.path.rsplit("/", 1)[1].startswith(start)]
    assert chosen
    return chosen


def is_whole(signature):
    whole = (signature.intact, signature.authentic, signature.broken) == (True, True, "")
    return whole and signature.changes in ALLOWED


def stamps_of(facts):
    return [*facts.stamps, *(stamp for signature in facts.signatures for stamp in signature.stamps)]


def test_whole_documents_are_found_whole(found):
    for key, facts in those(found, "integrity-ok"):
        assert all(map(is_whole, facts.signatures)), key
        assert facts.signatures or facts.stamps, key


def test_altered_and_forged_documents_are_not(found):
    for key, facts in those(found, "signature-invalid", "modified-after-signature"):
        assert not all(is_whole(signature) and signature.is_baseline for signature in facts.signatures), key


def test_a_missing_document_is_neither_whole_nor_changed(found):
    for key, facts in those(found, "data-missing"):
        assert {signature.intact for signature in facts.signatures} == {None}, key


def test_a_document_never_signed_has_no_signature(found):
    for key, facts in those(found, "no-signature"):
        assert (facts.signatures, facts.stamps, facts.broken) == ((), (), ""), key


def test_a_time_stamp_that_does_not_hold_says_why(found):
    for key, facts in those(found, "ts-problem"):
        assert any(stamp.problem and stamp.message for stamp in stamps_of(facts)), key


@pytest.mark.parametrize(
    ("file", "made_for"),
    [
        ("pades-two-sig-copied-tst", "la signature «"),
        ("pades-lta-copied-doctst", "la signature «"),
        ("pades-t-duplicated-doctst", "le document tel que le couvre"),
        ("cades-t-copied-sigtst", "le document, avant sa signature"),
    ],
)
def test_a_copied_time_stamp_says_what_it_was_made_for(found, file, made_for):
    (facts,) = named(found, file)
    copies = [stamp for stamp in stamps_of(facts) if "est une copie" in stamp.message]
    assert {stamp.problem for stamp in copies} == {Sub.HASH_FAILURE}
    assert all(made_for in stamp.message for stamp in copies)


def test_an_archive_time_stamp_over_lost_proofs_says_which(found):
    for facts in named(found, "cades-ats-v3-wrong"):
        problems = [stamp.message for stamp in stamps_of(facts) if stamp.problem]
        assert len(problems) == 1
        assert "ne figure pas" in problems[0]


def test_a_time_stamp_typed_as_a_signature_is_a_time_stamp(found):
    (facts,) = named(found, "pades-tst-with-sig-type")
    assert (len(facts.signatures), [stamp.kind for stamp in facts.stamps]) == (1, [StampKind.DOCUMENT])


def test_injected_certificates_change_nothing_to_the_signer(found):
    (clean,), (injected,) = named(found, "response.tsr"), named(found, "response-injected")
    assert injected.stamps[0].certificate == clean.stamps[0].certificate
    assert len(injected.stamps[0].certificates) == 2


def test_documents_on_which_pyhanko_raises_are_compared_all_the_same(found, shared_data):
    """Trap: KeyError out of pyHanko's difference analysis on real documents."""
    raising = [facts for row, facts in found if "/pades/" in row.path and raises(shared_data, row)]
    assert raising
    for facts in raising:
        assert Changes.UNKNOWN not in {signature.changes for signature in facts.signatures}


def raises(shared_data, row):
    data = (shared_data / "signing" / row.path).read_bytes()
    try:
        for signature in PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures:
            signature.compute_integrity_info()
    except KeyError:
        return True
    except Exception:  # noqa: BLE001  it raises others, of which this test does not speak
        return False
    return False


def test_what_is_handed_to_the_judgement_of_trust_is_what_it_is_said_to_be(found):
    for _, facts in those(found, "integrity-ok"):
        for signature in facts.signatures:
            assert signature.certificate is not None
            for der in signature.crls:
                x509.load_der_x509_crl(der)
            for der in signature.ocsps:
                ocsp.load_der_ocsp_response(der)
