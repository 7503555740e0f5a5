"""Trusted lists: who is qualified, since when, and what the buyer is told (annexe 12 art. 2)."""

from datetime import UTC, datetime, timedelta

import pytest

from procurement.errors import DomainError
from signing.verification.facts import Format, SignatureFacts, StampFacts, StampKind
from signing.verification.trust.trust import TrustStore, assess
from signing.verification.trust.trust_store import TrustStore as Store
from signing.verification.trust.trusted_lists import ListRefused, read_list
from tests.conftest import NOW
from tests.signing import authorities
from tests.signing.authorities import YEAR
from tests.signing.lists import (
    QUALIFIED_TIME,
    SEAL_TYPE,
    SIGNATURE_TYPE,
    WITHDRAWN,
    service,
    statements,
    trusted_list,
)

HOUR = timedelta(hours=1)
LIFE = {"begins": NOW - YEAR, "ends": NOW + YEAR}


@pytest.fixture(scope="module")
def root():
    return authorities.root("Prestataire fictif", begins=NOW - 5 * YEAR, ends=NOW + 5 * YEAR)


def store_of(root, *services, issued=NOW - timedelta(days=10), roots=()):
    return TrustStore(
        roots=tuple(roots),
        lists=(read_list(trusted_list(services, issued=issued)),),
        crls=(root.crl(NOW - HOUR),),
    )


def assessed(holder, store, *stamps, at=NOW):
    facts = SignatureFacts(place="1", format=Format.CADES, certificate=holder.der, stamps=stamps)
    return assess(facts, store=store, now=at)


def test_a_list_makes_its_authorities_known_and_its_certificates_qualified(root):
    signer = root.signer(**LIFE, extensions=[statements()])
    found = assessed(signer, store_of(root, service(root, NOW - YEAR)))
    assert (found.why_not, found.is_qualified) == ("", True)
    assert found.category == (
        "Certificat qualifié de signature électronique selon la liste de confiance XX du 20\u00a0février\u00a02026, "
        "dont la signature n'a pas été contrôlée\u00a0; sa clé est gardée par un dispositif qualifié."
    )


@pytest.mark.parametrize(
    ("extensions", "qualified", "words"),
    [
        ([], False, "n'est pas qualifié selon"),
        ([statements(SIGNATURE_TYPE, device=False)], True, "Certificat qualifié de signature"),
        ([statements(SEAL_TYPE)], None, "cachet électronique"),
        ([statements("0.4.0.1862.1.6.3")], False, "pas qualifié pour la signature"),
    ],
)
def test_the_category_follows_the_statements_of_the_certificate(root, extensions, qualified, words):
    signer = root.signer(**LIFE, extensions=extensions)
    found = assessed(signer, store_of(root, service(root, NOW - YEAR)))
    assert (found.why_not, found.is_qualified) == ("", qualified)
    assert words in found.category


def test_a_withdrawn_service_is_no_anchor(root):
    signer = root.signer(**LIFE, extensions=[statements()])
    found = assessed(signer, store_of(root, service(root, NOW - YEAR, status=WITHDRAWN)))
    assert (found.why_not, found.is_qualified) == ("NO_CERTIFICATE_CHAIN_FOUND", None)
    assert "ne figure pas parmi les prestataires qualifiés" in found.category


def test_a_service_granted_since_yesterday_was_none_before(root):
    signer = root.signer(**LIFE, extensions=[statements()])
    store = store_of(root, service(root, NOW - timedelta(days=1)))
    assert assessed(signer, store).is_qualified is True
    assert assessed(signer, store, at=NOW - timedelta(days=2)).why_not == "NO_CERTIFICATE_CHAIN_FOUND"


def test_an_authority_known_otherwise_is_trusted_but_not_qualified(root):
    other = authorities.root("Autre prestataire fictif", begins=NOW - YEAR, ends=NOW + YEAR)
    signer = root.signer(**LIFE, extensions=[statements()])
    found = assessed(signer, store_of(root, service(other, NOW - YEAR), roots=[root.certificate]))
    assert (found.why_not, found.is_qualified) == ("", None)
    assert "ne figure pas" in found.category


