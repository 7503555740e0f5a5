import pytest

from signing.custody import IdentityLost, unwrap_identity, wrap_identity
from signing.encryption import new_identity

SECRET = bytes(range(48))


@pytest.fixture(scope="module")
def identity():
    return new_identity()[1]


def test_an_identity_comes_back_with_the_same_secret_and_the_same_purpose(identity):
    wrapped = wrap_identity(identity, SECRET, context="consultation 1")
    assert unwrap_identity(wrapped, SECRET, context="consultation 1") == identity
    assert identity.encode() not in wrapped


def test_the_same_identity_is_never_wrapped_alike(identity):
    assert wrap_identity(identity, SECRET) != wrap_identity(identity, SECRET)


@pytest.mark.parametrize(
    ("secret", "context"), [(SECRET[::-1], "consultation 1"), (SECRET, "consultation 2"), (SECRET, "")]
)
def test_another_secret_or_another_purpose_opens_nothing(identity, secret, context):
    wrapped = wrap_identity(identity, SECRET, context="consultation 1")
    with pytest.raises(IdentityLost):
        unwrap_identity(wrapped, secret, context=context)


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x02" + bytes(100), b"\x01" + bytes(100)])
def test_damaged_bytes_open_nothing(damage):
    with pytest.raises(IdentityLost):
        unwrap_identity(damage, SECRET)


def test_a_short_secret_is_refused(identity):
    with pytest.raises(ValueError, match="32 bytes"):
        wrap_identity(identity, b"short")
