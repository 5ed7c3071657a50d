"""No spelling, redirect or changing name leads to an address that is not of the public Internet."""

from __future__ import annotations

import ipaddress
import socket
from typing import NoReturn

import httpcore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.fetching.addresses import GuardedBackend, Url, checked_url, is_public, resolved
from flows.fetching.clock import Deadline
from flows.fetching.ends import Failed
from tests.flows.fetching.site import POST, FakeClock, Fetcher, Site

PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "no address",
    "",
]

REFUSED = [
    "ftp://harbourpost.example/a",
    "file:///etc/passwd",
    "gopher://harbourpost.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/relative",
    "",
    "http://",
    "http:///path",
    "http://user@harbourpost.example/",
    "http://user:secret@harbourpost.example/",
    "http://harbourpost.example@127.0.0.1/",
    "http://harbourpost.example\\@127.0.0.1/",
    "http://harbourpost.example:22/",
    "http://harbourpost.example:6379/",
    "http://harbourpost.example:0/",
    "http://harbourpost.example:99999/",
    "http://harbourpost.example:port/",
    "http://har bour.example/",
    "http://harbour\npost.example/",
    "http://harbourpost.example/\x00",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.0.0.01/",
    "http://１２７.１/",
    "http://0x7f。1/",
    "http://[fe80::1%25eth0]/",
    "http://[::1",
    "http://[nonsense]/",
    "http://" + "a" * 300 + ".example/",
    "http://harbourpost.example/" + "a" * 5000,
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("text", REFUSED)
def test_refused_spellings(text: str) -> None:
    with pytest.raises(Failed) as raised:
        checked_url(text)
    assert raised.value.reason == "address refused"
    assert "secret" not in raised.value.detail


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("http://Harbourpost.Example", "http://harbourpost.example/"),
        (" https://harbourpost.example:443/a b?q=é#part ", "https://harbourpost.example/a%20b?q=%C3%A9"),
        ("http://harbourpost.example.:8080/a%20b", "http://harbourpost.example:8080/a%20b"),
        ("https://häfen.example/", "https://xn--hfen-loa.example/"),
        ("http://93.184.216.34/", "http://93.184.216.34/"),
        ("http://[2606:4700::1111]:8080/x", "http://[2606:4700::1111]:8080/x"),
    ],
)
def test_one_spelling(text: str, spelt: str) -> None:
    url = checked_url(text)
    assert url.text == spelt
    assert checked_url(url.text) == url


def unreachable(*_: object) -> NoReturn:
    raise AssertionError("a connection was made")


def spellings(address: int) -> list[str]:
    """An IPv4 address in the ways that resolvers understand."""
    a, b, c, d = address.to_bytes(4, "big")
    dotted = f"{a}.{b}.{c}.{d}"
    return [
        dotted,
        dotted + ".",
        str(address),
        hex(address),
        oct(address).replace("0o", "0"),
        f"{a}.{b}.{c * 256 + d}",
        f"{a}.{address & 0xFFFFFF}",
        f"{hex(a)}.{b}.{c}.{hex(d)}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"00{a}.{b}.{c}.{d}",
        "".join(chr(ord(each) + 0xFEE0) if each.isdigit() else each for each in dotted),
        dotted.replace(".", "。"),
        f"[::ffff:{dotted}]",
        f"[::ffff:{a:x}{b:02x}:{c:x}{d:02x}]",
        f"[64:ff9b::{a:x}{b:02x}:{c:x}{d:02x}]",
        f"[2002:{a:x}{b:02x}:{c:x}{d:02x}::1]",
        f"%{ord(str(a)[0]):x}{dotted[1:]}",
    ]


NETWORKS = ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"]
private_addresses = st.sampled_from(NETWORKS).flatmap(
    lambda network: st.integers(int(ipaddress.IPv4Network(network)[0]), int(ipaddress.IPv4Network(network)[-1]))
)


