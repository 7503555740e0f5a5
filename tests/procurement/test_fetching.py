"""The one HTTP client: what it brings, what it keeps, and what it never contacts."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import HTTPServer
from ipaddress import ip_address, ip_network
from time import monotonic

import pytest

from procurement.network.connections import Allowance, Guard, Proxy
from procurement.network.fetching import Fetcher, FetchFailed
from tests.procurement.answering import LOOPBACK, serving


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with serving() as started:
        yield started


@pytest.fixture
def url(server: HTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(allow_private=LOOPBACK, timeout=5, max_bytes=1000)


def test_an_answer_is_brought_whole(fetcher, url, server):
    assert fetcher.get(f"{url}/ok?serial=1", accept="application/pkix-crl") == b"list"
    ((path, headers),) = server.seen
    assert (path, headers["Accept"]) == ("/ok?serial=1", "application/pkix-crl")
    assert "Cookie" not in headers


def test_a_question_is_posted_with_its_type(fetcher, url, server):
    assert fetcher.post(f"{url}/", b"abc", "application/timestamp-query") == b"cba"
    assert server.seen[0][1]["Content-Type"] == "application/timestamp-query"


def test_the_connection_goes_to_the_address_that_was_checked(server):
    """The name is resolved once: a second answer of the DNS (rebinding) has no effect."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    fetcher = Fetcher(allow_private=LOOPBACK, resolve=lambda *_: next(answers))
    assert fetcher.get(f"http://crl.exemple.test:{server.server_port}/ok") == b"list"
    assert server.seen[0][1]["Host"] == f"crl.exemple.test:{server.server_port}"
    assert next(answers) == ["10.0.0.1"]


def test_redirections_are_followed(fetcher, url):
    assert fetcher.get(f"{url}/moved") == b"list"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("inside", "réseau privé ou réservé"),
        ("local", "http ou https"),
        ("loop", "renvoie sans fin"),
        ("big", "plus d'octets que permis"),
        ("cut", "a coupé sa réponse"),
        ("missing", "code 404"),
        ("nonsense", "n'a pas répondu"),
    ],
)
def test_what_breaks_a_bound_or_a_rule_is_refused(fetcher, url, path, reason):
    with pytest.raises(FetchFailed, match=reason):
        fetcher.get(f"{url}/{path}")


def test_a_server_that_trickles_is_left_when_the_time_is_over(url):
    begins = monotonic()
    with pytest.raises(FetchFailed, match="temps imparti"):
        Fetcher(allow_private=LOOPBACK, timeout=0.2).get(f"{url}/trickle")
    assert monotonic() - begins < 30


def test_many_slow_servers_share_what_time_is_left(url, server):
    fetcher = Fetcher(allow_private=LOOPBACK, timeout=0.2, allowance=Allowance(0.3))
    for _ in range(20):
        with pytest.raises(FetchFailed, match="temps imparti"):
            fetcher.get(f"{url}/trickle")
    assert len(server.seen) <= 3


def test_a_resolver_that_never_answers_is_left_too():
    never = threading.Event()
    fetcher = Fetcher(timeout=0.05, resolve=lambda *_: [str(never.wait(2))])
    with pytest.raises(FetchFailed, match="temps imparti"):
        fetcher.get("http://crl.exemple.test/")
    never.set()


def test_a_question_is_never_asked_of_somebody_else(fetcher, url):
    with pytest.raises(FetchFailed, match="code 302"):
        fetcher.post(f"{url}/moved", b"abc", "application/ocsp-request")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "10.1.2.3", "169.254.169.254", "[fe80::1]", "[::]"])
def test_an_address_of_the_inside_is_not_contacted(host):
    with pytest.raises(FetchFailed, match="réseau privé ou réservé"):
        Fetcher().get(f"http://{host}/latest/meta-data")


def test_a_name_that_leads_inside_is_not_contacted():
    fetcher = Fetcher(resolve=lambda *_: ["192.168.1.1", "::ffff:10.0.0.1"])
    with pytest.raises(FetchFailed, match="réseau privé ou réservé"):
        fetcher.get("http://crl.exemple.test/")


@pytest.mark.parametrize(
    ("address", "by_default", "private", "network"),
    [
        ("8.8.8.8", True, True, True),
        ("10.1.2.3", False, True, True),
        ("::ffff:10.1.2.3", False, True, True),
        ("64:ff9b::a01:203", False, True, True),
        ("2002:a01:203::1", False, True, True),
        ("127.0.0.1", False, True, False),
        ("100.64.0.1", False, False, False),
        ("169.254.169.254", False, False, False),
        ("224.0.0.1", False, False, False),
        ("ff02::1", False, False, False),
        ("::", False, False, False),
    ],
)
def test_which_addresses_may_be_contacted(address, by_default, private, network):
    found = [
        Guard(allowed).is_allowed(ip_address(address))
        for allowed in (False, True, (ip_network("10.0.0.0/8"),))
    ]
    assert found == [by_default, private, network]


@pytest.mark.parametrize(
    "url", ["ftp://exemple.test/a", "file:///etc/passwd", "ldap://x/y", "", "http://", "http://[x"]
)
def test_an_address_of_another_kind_is_refused(url):
    with pytest.raises(FetchFailed):
        Fetcher().get(url)


