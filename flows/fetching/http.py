"""One HTTP request and its answer, bounded in time and size; nothing is followed, repeated or kept.

Cookies are neither sent nor kept, proxies are not used, and every request has a connection of its own: at a page a
second nothing is gained by keeping one open, and each connection is checked anew.
"""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import httpcore

from flows.fetching.addresses import GuardedBackend, Resolve, Url
from flows.fetching.clock import Clock, Deadline
from flows.fetching.ends import Failed, PutOff
from flows.reading.options import StreamFault
from flows.reading.warc import decoded_body

OK = 200

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 15.0
"""Between two pieces of an answer; a server that works says something within."""

_PRINTABLE = "".join(map(chr, range(32, 127)))

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an answer is taken for."""

    accept: str
    max_bytes: int
    """Of the body, as it comes and unpacked."""
    media_types: frozenset[str] = frozenset()
    """Those that are read; every one where none is named."""
    cut: bool = False
    """A longer body is cut instead of refused."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it was sent and the answer as it came."""

    url: Url
    request: bytes
    """Request line and headers."""
    status: int
    phrase: str
    headers: tuple[tuple[str, str], ...]
    """In printable ASCII; other characters are percent-encoded."""
    body: bytes
    """As it came, without the transfer's chunks; empty where it was not wanted."""
    whole: bool
    """Whether ``body`` is all of it."""
    at: dt.datetime

    def header(self, name: str) -> str:
        """The first value of a header, empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def media_type(self) -> str:
        """As declared, in lower case, without parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def content(self, max_bytes: int) -> bytes:
        """The body unpacked.

        Raises:
            Failed: ``too large``, ``corrupt file`` or ``unsupported kind``.
        """
        return unpacked(self.body, self.header("content-encoding"), max_bytes)


def unpacked(body: bytes, encodings: str, max_bytes: int) -> bytes:
    """A body without its content encodings.

    Raises:
        Failed: ``too large``, ``corrupt file``, ``unsupported kind`` or ``nested too deeply``.
    """
    try:
        return decoded_body(body, encodings, max_bytes)
    except StreamFault as fault:
        raise Failed(fault.reason, fault.detail) from fault


@dataclass(frozen=True, slots=True)
class Http:
    """How requests are made."""

    user_agent: str
    private_hosts: frozenset[str]
    request_seconds: float
    clock: Clock
    resolve: Resolve
    tls: ssl.SSLContext

    def ask(self, url: Url, wanted: Wanted, conditions: Headers = ()) -> Exchange:
        """Ask once.

        Raises:
            Failed: the address is refused, or the answer too large or of another kind than wanted.
            PutOff: there was no valid answer in time.
        """
        deadline = Deadline(self.clock, self.clock.seconds() + self.request_seconds)
        origin = httpcore.Origin(url.scheme.encode(), url.host.encode(), url.port)
        backend = GuardedBackend(self.private_hosts, self.resolve, deadline)
        at = self.clock.now()
        request = self._request(url, wanted, conditions)
        try:
            with (
                httpcore.HTTPConnection(origin, ssl_context=self.tls, network_backend=backend) as connection,
                _closing(connection.handle_request(request)) as response,
            ):
                return _read(url, request, response, wanted, at)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            finding = str(error) or type(error).__name__
            raise PutOff(f"{url.root} gave no valid answer: {finding}", counts=True) from error

    def _request(self, url: Url, wanted: Wanted, conditions: Headers) -> httpcore.Request:
        headers = [
            ("Host", url.root.partition("://")[2]),
            ("User-Agent", self.user_agent),
            ("Accept", wanted.accept),
            ("Accept-Encoding", "gzip, deflate"),
            ("Connection", "close"),
            *conditions,
        ]
        return httpcore.Request(
            "GET",
            httpcore.URL(scheme=url.scheme, host=url.host, port=url.port, target=url.target),
            headers=[(name.encode(), value.encode()) for name, value in headers],
            extensions={
                "timeout": {"connect": CONNECT_SECONDS, "read": SILENCE_SECONDS, "write": SILENCE_SECONDS, "pool": 0}
            },
        )


class _closing:  # noqa: N801  (as contextlib names it)
    """A response that is closed, with its connection, whatever was read of it."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __enter__(self) -> httpcore.Response:
        return self._response

    def __exit__(self, *_: object) -> None:
        self._response.close()


def _read(
    url: Url, request: httpcore.Request, response: httpcore.Response, wanted: Wanted, at: dt.datetime
) -> Exchange:
    headers = tuple((_ascii(name), _ascii(value)) for name, value in response.headers)
    phrase = _ascii(bytes(response.extensions.get("reason_phrase", b"")))
    head = Exchange(url, _sent(request), response.status, phrase, headers, b"", whole=False, at=at)
    if response.status != OK:
        return head
    if wanted.media_types and head.media_type not in wanted.media_types:
        declared = f"declared as {head.media_type[:100]}" if head.media_type else "of no declared type"
        raise Failed("unsupported kind", f"{url.text} is {declared}; only HTML and plain text are read.")
    body, whole = _body(response.iter_stream(), wanted, url)
    exchange = Exchange(url, head.request, head.status, phrase, headers, body, whole, at)
    if not wanted.cut:
        exchange.content(wanted.max_bytes)  # a bomb is refused here and not kept
    return exchange


def _body(pieces: Iterator[bytes], wanted: Wanted, url: Url) -> tuple[bytes, bool]:
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size > wanted.max_bytes:
            if wanted.cut:
                return b"".join(held)[: wanted.max_bytes], False
            raise Failed("too large", f"{url.text} is over {wanted.max_bytes:,} bytes. The rest was not fetched.")
    return b"".join(held), True


def _sent(request: httpcore.Request) -> bytes:
    lines = [b"GET " + request.url.target + b" HTTP/1.1", *(name + b": " + value for name, value in request.headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _ascii(value: bytes) -> str:
    return quote(value, safe=_PRINTABLE)
