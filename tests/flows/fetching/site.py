"""A web server that a test starts on 127.0.0.1, a resolver that leads every name to it, a clock that nobody waits for.

Names end in ``.example``; the server tells them apart by their Host header.
"""

from __future__ import annotations

import datetime as dt
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from flows.fetching.clock import Clock
from flows.fetching.fetch import Fetched, fetch
from flows.settings import Settings, load_settings

POST = "harbourpost.example"
BAY = "bayherald.example"
START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)


class FakeClock(Clock):
    """Time that passes only where somebody waits."""

    def __init__(self, now: dt.datetime = START) -> None:
        super().__init__()
        self.at = 0.0
        self.waits: list[float] = []
        self._base = now
        self._lock = threading.Lock()

    def seconds(self) -> float:
        return self.at

    def now(self) -> dt.datetime:
        return self._base + dt.timedelta(seconds=self.at)

    def wait(self, seconds: float) -> None:
        with self._lock:
            self.at += seconds
            self.waits.append(seconds)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the server was asked."""

    host: str
    path: str
    headers: Mapping[str, str]
    at: float
    """By the clock of the test."""


Say = Answer | Callable[[Asked], Answer]


class Site:
    """The server: answers by host and path, 404 where nothing is set, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Say] = {}
        self.asked: list[Asked] = []
        self.clock = FakeClock()
        self.underway: dict[str, int] = {}
        self.most_at_once: dict[str, int] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.port = self._server.server_address[1]

    def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on; a connection that fails in its handshake costs itself."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str, host: str = POST, scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def say(self, path: str, body: bytes | str = b"", host: str = POST, status: int = 200, **headers: str) -> str:
        """Set an answer; returns its URL. Headers are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body.encode() if isinstance(body, str) else body
        self.answers[host, path] = Answer(content, status, named)
        return self.url(path, host)

    def page(self, path: str, text: str, host: str = POST) -> str:
        return self.say(path, make_page(text), host, Content_Type="text/html; charset=utf-8")

    def feed(self, path: str, *urls: str, host: str = POST, **headers: str) -> str:
        return self.say(path, make_rss(*urls), host, Content_Type="application/rss+xml", **headers)

    def paths(self, host: str = POST) -> list[str]:
        """What was asked of a host, without its robots.txt."""
        return [each.path for each in self.asked if each.host == host and each.path != "/robots.txt"]

    def resolve(self, host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    def answer(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
            said = self.answers.get((asked.host, asked.path), Answer(status=404))
        return said(asked) if callable(said) else said

    def enter(self, host: str, step: int) -> None:
        with self._lock:
            self.underway[host] = self.underway.get(host, 0) + step
            self.most_at_once[host] = max(self.most_at_once.get(host, 0), self.underway[host])

    def _handler(site) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = self.headers["Host"].partition(":")[0]
                site.enter(host, 1)
                answer = site.answer(Asked(host, self.path, dict(self.headers), site.clock.at))
                site.enter(host, -1)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in answer.headers:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                with suppress(OSError):  # the client has heard enough
                    self.wfile.write(answer.body)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def make_page(text: str) -> bytes:
    """A news page with this text."""
    page = f"<head><title>News</title></head><body><article><p>{text}</p></article></body>"
    return f"<!doctype html><html>{page}</html>".encode()


def make_rss(*urls: str) -> str:
    """An RSS feed with these links."""
    items = "".join(f"<item><title>News</title><link>{url}</link></item>" for url in urls)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Post</title>{items}</channel></rss>'


def fetch_settings(folder: Path, **changes: Any) -> Settings:
    """Settings with a fetch folder of the test's own."""
    given = {"fetched": folder / "fetched", "fetch_private_hosts": (POST, BAY), "workers": 1, **changes}
    databases = {"warehouse": folder / "db" / "work.duckdb", "published": folder / "db" / "published.duckdb"}
    return load_settings({**databases, **given}, environment={})


class Fetcher:
    """Fetches from a site into a folder."""

    def __init__(self, site: Site, folder: Path, **changes: Any) -> None:
        self.site = site
        self.settings = fetch_settings(folder, **changes)
        self.resolve = site.resolve

    def __call__(self, *inputs: str, again: bool = False) -> Fetched:
        return fetch(self.settings, inputs, again=again, clock=self.site.clock, resolve=self.resolve)