def test_a_line_break_in_an_address_is_not_sent(fetcher, url, server):
    with pytest.raises(FetchFailed):
        fetcher.get(f"{url}/ok HTTP/1.1\r\nX: y")
    assert server.seen == [] or "X" not in server.seen[0][1]


def test_credentials_go_to_the_first_host_alone_and_into_no_message(fetcher, url, server, caplog):
    named = url.replace("http://", "http://service:s3cret@")
    assert fetcher.get(f"{named}/moved") == b"list"
    assert [("Authorization" in headers) for _, headers in server.seen] == [True, False]
    with pytest.raises(FetchFailed) as refused:
        fetcher.get(f"{named}/missing?key=s3cret")
    assert "s3cret" not in str(refused.value) + caplog.text


def test_proxies_of_the_environment_are_ignored(fetcher, url, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://10.0.0.1:3128")
    assert fetcher.get(f"{url}/ok") == b"list"


# --- Through a proxy -----------------------------------------------------------------------------------------------
def test_a_proxy_of_the_settings_is_asked_for_the_whole_address(server):
    proxy = Proxy(f"http://service:s3cret@127.0.0.1:{server.server_port}")
    fetcher = Fetcher(proxy=proxy, resolve=unknown)
    with pytest.raises(FetchFailed, match="code 404"):
        fetcher.get("http://user:pass@crl.exemple.test/missing?a=b")
    ((path, headers),) = server.seen
    assert (path, headers["Host"]) == ("http://crl.exemple.test/missing?a=b", "crl.exemple.test")
    assert {"Authorization", "Proxy-Authorization"} <= set(headers)


def test_a_proxy_that_refuses_a_tunnel_is_a_failure(server):
    fetcher = Fetcher(proxy=Proxy(f"http://127.0.0.1:{server.server_port}"), resolve=unknown)
    with pytest.raises(FetchFailed, match="n'a pas répondu"):
        fetcher.get("https://crl.exemple.test/")
    assert server.seen[0][0] == "crl.exemple.test:443"


def test_a_proxy_is_not_asked_for_an_address_of_the_inside(server):
    fetcher = Fetcher(proxy=Proxy(f"http://127.0.0.1:{server.server_port}"), resolve=lambda *_: ["10.0.0.1"])
    with pytest.raises(FetchFailed, match="réseau privé"):
        fetcher.get("http://intranet.exemple.test/")
    assert server.seen == []


def unknown(*_):
    raise OSError


# --- What is kept ----------------------------------------------------------------------------------------------
def test_an_answer_serves_until_it_expires(url, server, tmp_path, now):
    fetcher = Fetcher(allow_private=LOOPBACK, cache=tmp_path / "kept")
    kept = {"expires": lambda _: now + timedelta(hours=1)}
    for moment, asked in ((now, 1), (now + timedelta(minutes=59), 1), (now + timedelta(hours=2), 2)):
        assert fetcher.get(f"{url}/ok", now=moment, **kept) == b"list"
        assert len(server.seen) == asked


def test_questions_are_kept_apart(url, tmp_path, now):
    fetcher = Fetcher(allow_private=LOOPBACK, cache=tmp_path)
    kept = {"now": now, "expires": lambda _: now + timedelta(hours=1)}
    assert [fetcher.post(f"{url}/", body, "a/b", **kept) for body in (b"ab", b"cd", b"ab")] == [
        b"ba",
        b"dc",
        b"ba",
    ]


def test_offline_nothing_is_contacted_and_copies_serve(url, server, tmp_path, now):
    online = Fetcher(allow_private=LOOPBACK, cache=tmp_path)
    online.get(f"{url}/ok", now=now, expires=lambda _: now + timedelta(hours=1))
    offline = Fetcher(allow_private=LOOPBACK, cache=tmp_path, offline=True)
    assert offline.get(f"{url}/ok") == b"list"
    with pytest.raises(FetchFailed, match="ne rien lire sur le réseau"):
        offline.get(f"{url}/big")
    assert len(server.seen) == 1


def test_a_copy_serves_when_the_address_does_not_answer(tmp_path, now):
    with serving() as server:
        url = f"http://127.0.0.1:{server.server_port}/ok"
        fetcher = Fetcher(allow_private=LOOPBACK, cache=tmp_path)
        kept = {"expires": lambda _: now + timedelta(hours=1)}
        fetcher.get(url, now=now, **kept)
    assert fetcher.get(url, now=now + timedelta(days=1), **kept) == b"list"


@pytest.mark.parametrize("damage", [b"", b"tomorrow\nlist", b"2026-03-02T09:00:00\nlist"])
def test_a_damaged_copy_is_asked_again(url, server, tmp_path, now, damage):
    fetcher = Fetcher(allow_private=LOOPBACK, cache=tmp_path)
    kept = {"now": now, "expires": lambda _: now + timedelta(hours=1)}
    fetcher.get(f"{url}/ok", **kept)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    assert (fetcher.get(f"{url}/ok", **kept), len(server.seen)) == (b"list", 2)


def test_what_cannot_be_read_is_not_kept(url, server, tmp_path, now):
    def unreadable(body: bytes) -> None:
        raise ValueError

    fetcher = Fetcher(allow_private=LOOPBACK, cache=tmp_path)
    assert fetcher.get(f"{url}/ok", now=now, expires=unreadable) == b"list"
    assert list(tmp_path.iterdir()) == []
