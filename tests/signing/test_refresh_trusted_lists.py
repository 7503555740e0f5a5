"""Trusted lists read at their addresses and kept for the checks."""

from collections.abc import Iterator
from io import StringIO

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command

from procurement.jobs.handlers import HANDLERS, PERIODIC
from signing import tasks
from signing.services import trusted_lists as service
from signing.verification.trust.trust_store import TrustStore
from tests.conftest import NOW
from tests.signing import authorities, web
from tests.signing.authorities import YEAR
from tests.signing.lists import list_of_lists, trusted_list
from tests.signing.lists import service as listed


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path) -> None:
    settings.DATA_DIR, settings.SIGNATURE_TRUST_DIR = tmp_path / "data", tmp_path / "trust"
    (tmp_path / "trust" / "list-signers").mkdir(parents=True)


@pytest.fixture
def site(settings) -> Iterator[web.Web]:
    with web.serving() as started:
        settings.TRUSTED_LIST_URLS = [started.url("/liste.xml")]
        yield started


@pytest.fixture(scope="module")
def keeper():
    return authorities.root("Contrôle fictif", begins=NOW - YEAR, ends=NOW + 20 * YEAR)


@pytest.fixture
def known_keeper(settings, keeper):
    place = settings.SIGNATURE_TRUST_DIR / "list-signers" / "controle.pem"
    place.write_bytes(keeper.certificate.public_bytes(Encoding.PEM))
    return keeper


def a_list(signer=None, issued=NOW):
    root = authorities.root("Prestataire fictif", begins=NOW - YEAR, ends=NOW + YEAR)
    return trusted_list([listed(root, NOW - YEAR)], issued=issued, signer=signer)


def refresh(site):
    return [outcome.problem for outcome in service.refresh_trusted_lists(now=NOW, fetcher=site.fetcher())]


def kept():
    return [(found.territory, found.is_authenticated) for found in TrustStore.of_installation(NOW).lists]


def test_a_signed_list_is_kept_and_used(site, known_keeper):
    site.pages["/liste.xml"] = a_list(known_keeper)
    assert refresh(site) == [""]
    assert kept() == [("XX", True)]


def test_a_list_that_nobody_vouches_for_is_not_kept(site):
    site.pages["/liste.xml"] = a_list()
    (problem,) = refresh(site)
    assert "n'est pas protégée" in problem
    assert kept() == []


def test_a_list_that_fails_leaves_the_one_before(site, known_keeper):
    site.pages["/liste.xml"] = a_list(known_keeper)
    refresh(site)
    for page in (b"<a/>", a_list(), None):
        site.pages = {"/liste.xml": page} if page is not None else {}
        assert refresh(site) != [""]
        assert kept() == [("XX", True)]


def test_a_list_of_lists_leads_to_those_of_the_countries(site, known_keeper):
    country = authorities.root("Contrôle fictif du pays", begins=NOW - YEAR, ends=NOW + 20 * YEAR)
    site.pages["/liste.xml"] = list_of_lists(site.url("/xx.xml"), country, issued=NOW, signer=known_keeper)
    site.pages["/xx.xml"] = a_list(country)
    assert refresh(site) == [""]
    assert kept() == [("XX", True)]
    site.pages["/xx.xml"] = a_list(known_keeper)
    (problem,) = refresh(site)
    assert "signataire connu" in problem


def test_a_list_of_lists_of_somebody_else_leads_nowhere(site, keeper):
    site.pages["/liste.xml"] = list_of_lists(site.url("/xx.xml"), keeper, issued=NOW, signer=keeper)
    (problem,) = refresh(site)
    assert "signataire connu" in problem
    assert site.asked == ["/liste.xml"]


def test_a_list_that_nothing_leads_to_any_more_is_removed(site, known_keeper, settings):
    site.pages |= {"/liste.xml": a_list(known_keeper), "/autre.xml": a_list(known_keeper)}
    settings.TRUSTED_LIST_URLS = [site.url("/liste.xml"), site.url("/autre.xml")]
    refresh(site)
    assert len(kept()) == 2
    settings.TRUSTED_LIST_URLS = [site.url("/autre.xml")]
    refresh(site)
    assert len(kept()) == 1


def test_the_command_says_what_became_of_each_list(site, known_keeper, monkeypatch):
    module = "signing.management.commands.refresh_trusted_lists.list_fetcher"
    monkeypatch.setattr(module, site.fetcher)
    site.pages["/liste.xml"] = a_list(known_keeper)
    out = StringIO()
    call_command("refresh_trusted_lists", stdout=out)
    assert out.getvalue().endswith(": lue\n")
    site.pages.clear()
    with pytest.raises(CommandError):
        call_command("refresh_trusted_lists", stdout=out)
    assert "code 404" in out.getvalue()


def test_without_an_address_there_is_nothing_to_do(settings):
    settings.TRUSTED_LIST_URLS = []
    with pytest.raises(CommandError) as refused:
        call_command("refresh_trusted_lists")
    assert refused.value.returncode == 2


def test_the_lists_are_read_every_day_unless_the_platform_is_offline(
    settings, site, known_keeper, monkeypatch
):
    monkeypatch.setattr(service, "list_fetcher", site.fetcher)
    site.pages["/liste.xml"] = a_list(known_keeper)
    assert PERIODIC[tasks.REFRESH_LISTS].days == 1
    for fetches, asked in ((False, 0), (True, 1)):
        settings.SIGNATURE_FETCH = fetches
        HANDLERS[tasks.REFRESH_LISTS](subject="", now=NOW, progress=lambda *_: None)
        assert len(site.asked) == asked
