"""The time of an outside authority: openssl is that authority here (R2184-12; eIDAS art. 41)."""

import pytest

from procurement.calendars import PARIS
from signing.folder.proved import Flaw, prove_outside_answer
from tests.conftest import NOW
from tests.factories import evidence
from tests.factories.evidence import flipped
from tests.signing.folder import outside
from tests.signing.folder.conftest import check, failed, message, outcomes
from tests.signing.folder.outside import NAME


@pytest.fixture
def stamped(files, tmp_path):
    """`stamped(token=False)`: the outside time stamp of the receipt."""
    outside.make(tmp_path)
    return lambda **options: outside.stamp(tmp_path, files["receipt.json"], **options)


@pytest.mark.parametrize("token", [False, True])
def test_an_outside_time_stamp_is_recognised_and_named(files, stamped, token):
    answer = stamped(token=token)
    report = check({**files, NAME: answer})
    assert (report.verdict, outcomes(report)["external_time"]) == ("valid", "passed")
    assert "Autorité extérieure fictive" in message(report, "external_time")
    year = prove_outside_answer(answer).moment.astimezone(PARIS).year
    assert str(year) in message(report, "external_time")


def test_nearly_every_byte_of_it_is_watched(files, stamped):
    """Its status is signed by nobody: RFC 3161 leaves it out of the token."""
    answer = stamped()
    del files["receipt.pdf"]
    unseen = [
        position
        for position in range(0, len(answer), 3)
        if failed(check({**files, NAME: flipped(answer, position)})) != ["external_time"]
    ]
    assert all(position < 40 for position in unseen)


def test_the_time_stamp_of_something_else_is_refused(files, stamped, authority, db):
    other = evidence.build(evidence.stated(NOW, number=9), authority, NOW)
    report = check({**other.files, NAME: stamped()})
    assert failed(report) == ["external_time"]
    assert "autre contenu" in message(report, "external_time")


def test_one_that_was_asked_and_has_not_come_is_said_and_spoils_nothing(authority, db):
    asked = {
        "timestamp": {"authority": "Horodatage", "qualified": False},
        "external_timestamp": {"state": "requested"},
    }
    report = check(evidence.build(evidence.stated(NOW, evidence=asked), authority, NOW).files)
    assert (report.verdict, outcomes(report)["external_time"]) == ("valid", "unknown")
    assert "pas encore reçu" in message(report, "external_time")


#: Of other makers: RSA, RSASSA-PSS, ECDSA with each SHA-2; then damaged, or without the certificate of its signer.
GENUINE = ["response", "other_response", "response-sha256", "response-sha384", "response-sha512"]
TOKENS = ["archive_timestamp.tst", "disig.tst", "d-trust.tsr"]


@pytest.mark.corpus
@pytest.mark.parametrize("name", [*(f"{name}.tsr" for name in GENUINE), *TOKENS])
def test_tokens_of_many_makers_are_read(shared_data, name):
    stamp = prove_outside_answer((shared_data / "signing" / "open" / "rfc3161" / name).read_bytes())
    assert stamp.issuer


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "code"),
    [("response-invalid-signature.tsr", "signature"), ("response-no-embedded-cert.tsr", "signer")],
)
def test_those_that_prove_nothing_are_refused(shared_data, name, code):
    with pytest.raises(Flaw) as raised:
        prove_outside_answer((shared_data / "signing" / "open" / "rfc3161" / name).read_bytes())
    assert raised.value.code == code
