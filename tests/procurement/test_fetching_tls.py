"""TLS of the one HTTP client: whom it believes, and what it shows of us to whom."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from procurement.network.connections import Identity
from procurement.network.fetching import Fetcher, FetchFailed
from tests.procurement.answering import LOOPBACK, serving
from tests.signing import authorities

BEGINS, ENDS = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with serving() as started:
        yield started


@pytest.fixture
def root(tmp_path):
    """An authority, its certificate in `root.pem`."""
    root = authorities.root("Autorité TLS fictive", begins=BEGINS, ends=ENDS)
    (tmp_path / "root.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    return root


def pem_of(holder, path):
    key = holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(key + holder.certificate.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def context(root, tmp_path):
    """With a certificate for tsl.exemple.test."""
    name = x509.SubjectAlternativeName([x509.DNSName("tsl.exemple.test")])
    holder = root.issue("tsl.exemple.test", begins=BEGINS, ends=ENDS, extensions=[(name, False)])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem_of(holder, tmp_path / "server.pem"))
    return context


def protect(server, context):
    """The same server behind TLS; its address without the host."""
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None
    return f":{server.server_port}/ok"


def here(**bounds):
    return Fetcher(allow_private=LOOPBACK, resolve=lambda *_: ["127.0.0.1"], **bounds)


def test_a_server_proves_its_name(server, context, tmp_path, monkeypatch):
    """By the name that was asked for, though the connection goes to an address."""
    port = protect(server, context)
    with pytest.raises(FetchFailed, match="prouver son identité"):
        here().get(f"https://tsl.exemple.test{port}")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
    assert here().get(f"https://tsl.exemple.test{port}") == b"list"
    with pytest.raises(FetchFailed, match="prouver son identité"):
        here().get(f"https://autre.exemple.test{port}")


def test_a_server_that_asks_for_a_certificate_is_shown_ours(server, context, root, tmp_path):
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(tmp_path / "root.pem")
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # the refusal comes within the handshake
    url = f"https://tsl.exemple.test{protect(server, context)}"
    ours = pem_of(root.issue("Plateforme fictive", begins=BEGINS, ends=ENDS), tmp_path / "ours.pem")
    known = Identity(certificate=ours, authorities=tmp_path / "root.pem")
    assert here(identity=known).get(url) == b"list"
    with pytest.raises(FetchFailed, match="a refusé la plateforme"):
        here(identity=Identity(authorities=tmp_path / "root.pem")).get(url)


def test_our_certificate_is_not_shown_where_the_first_host_sends_on_to(server, context, root, tmp_path):
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(tmp_path / "root.pem")
    url = f"https://tsl.exemple.test{protect(server, context).removesuffix('/ok')}"
    ours = pem_of(root.issue("Plateforme fictive", begins=BEGINS, ends=ENDS), tmp_path / "ours.pem")
    seen = []
    server.verify_request = lambda request, _: seen.append(request.getpeercert()) or True
    identity = Identity(certificate=ours, authorities=tmp_path / "root.pem")
    assert here(identity=identity).get(f"{url}/moved") == b"list"
    assert [bool(certificate) for certificate in seen] == [True, False]


@pytest.mark.parametrize("fault", ["missing", "nonsense", "another key", "password"])
def test_without_a_readable_certificate_nobody_is_contacted(server, root, tmp_path, fault):
    path = pem_of(root.issue("Plateforme fictive", begins=BEGINS, ends=ENDS), tmp_path / "ours.pem")
    key = None
    if fault == "missing":
        path.unlink()
    elif fault == "nonsense":
        path.write_bytes(b"nonsense")
    elif fault == "another key":
        key = pem_of(root, tmp_path / "other.pem")
    else:
        locked = BestAvailableEncryption(b"s3cret")
        key = tmp_path / "locked.pem"
        key.write_bytes(root.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    with pytest.raises(FetchFailed, match="certificat TLS de la plateforme est illisible"):
        here(identity=Identity(certificate=path, key=key)).get(f"https://x.test:{server.server_port}/ok")
    assert server.seen == []
