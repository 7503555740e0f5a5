"""The door: one report for each file, whatever the files hold."""

import pytest

from signing.verification import checks
from signing.verification.facts import Content, Format
from signing.verification.pdf import pdf
from signing.verification.reports import CheckCode, Outcome, Verdict
from signing.verification.trust.trust import TrustStore
from tests.conftest import NOW
from tests.signing.verification import makers
from tests.signing.verification.makers import ANNEX, DOCUMENT

ACT, PRICES = Content.of("acte.txt", DOCUMENT), Content.of("prix.txt", ANNEX)


@pytest.fixture(scope="module")
def store(authority):
    return makers.trust(authority)


@pytest.fixture(scope="module")
def signature(authority):
    return Content.of(
        "jeton sans rapport avec le nom.sig", makers.cades(authority, DOCUMENT, is_stamped=True)
    )


def check(store, *contents):
    return checks.check(contents, now=NOW, trust=store)


def check_detached(store, signature, *documents):
    return checks.check_detached(signature, documents, now=NOW, trust=store)


# --- Pairs ----------------------------------------------------------------------------------------------------
def test_a_detached_signature_finds_its_document_by_digest(store, signature):
    annex, act, signed = check(store, PRICES, ACT, signature)
    assert (annex.verdict, act.verdict, signed.verdict) == (Verdict.UNSIGNED, Verdict.VALID, Verdict.VALID)
    assert (act.format, act.signed_by) == (Format.CADES, (signature.name,))
    assert act.signatures == signed.signatures
    assert annex.signed_by == ()


def test_a_signature_without_its_document_is_not_judged(store, signature):
    (report,) = check(store, signature)
    assert report.verdict is Verdict.INDETERMINATE
    assert report.signatures[0].sub_indication == "SIGNED_DATA_NOT_FOUND"
    assert report.signatures[0].outcome(CheckCode.INTEGRITY) is Outcome.UNKNOWN


def test_two_signatures_of_one_document_are_both_told(store, authority, signature):
    other = Content.of("autre.p7s", makers.cades(authority, DOCUMENT, is_stamped=False))
    act, *_ = check(store, ACT, signature, other)
    assert len(act.signatures) == 2
    assert act.signed_by == (signature.name, "autre.p7s")


def test_signatures_given_without_their_documents_do_not_accuse_each_other(store, authority, signature):
    other = Content.of("autre.p7s", makers.cades(authority, ANNEX, is_stamped=False))
    assert [report.verdict for report in check(store, signature, other)] == [Verdict.INDETERMINATE] * 2
    changed = Content.of("acte.txt", DOCUMENT + b".")
    assert {report.verdict for report in check(store, changed, signature, other)[1:]} == {Verdict.INVALID}


def test_a_signature_may_be_signed_and_stamped_in_turn(store, authority, signature):
    data = signature.open().read()
    above = Content.of("au-dessus.p7s", makers.cades(authority, data, is_stamped=False))
    token = Content.of("jeton.tsr", makers.token(authority, data))
    reports = check(store, signature, ACT, above, token)
    assert [report.verdict for report in reports] == [Verdict.VALID] * 4


def test_each_document_is_judged_against_the_given_signature(store, signature):
    act, prices = check_detached(store, signature, ACT, PRICES)
    assert (act.file, act.verdict) == ("acte.txt", Verdict.VALID)
    assert (prices.file, prices.verdict) == ("prix.txt", Verdict.INVALID)
    assert prices.signatures[0].outcome(CheckCode.INTEGRITY) is Outcome.FAILED


def test_a_signature_that_carries_another_document_does_not_sign_this_one(store, authority):
    enveloping = makers.cades(authority, ANNEX, is_stamped=False, detached=False)
    (act,) = check_detached(store, Content.of("annexe.p7m", enveloping), ACT)
    assert (act.verdict, act.problems) == (Verdict.INVALID, ("Cette signature ne porte pas sur ce fichier.",))


def test_the_namesake_of_a_file_in_a_container_is_not_signed(store, authority):
    container = makers.archive(makers.ASIC_E, makers.asic_e_cades(authority, {"acte.txt": ANNEX}))
    act, signed = check(store, ACT, Content.of("conteneur.asice", container))
    assert (act.verdict, signed.verdict) == (Verdict.UNSIGNED, Verdict.VALID)


def test_a_file_that_is_nothing_signs_nothing(store):
    (act,) = check_detached(store, PRICES, ACT)
    assert (act.verdict, act.signed_by) == (Verdict.UNSIGNED, ())


# --- Time stamps ----------------------------------------------------------------------------------------------
def test_a_document_that_is_only_time_stamped_stays_unsigned(store, authority):
    token = Content.of("jeton.tsr", makers.timestamps.response(makers.token(authority, DOCUMENT)))
    act, stamped = check(store, ACT, token)
    assert (act.verdict, act.format, len(act.stamps)) == (Verdict.UNSIGNED, Format.NONE, 1)
    assert (stamped.verdict, stamped.format) == (Verdict.VALID, Format.TIMESTAMP)


def test_a_token_of_another_document_is_invalid(store, authority):
    token = Content.of("jeton.tsr", makers.token(authority, DOCUMENT))
    assert check_detached(store, token, PRICES)[0].verdict is Verdict.INVALID


# --- What breaks ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("error", [KeyError("x"), RecursionError(), AssertionError(), MemoryError()])
def test_what_breaks_a_library_is_indeterminate_with_the_reason(store, monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(pdf, "read_pdf", fail)
    (report,) = check(store, Content.of("casse.pdf", b"%PDF-1.7"))
    assert (report.verdict, report.format) == (Verdict.INDETERMINATE, Format.PADES)
    assert type(error).__name__ in report.problems[0]


def test_a_judgement_that_breaks_is_indeterminate(store, signature, monkeypatch):
    monkeypatch.setattr(checks, "assess", lambda *_, **__: None)
    act, signed = check(store, ACT, signature)
    assert (act.verdict, signed.verdict) == (Verdict.INDETERMINATE, Verdict.INDETERMINATE)


def test_a_file_that_cannot_be_opened_is_indeterminate(store):
    def refuse():
        raise PermissionError

    (report,) = check(store, Content(name="secret", size=3, open=refuse))
    assert (report.verdict, "PermissionError" in report.problems[0]) == (Verdict.INDETERMINATE, True)


@pytest.mark.parametrize(
    "data", [b"", b"0" * 100, b"%PDF-", b"PK\x03\x04", b"<", b"\x30\x80" + b"\x30\x80" * 9000]
)
def test_rubbish_has_a_verdict(data):
    (report,) = checks.check([Content.of("x", data)], now=NOW, trust=TrustStore.empty())
    assert report.verdict in {Verdict.UNSIGNED, Verdict.INDETERMINATE, Verdict.INVALID}
    assert report.to_json()["file"] == "x"