@pytest.mark.parametrize(("listed", "qualified"), [(True, True), (False, False)])
def test_the_time_is_qualified_when_the_list_has_its_authority(root, listed, qualified):
    time = authorities.root("Temps fictif", begins=NOW - YEAR, ends=NOW + YEAR)
    unit = time.stamper(**LIFE)
    stamp = StampFacts(kind=StampKind.SIGNATURE, token=b"", at=NOW - HOUR, certificate=unit.der)
    services = [service(root, NOW - YEAR), *([service(time, NOW - YEAR, QUALIFIED_TIME)] if listed else [])]
    store = store_of(root, *services, roots=[time.certificate])
    store += TrustStore(crls=(time.crl(NOW - HOUR),))
    found = assessed(root.signer(**LIFE), store, stamp)
    assert (found.proved_at, found.is_time_qualified) == (NOW - HOUR, qualified)


def test_a_unit_that_the_list_names_itself_is_trusted(root):
    """Some lists name the time-stamping unit's own certificate and not its authority."""
    unit = authorities.root("Temps fictif", begins=NOW - YEAR, ends=NOW + YEAR).stamper(**LIFE)
    stamp = StampFacts(kind=StampKind.SIGNATURE, token=b"", at=NOW - HOUR, certificate=unit.der)
    store = store_of(root, service(root, NOW - YEAR), service(unit, NOW - YEAR, QUALIFIED_TIME))
    found = assessed(root.signer(**LIFE), store, stamp)
    assert (found.proved_at, found.is_time_qualified) == (NOW - HOUR, True)


# --- The list itself -------------------------------------------------------------------------------------------------
def test_a_list_signed_by_a_known_signer_is_authenticated(root):
    keeper = root.signer("Autorité de contrôle fictive", **LIFE | {"ends": NOW + 4 * YEAR})
    data = trusted_list([service(root, NOW - YEAR)], issued=NOW, signer=keeper)
    found = read_list(data, signers=[asn1(keeper)])
    assert found.is_authenticated
    assert len(found.authorities) == 1


def test_a_list_signed_by_somebody_else_or_changed_is_refused(root):
    keeper, other = (root.signer(name, begins=NOW - YEAR, ends=NOW + 4 * YEAR) for name in ("Un", "Autre"))
    data = trusted_list([service(root, NOW - YEAR)], issued=NOW, signer=keeper)
    for bad, signer in (
        (data, other),
        (data.replace(b"granted", b"Granted"), keeper),
        (_unsigned(root), keeper),
    ):
        with pytest.raises(ListRefused, match="signataire connu"):
            read_list(bad, signers=[asn1(signer)])


@pytest.mark.parametrize(
    "data", [b"", b"<a/>", b"not xml", b"<!DOCTYPE a><TrustServiceStatusList/>", b"\xff\xfe<"]
)
def test_what_is_no_list_is_refused(data):
    with pytest.raises(DomainError):
        read_list(data)


def test_lists_of_a_folder_are_loaded_with_its_certificates(tmp_path, root):
    (tmp_path / "xx.xml").write_bytes(_unsigned(root))
    (tmp_path / "autre.xml").write_bytes(b"<a/>")
    store = Store.from_directory(tmp_path)
    assert [found.territory for found in store.lists] == ["XX"]
    assert store.describe(NOW) == "0 certificat d'autorité, liste de confiance XX du 2\u00a0mars\u00a02026"
    assert store.describe(NOW + YEAR).endswith("(périmée)")


@pytest.mark.corpus
def test_the_french_list_of_2019_is_read(shared_data):
    """40 authorities and 20 time-stamping services, as pyHanko counts them (signing.md 1.1)."""
    found = read_list((shared_data / "signing" / "FR_trusted_list_2019-09-04.xml").read_bytes())
    assert (found.label, found.is_authenticated) == ("FR du 4\u00a0septembre\u00a02019", False)
    assert found.next_update == datetime(2020, 3, 4, tzinfo=UTC)
    known = found.registry.known_certificate_authorities, found.registry.known_timestamp_authorities
    assert tuple(len(list(part)) for part in known) == (40, 20)


def _unsigned(root):
    return trusted_list([service(root, NOW - YEAR)], issued=NOW)


def asn1(holder):
    from asn1crypto import x509

    return x509.Certificate.load(holder.der)
