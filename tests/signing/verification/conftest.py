import pytest

from tests.signing.verification.openssl_peer import TIME_STAMPING, Identity


@pytest.fixture(scope="session")
def identities(tmp_path_factory):
    """Make an identity once for all tests that ask for the same one."""
    made = {}

    def identity(name: str, *options: str, algorithm: str = "ec") -> Identity:
        key = (name, options, algorithm)
        if key not in made:
            made[key] = Identity.create(tmp_path_factory.mktemp(name), name, *options, algorithm=algorithm)
        return made[key]

    return identity


@pytest.fixture
def company(identities):
    return identities("Entreprise-fictive")


@pytest.fixture
def colleague(identities):
    return identities("Cotraitant-fictif")


@pytest.fixture
def stamper(identities):
    return identities("Horodatage-fictif", *TIME_STAMPING)
