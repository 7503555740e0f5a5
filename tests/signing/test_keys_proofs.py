"""A PDF sealed by an external key carries the proofs of its chain, read at the addresses of its certificates."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest
from pyhanko.sign.ades.report import AdESPassed

from signing import seals
from signing.pki.authority import ensure_authority
from signing.sealing.keys import chosen
from tests.signing import external
from tests.signing.judges import long_term

pytestmark = pytest.mark.django_db


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args):
        """Nothing."""


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """An authority that publishes its lists on this machine."""
    folder = tmp_path_factory.mktemp("published")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield external.make(folder, "p256", lists_at=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sealed(published, settings, tmp_path, receipt_pdf, now):
    """With and without reading on the network: a function of that setting."""
    chosen._holder.cache_clear()
    settings.DATA_DIR = tmp_path
    settings.SEAL_KEY, settings.SEAL_PKCS12_PATH = "pkcs12", str(published.bundle)
    settings.SEAL_PKCS12_PASSWORD = external.PASSWORD
    settings.SIGNATURE_FETCH_PRIVATE = (ip_network("127.0.0.0/8"),)
    authority = ensure_authority(tmp_path / "keys", now)

    def seal(*, fetch: bool) -> bytes:
        settings.SIGNATURE_FETCH = fetch
        return seals.seal_pdf(receipt_pdf, reason="Récépissé", authority=authority, now=now)

    return seal


def judge(pdf: bytes, tmp_path, now):
    """No list of the external authority but those that the document carries."""
    authority = ensure_authority(tmp_path / "keys", now)
    return long_term(pdf, now, authority.roots, authority.crls).ades_subindic


def test_pyhanko_finds_the_whole_chain_proved(sealed, tmp_path, now):
    pdf = sealed(fetch=True)
    assert judge(pdf, tmp_path, now) is AdESPassed.OK
    assert seals.protected_until(pdf) > now


def test_without_network_the_seal_is_made_all_the_same(sealed, folder, run, tmp_path, now):
    pdf = sealed(fetch=False)
    (folder / "a.pdf").write_bytes(pdf)
    assert "Signature is Valid" in run("pdfsig", "-nocert", "a.pdf").stdout
    assert judge(pdf, tmp_path, now) is not AdESPassed.OK


def test_a_renewal_adds_what_was_not_at_hand(sealed, settings, tmp_path, now):
    pdf = sealed(fetch=False)
    settings.SIGNATURE_FETCH = True
    renewed = seals.renew_pdf(pdf, authority=ensure_authority(tmp_path / "keys", now), now=now)
    assert judge(renewed, tmp_path, now) is AdESPassed.OK
