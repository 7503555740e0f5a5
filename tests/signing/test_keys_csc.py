"""A remote seal: the dummy service of pyHanko's author signs; others answer what no service should."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from signing import seals
from signing.pki.authority import ensure_authority
from signing.sealing.keys import chosen, csc_service
from signing.sealing.keys.csc_service import Service
from signing.sealing.keys.seal_key import SealUnavailable
from tests.ports import free_port
from tests.signing import external

pytestmark = pytest.mark.django_db
DATA = b'{"depot": 1}'
CONFIGURATION = """
keysets:
  commune:
    path-prefix: {folder}
    keys:
      root: {{path: root.key}}
      seal: {{path: seal.key}}
pki-architectures:
  commune:
    keyset: commune
    entities:
      root: {{common-name: Racine fictive}}
      seal: {{common-name: Cachet distant fictif}}
    certs:
      root:
        subject: root
        issuer: root
        validity: {{valid-from: "2025-01-01T00:00:00+0000", valid-to: "2045-01-01T00:00:00+0000"}}
        extensions:
          - {{id: basic_constraints, critical: true, value: {{ca: true}}}}
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [key_cert_sign, crl_sign]}}}}
      seal:
        subject: seal
        issuer: root
        validity: {{valid-from: "2025-01-01T00:00:00+0000", valid-to: "2045-01-01T00:00:00+0000"}}
        extensions:
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature]}}}}
"""


@pytest.fixture(autouse=True)
def _no_key_of_another_test():
    chosen._holder.cache_clear()


@pytest.fixture
def authority(tmp_path, now):
    return ensure_authority(tmp_path / "keys", now)


@pytest.fixture(scope="module", params=["rsa", "p256"])
def dummy(request, tmp_path_factory):
    """The address of a service that demands the digest with the authorisation (SCAL2)."""
    folder = tmp_path_factory.mktemp("csc")
    external.make(folder, request.param)
    (folder / "csc.yml").write_text(CONFIGURATION.format(folder=folder))
    port = free_port()
    service = subprocess.Popen(
        [sys.executable, "-m", "csc_dummy", str(folder / "csc.yml"), str(port), "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    with service:
        assert any(b"Running on" in line for line in service.stdout)
        yield f"http://localhost:{port}"
        service.terminate()


@pytest.fixture
def remote(settings, dummy):
    settings.SEAL_KEY, settings.SEAL_CSC_URL = "csc", dummy
    settings.SEAL_CSC_CREDENTIAL = "commune/seal"
    settings.SEAL_CSC_TOKEN, settings.SEAL_CSC_PIN = "bearer", "1234"


def test_openssl_verifies_a_remote_seal(remote, authority, folder, run, at, now):
    (folder / "a.p7s").write_bytes(seals.seal_detached(DATA, authority=authority, now=now))
    (folder / "a.json").write_bytes(DATA)
    published = ensure_authority(authority.directory.parent, now)
    (folder / "ca.pem").write_bytes(published.chain_pem())
    shown = run("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "a.p7s", *at,
                "-content", "a.json", "-CAfile", "ca.pem", "-out", "/dev/null").stdout  # fmt: skip
    assert "CAdES Verification successful" in shown
    facts = seals.verify_detached(
        (folder / "a.p7s").read_bytes(), hashlib.sha256(DATA).digest(), *published.roots
    )
    assert facts.certificate.subject.rfc4514_string() == "CN=Cachet distant fictif"


def test_pdfsig_accepts_a_remote_seal(remote, authority, folder, run, receipt_pdf, now):
    (folder / "a.pdf").write_bytes(seals.seal_pdf(receipt_pdf, reason="r", authority=authority, now=now))
    shown = run("pdfsig", "-nocert", "a.pdf").stdout
    assert "Signature is Valid" in shown
    assert "Cachet distant fictif" in shown


def test_an_act_never_asks_the_network_for_its_seal(remote, authority, now, monkeypatch):
    """No deposit waits: the own seal at once, the remote one on the PDF afterwards."""

    def refuse(*_):
        raise AssertionError("asked the network inside an act")

    monkeypatch.setattr(csc_service._Session, "__init__", refuse)
    sealed = seals.seal_detached(DATA, authority=authority, now=now, at_once=True)
    facts = seals.verify_detached(sealed, hashlib.sha256(DATA).digest(), *authority.roots)
    assert facts.certificate == authority.seal_certificate


def test_one_connection_serves_several_seals(remote, authority, now, monkeypatch):
    opened = []
    original = csc_service._Session.__init__
    monkeypatch.setattr(csc_service._Session, "__init__", lambda *given: opened.append(1) or original(*given))
    for _ in range(3):
        seals.seal_detached(DATA, authority=authority, now=now)
    assert opened == [1]


# --- Services that answer badly -------------------------------------------------------------------------------
class OddService(BaseHTTPRequestHandler):
    answers: dict[str, tuple[int, bytes]] = {}
    asked: list[tuple[str, dict, str]] = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        method = self.path.removeprefix("/base/csc/v1/")
        self.asked.append((method, body, self.headers.get("Authorization", "")))
        status, content = self.answers.get(method, (404, b""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        """Quiet."""


@pytest.fixture
def odd():
    """A service whose answers a test chooses."""
    OddService.answers, OddService.asked = {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), OddService)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Service(url=f"http://127.0.0.1:{server.server_port}/base/", credential="c", token="t", pin="1")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("answer", [
    (500, b"{}"), (401, b'{"error": "invalid_token"}'), (200, b"not json"), (200, b"[]"), (200, b"{}"),
    (200, b'{"cert": {"certificates": []}}'), (200, b'{"cert": {"certificates": ["AAAA"]}}'),
    (200, b'{"cert": {"certificates": [1]}}'), (200, b'{"cert": 3}'), (200, b"[" * 5000),
    (200, b'{"cert": "' + b"x" * csc_service.MAX_ANSWER + b'"}'),
])  # fmt: skip
def test_a_service_without_certificate_is_not_available(odd, answer):
    OddService.answers["credentials/info"] = answer
    with pytest.raises(SealUnavailable):
        odd.open()


@pytest.mark.parametrize(("authorised", "signed"), [
    ((403, b"{}"), (200, b'{"signatures": ["AAAA"]}')),
    ((200, b'{"SAD": "s"}'), (200, b'{"signatures": []}')),
    ((200, b'{"SAD": "s"}'), (200, b'{"signatures": ["AAAA", "BBBB"]}')),
    ((200, b'{"SAD": "s"}'), (200, b'{"signatures": [null]}')),
    ((200, b'{"SAD": "s"}'), (200, b'{"signatures": ["AAAA"]}')),
])  # fmt: skip
def test_a_signature_that_does_not_verify_is_never_handed_out(odd, authorised, signed, tmp_path):
    seal = external.make(tmp_path, "p256")
    encoded = [
        pem.split(b"-----")[2].replace(b"\n", b"").decode() for pem in [(tmp_path / "seal.pem").read_bytes()]
    ]
    OddService.answers |= {
        "credentials/info": (200, json.dumps({"cert": {"certificates": encoded}}).encode()),
        "credentials/authorize": authorised,
        "signatures/signHash": signed,
    }
    key = odd.open()
    assert key.certificate == seal.certificate
    with pytest.raises(SealUnavailable):
        key.sign(b"message")


def test_the_token_and_the_pin_go_where_they_should(odd):
    OddService.answers["credentials/authorize"] = (200, b'{"SAD": "s"}')
    session = csc_service._Session(odd)
    with pytest.raises(SealUnavailable):
        csc_service._sign(session, b"message", csc_service.Algorithm.ECDSA)
    (authorise, asked, bearer), (sign, signing, _) = OddService.asked
    assert (authorise, sign) == ("credentials/authorize", "signatures/signHash")
    assert (asked["PIN"], asked["numSignatures"], bearer) == ("1", 1, "Bearer t")
    assert asked["hash"] == signing["hash"]
    assert "PIN" not in signing