@settings(max_examples=300)
@given(address=private_addresses, way=st.integers(0, 16), port=st.sampled_from(["", ":80", ":8080"]))
def test_no_spelling_of_a_private_address_is_connected_to(address: int, way: int, port: str) -> None:
    clock = FakeClock()
    backend = GuardedBackend(frozenset(), numeric_only, Deadline(clock, 1e9))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore.SyncBackend, "connect_tcp", unreachable)
        with pytest.raises((Failed, httpcore.ConnectError)):
            url = checked_url(f"http://{spellings(address)[way]}{port}/")
            backend.connect_tcp(url.host, url.port)


def numeric_only(host: str, port: int) -> list[str]:
    """The machine's resolver, asking no server."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(address[0]) for *_, address in found]


@given(st.text(max_size=80))
def test_any_text_is_a_url_in_one_spelling_or_refused(text: str) -> None:
    for candidate in (text, f"http://{text}", f"http://harbourpost.example/{text}"):
        try:
            url = checked_url(candidate)
        except Failed:
            continue
        assert url.text.isascii() and url.text.isprintable() and " " not in url.text
        assert checked_url(url.text) == url


def test_the_machines_resolver_is_asked_for_addresses() -> None:
    assert resolved("127.0.0.1", 80) == ["127.0.0.1"]


def test_a_name_at_a_private_address_is_refused_and_nothing_is_asked(fetch: Fetcher, site: Site) -> None:
    page = site.page("/admin", "Secret", host="inside.example")
    fetched = fetch(f"feed:{site.feed('/feed.xml', page, page.replace('admin', 'other'))}")
    assert (fetched.pages, fetched.failed) == (0, 2)
    assert site.paths("inside.example") == []


def test_the_address_that_was_checked_is_the_one_connected_to(fetch: Fetcher, site: Site) -> None:
    """A name that changes its address between two look-ups gains nothing: there is one for each connection."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    asked: list[str] = []
    connected: list[str] = []

    def changing(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    def connect(self: object, host: str, *_: object) -> NoReturn:
        connected.append(host)
        raise httpcore.ConnectError("nobody there")

    backend = GuardedBackend(frozenset(), changing, Deadline(site.clock, 1e9))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
        with pytest.raises(httpcore.ConnectError):
            backend.connect_tcp("rebinding.example", 80)
        with pytest.raises(Failed):
            backend.connect_tcp("rebinding.example", 80)
    assert (asked, connected) == (["rebinding.example"] * 2, ["93.184.216.34"])


def test_of_several_addresses_only_public_ones_are_tried(site: Site) -> None:
    connected: list[str] = []

    def connect(self: object, host: str, *_: object) -> NoReturn:
        connected.append(host)
        raise httpcore.ConnectError("nobody there")

    found = ["10.0.0.1", "93.184.216.34", "::1", "8.8.8.8"]
    backend = GuardedBackend(frozenset(), lambda host, port: found, Deadline(site.clock, 1e9))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
        with pytest.raises(httpcore.ConnectError):
            backend.connect_tcp("mixed.example", 80)
    assert connected == ["93.184.216.34", "8.8.8.8"]


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:{port}/admin", "http://inside.example:{port}/admin", "file:///etc/passwd", "//[::1]/"]
)
def test_a_redirect_is_checked_like_any_address(fetch: Fetcher, site: Site, target: str) -> None:
    site.page("/admin", "Secret", host="127.0.0.1")
    site.page("/admin", "Secret", host="inside.example")
    page = site.say("/away", status=302, Location=target.format(port=site.port))
    fetched = fetch(f"feed:{site.feed('/feed.xml', page)}")
    assert (fetched.pages, fetched.failed) == (0, 1)
    assert {each.host for each in site.asked} == {POST}


def test_a_host_that_is_allowed_may_be_private(fetch: Fetcher, site: Site) -> None:
    assert checked_url(f"http://{POST}:{site.port}/", frozenset({POST})) == Url("http", POST, site.port, "/")
    assert fetch(f"feed:{site.feed('/feed.xml', site.page('/a', 'News'))}").pages == 1
