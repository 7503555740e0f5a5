"""What a certificate says of itself."""

from datetime import timedelta

import pytest
from cryptography import x509

from signing.asn1 import der
from signing.verification.certificates import CertificateFacts, describe
from tests.conftest import NOW
from tests.signing import authorities

LIFE = {"begins": NOW - timedelta(days=365), "ends": NOW + timedelta(days=365)}
COMPLIANCE, SECURE_DEVICE = "0.4.0.1862.1.1", "0.4.0.1862.1.4"


@pytest.fixture(scope="module")
def root():
    return authorities.root("Autorité fictive", **LIFE)


def stating(root, value):
    identifier = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
    return root.signer(**LIFE, extensions=[(x509.UnrecognizedExtension(identifier, value), False)])


def statements(*names):
    return der.sequence(*(der.sequence(der.oid(name)) for name in names))


def test_names_serial_and_life_are_read(root):
    holder = root.signer(**LIFE)
    found = describe(holder.der)
    assert (found.subject, found.issuer) == ("Entreprise fictive", "Autorité fictive")
    assert found.serial == str(holder.certificate.serial_number)
    assert (found.not_before, found.not_after) == (LIFE["begins"], LIFE["ends"])
    assert not found.declares_qualified


def test_a_certificate_declares_itself_qualified(root):
    """EN 319 412-5 4.2.1."""
    assert describe(stating(root, statements(SECURE_DEVICE, COMPLIANCE)).der).declares_qualified
    assert not describe(stating(root, statements(SECURE_DEVICE)).der).declares_qualified


@pytest.mark.parametrize("value", [b"", b"\x30", b"\x30\x03\x02\x01\x01", b"\x30\x02\x30\x00"])
def test_statements_that_cannot_be_read_state_nothing(root, value):
    found = describe(stating(root, value).der)
    assert (found.subject, found.declares_qualified) == ("Entreprise fictive", False)


@pytest.mark.parametrize("data", [None, b"", b"0\x00", b"\x30\x82\x01", b"certificat"])
def test_what_is_no_certificate_says_nothing(data):
    assert describe(data) == CertificateFacts()
