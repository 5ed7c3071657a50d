"""Whom the servers of ``copydesk serve`` answer: their own pages, and programs that are no browser.

A browser sends the requests of any page to any address, that of this machine too, and a name of another site can be
made to point here (DNS rebinding). Where a page comes from (``Origin``) and by which name it calls us (``Host``) the
browser says, not the page; by those every request is judged, WebSockets too. Who may use the API at all is decided by
its password, which is Prefect's work.
"""

from __future__ import annotations

import http
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = Sequence[tuple[str, str]]
"""Names in small letters, and values, as they came."""

ANY_ADDRESS_MARK = "*"
"""In a list of names: every numeric address."""

_READING = ("GET", "HEAD", "OPTIONS")
_OWN_PAGES = ("same-origin", "none")
"""``Sec-Fetch-Site`` of a request by a page of the same origin, and of an address that a person typed."""

PROTECTION = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Content-Security-Policy", "frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
)
"""Headers of every answer: nothing of it is guessed, framed, or taken into another site's page."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered."""

    status: http.HTTPStatus
    why: str


@dataclass(frozen=True, slots=True)
class Guard:
    """The judge of requests to a server."""

    names: frozenset[str]
    """Host names and addresses under which the server is known, in small letters."""
    any_address: bool = False
    """Whether it is known under every numeric address; no other site's name can become one."""

    def refusal(self, method: str, headers: Headers) -> Refusal | None:
        """Why a request is refused; None where it may pass.

        Args:
            method: of HTTP; a WebSocket begins as ``GET``.
            headers: all of them, for one that comes twice is refused.
        """
        hosts = [value for name, value in headers if name == "host"]
        if len(hosts) != 1 or not self._is_known(_name_of(hosts[0])):
            return Refusal(http.HTTPStatus.MISDIRECTED_REQUEST, "This server does not answer under that host name.")
        if any(not _is_origin_of(hosts[0], value) for name, value in headers if name == "origin"):
            return Refusal(http.HTTPStatus.FORBIDDEN, "This server answers to its own pages only.")
        given = dict(headers)
        if given.get("sec-fetch-site", "none") not in _OWN_PAGES and not _follows_link(method, given):
            return Refusal(http.HTTPStatus.FORBIDDEN, "This server answers to its own pages only.")
        if method not in _READING and _has_body(given) and not _is_json(given.get("content-type", "")):
            return Refusal(http.HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Say Content-Type: application/json.")
        return None

    def _is_known(self, name: str | None) -> bool:
        if name is None or name in self.names:
            return name is not None
        return self.any_address and _is_numeric(name)


class GuardedApp:
    """An ASGI application that gets only what the guard lets pass, and whose answers are protected."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
        refusal = self._guard.refusal(scope.get("method", "GET"), headers)
        if refusal is None:
            await self._app(scope, receive, _protecting(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the answer is 403
        else:
            await _refuse(refusal, send)


def _protecting(send: Send) -> Send:
    added = [(name.lower().encode(), value.encode()) for name, value in PROTECTION]
    names = {name for name, _ in added}

    async def protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in names]
            own_policy = [one for one in message.get("headers", ()) if one[0].lower() == b"content-security-policy"]
            message = {**message, "headers": [*kept, *added, *own_policy]}  # of several policies each must be met
        await send(message)

    return protected


async def _refuse(refusal: Refusal, send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": int(refusal.status), "headers": headers})
    await send({"type": "http.response.body", "body": f"{refusal.why}\n".encode()})


def _name_of(host: str) -> str | None:
    """The name of a ``Host`` header without its port; None where it is no name."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    if parts.netloc != host or parts.username is not None or parts.path or parts.query or parts.fragment:
        return None
    return parts.hostname.rstrip(".") if parts.hostname else None


def _is_origin_of(host: str, origin: str) -> bool:
    """Whether a page comes from the very server that it calls; a proxy before us may speak HTTPS with it."""
    return origin.lower() in (f"http://{host.lower()}", f"https://{host.lower()}")


def _is_numeric(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _follows_link(method: str, headers: dict[str, str]) -> bool:
    """Whether a person goes to one of our pages from another site's: what comes is shown, and read by no page."""
    return (
        method in ("GET", "HEAD")
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )


def _has_body(headers: dict[str, str]) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"
