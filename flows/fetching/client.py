"""Asking politely: rules of the site first, one request at a time for each host, redirects by hand, pauses where asked.

What comes of an answer belongs to :mod:`flows.fetching.fetch`.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from flows.fetching.addresses import Url, checked_url, joined
from flows.fetching.ends import Failed, Known, PutOff
from flows.fetching.hosts import MAX_PAUSE_SECONDS, Host
from flows.fetching.http import Exchange, Headers, Http, Wanted
from flows.fetching.robots import MAX_ROBOTS_BYTES, Robots, parse_robots

MAX_REDIRECTS = 5
MAX_ASKS = 3
"""Of one address in one fetch, where the host says that it is busy."""
BUSY_SECONDS = 10.0
"""Pause after 429 or 503 without Retry-After; doubled each time."""
MAX_ASKED_PAUSE = dt.timedelta(days=2)
"""That is remembered of what a host asks for."""

_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_LASTING = frozenset({HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.HTTP_VERSION_NOT_SUPPORTED})
"""Answers of 500 and above that will be the same the next time."""
_FOR_NOW = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})
"""Answers of 400 and above that may be others the next time."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SERVER_ERRORS = 500

_ROBOTS = Wanted("text/plain, */*;q=0.1", MAX_ROBOTS_BYTES, cut=True)

Keep = Callable[[Exchange, bool], None]
"""Keeps an answer; whether it is one about lists or rules instead of a page."""


class Client:
    """Asks for addresses; may be used by several threads."""

    def __init__(
        self,
        http: Http,
        make_host: Callable[[str], Host],
        keep: Keep,
        pause_host: Callable[[str, dt.datetime], None],
    ) -> None:
        self._http = http
        self._make_host = make_host
        self._keep = keep
        self._pause_host = pause_host
        self._hosts: dict[str, Host] = {}
        self._robots: dict[str, Robots | PutOff] = {}
        self._lock = threading.Lock()

    def get(
        self,
        address: str,
        wanted: Wanted,
        *,
        is_list: bool = False,
        conditions: Headers = (),
        is_known: Callable[[str], bool] = lambda url: False,
    ) -> Exchange:
        """The answer 200 or, where conditions are given, 304.

        Args:
            conditions: headers such as If-None-Match.
            is_known: whether an address that a redirect leads to needs no fetching.

        Raises:
            Failed: it is not to be had: refused, not allowed, gone, too large, of another kind.
            PutOff: not now.
            Known: a redirect led to a known address.
        """
        url = checked_url(address, self._http.private_hosts)
        for _ in range(MAX_REDIRECTS + 1):
            self._check_allowed(url)
            exchange = self._ask(url, wanted, conditions, is_list=is_list)
            if exchange.status not in REDIRECTS:
                return _judged(exchange, conditional=bool(conditions))
            url = self._redirected(exchange)
            if is_known(url.text):
                raise Known
        raise Failed("fetch failed", f"{address} leads on for over {MAX_REDIRECTS} redirects.")

    def _redirected(self, exchange: Exchange) -> Url:
        location = exchange.header("location")
        if not location:
            raise Failed("fetch failed", f"{exchange.url.text} redirects without saying where to.")
        return checked_url(joined(exchange.url.text, location), self._http.private_hosts)

    def _ask(self, url: Url, wanted: Wanted, conditions: Headers, *, is_list: bool) -> Exchange:
        host = self._host(url)
        pause = BUSY_SECONDS
        for _ in range(MAX_ASKS):
            try:
                with host.turn():
                    exchange = self._http.ask(url, wanted, conditions)
            except PutOff as trouble:
                if trouble.counts:
                    host.failed()
                raise
            self._keep(exchange, is_list)
            if exchange.status not in _BUSY:
                self._note_health(host, exchange)
                return exchange
            self._pause(host, exchange, pause)
            pause *= 2
        host.failed()
        raise PutOff(f"{url.root} is busy: it answered {exchange.status} {MAX_ASKS} times", counts=True)

    def _note_health(self, host: Host, exchange: Exchange) -> None:
        if exchange.status >= _SERVER_ERRORS:
            host.failed()
        else:
            host.answered()

    def _pause(self, host: Host, exchange: Exchange, default: float) -> None:
        asked = _retry_after(exchange)
        seconds = default if asked is None else asked
        host.pause(seconds)
        if seconds > MAX_PAUSE_SECONDS:
            self._pause_host(host.name, exchange.at + min(dt.timedelta(seconds=seconds), MAX_ASKED_PAUSE))

    def _host(self, url: Url) -> Host:
        with self._lock:
            if url.host not in self._hosts:
                self._hosts[url.host] = self._make_host(url.host)
            return self._hosts[url.host]

    def _check_allowed(self, url: Url) -> None:
        robots = self._robots_of(url)
        if isinstance(robots, PutOff):
            raise PutOff(robots.detail, counts=robots.counts)
        if not robots.allows(url.text):
            raise Failed("refused by robots.txt", f"{url.root}/robots.txt does not allow {url.target[:200]} to us.")

    def _robots_of(self, url: Url) -> Robots | PutOff:
        host = self._host(url)
        with host.robots_lock:
            if url.root not in self._robots:
                self._robots[url.root] = self._read_robots(url, host)
            return self._robots[url.root]

    def _read_robots(self, url: Url, host: Host) -> Robots | PutOff:
        """RFC 9309: without rules (4xx) all is allowed, without an answer (5xx, network) nothing for now."""
        at = Url(url.scheme, url.host, url.port, "/robots.txt")
        try:
            for _ in range(MAX_REDIRECTS + 1):
                exchange = self._ask(at, _ROBOTS, (), is_list=True)
                if exchange.status not in REDIRECTS:
                    break
                at = self._redirected(exchange)
            content = self._rules_in(exchange)
        except PutOff as trouble:
            return PutOff(f"without its robots.txt nothing is asked for: {trouble.detail}", counts=trouble.counts)
        except Failed:  # redirected to where we do not go, too often, or no text: there are no rules
            content = b""
        robots = parse_robots(content, self._http.user_agent)
        host.slow_down(robots.delay_seconds)
        return robots

    def _rules_in(self, exchange: Exchange) -> bytes:
        if exchange.status >= _SERVER_ERRORS:
            raise PutOff(f"{exchange.url.root} answered {exchange.status}", counts=True)
        return exchange.content(4 * MAX_ROBOTS_BYTES) if exchange.status == HTTPStatus.OK else b""


def _judged(exchange: Exchange, *, conditional: bool) -> Exchange:
    status = exchange.status
    if status == HTTPStatus.OK or (status == HTTPStatus.NOT_MODIFIED and conditional):
        return exchange
    finding = f"{exchange.url.text} answered {status} {exchange.phrase}".rstrip() + "."
    if status in _FOR_NOW or (status >= _SERVER_ERRORS and status not in _LASTING):
        raise PutOff(finding, counts=True)
    raise Failed("fetch failed", finding)


def _retry_after(exchange: Exchange) -> float | None:
    """Seconds that the answer asks us to wait: a number or a date (RFC 9110, section 10.2.3)."""
    value = exchange.header("retry-after").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
    return max(0.0, (until - exchange.at).total_seconds())
