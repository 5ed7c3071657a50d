"""Whom the servers of ``copydesk serve`` answer, request by request; tests/flows/test_serve.py attacks real ones."""

import asyncio
from typing import Any

import pytest

from flows.scheduled.guard import Guard, GuardedApp
from flows.scheduled.serve import Address

OWN = "127.0.0.1:4200"
HERE = Address("127.0.0.1", 4200).guard


def status(guard: Guard, method: str = "GET", **headers: str) -> int | None:
    given = [(name.replace("_", "-"), value) for name, value in ({"host": OWN} | headers).items()]
    refusal = guard.refusal(method, given)
    return int(refusal.status) if refusal else None


@pytest.mark.parametrize("host", [OWN, "localhost:4200", "LOCALHOST", "localhost.:4200", "[::1]:4200", "127.0.0.1:9"])
def test_names_of_this_machine_are_answered(host: str) -> None:
    assert status(HERE, host=host) is None


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example:4200",
        "127.0.0.1@evil.example",
        "evil.example@127.0.0.1",
        "127.0.0.1/evil",
        "127.0.0.1#",
        "127.0.0.1:port",
        "127.0.0.2",
        "2130706433",
        "[::1",
        "",
        " ",
    ],
)
def test_other_names_are_not(host: str) -> None:
    assert status(HERE, host=host) == 421


def test_a_request_without_a_host_or_with_two_is_refused() -> None:
    for hosts in ([], ["localhost", "localhost"]):
        refusal = HERE.refusal("GET", [("host", host) for host in hosts])
        assert refusal is not None
        assert refusal.status == 421


def test_where_it_listens_on_every_address_any_number_is_its_name_but_no_word() -> None:
    wide = Address("0.0.0.0", 4200, ("desk.example.org",)).guard
    assert [status(wide, host=host) for host in ("192.0.2.7:4200", "[2001:db8::1]", "Desk.example.org")] == [None] * 3
    assert status(wide, host="evil.example") == 421
    assert status(HERE, host="192.0.2.7") == 421
    assert status(Address("192.0.2.7", 4200).guard, host="localhost") == 421


@pytest.mark.parametrize("origin", [f"http://{OWN}", f"https://{OWN}", f"HTTP://{OWN}"])
def test_its_own_page_may_ask(origin: str) -> None:
    assert status(HERE, "POST", origin=origin) is None


@pytest.mark.parametrize(
    "origin", ["null", "", "http://evil.example", "http://127.0.0.1:4201", "http://localhost:4200"]
)
def test_no_other_page_may(origin: str) -> None:
    assert status(HERE, origin=origin) == 403


def test_a_link_from_another_site_may_be_followed_and_nothing_else() -> None:
    link = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    assert status(HERE, **link) is None
    assert status(HERE, "POST", **link) == 403
    assert status(HERE, **{**link, "sec_fetch_dest": "iframe"}) == 403
    assert status(HERE, **{**link, "sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"}) == 403
    assert status(HERE, sec_fetch_site="same-origin", sec_fetch_mode="cors") is None


def test_what_changes_something_says_that_it_is_json() -> None:
    assert status(HERE, "POST", content_length="2", content_type="application/json; charset=utf-8") is None
    assert status(HERE, "POST") is None, "nothing is sent with it"
    for kind in ({}, {"content_type": "text/plain"}, {"content_type": "text/plain; application/json"}):
        assert status(HERE, "POST", content_length="2", **kind) == 415
        assert status(HERE, "PATCH", transfer_encoding="chunked", **kind) == 415


def test_every_answer_is_protected_and_a_policy_of_its_own_is_kept() -> None:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        policy = (b"Content-Security-Policy", b"default-src 'none'")
        await send({"type": "http.response.start", "status": 200, "headers": [policy, (b"X-Frame-Options", b"ALLOW")]})

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    scope = {"type": "http", "method": "GET", "headers": [(b"Host", OWN.encode())]}
    asyncio.run(GuardedApp(app, HERE)(scope, receive, send))
    headers = [(name.lower(), value) for name, value in sent[0]["headers"]]
    assert [value for name, value in headers if name == b"x-frame-options"] == [b"DENY"]
    policies = [value for name, value in headers if name == b"content-security-policy"]
    assert policies == [b"frame-ancestors 'none'", b"default-src 'none'"]
