"""One fetch: what lists name and is not known yet, brought into one WARC file.

Every address that a list names is noted as waiting before anything is fetched of it, and has one end: its page is kept,
its failure is kept, or it is found to be known. What has no end when the fetch is over waits for the next one, until it
was tried often enough and for days. Lists are asked first, new pages before old ones that wait.
"""

from __future__ import annotations

import datetime as dt
import functools
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpcore

from flows.bundled import bundled_text
from flows.fetching.addresses import Resolve, resolved
from flows.fetching.client import Client
from flows.fetching.clock import Clock
from flows.fetching.ends import Failed, Known, PutOff
from flows.fetching.hosts import Host
from flows.fetching.http import Exchange, Http, Wanted, unpacked
from flows.fetching.listings import Listing, parse_listing
from flows.fetching.plan import Plan, read_plan
from flows.fetching.state import ListMemory, State, Tries, held_state, new_file_name
from flows.fetching.warcs import Warc
from flows.settings import Settings
from transforms.text.urls import MAX_URL_CHARACTERS, parse_url_rules

T = TypeVar("T")

PARALLEL_HOSTS = 8
"""Hosts that are asked at the same time; of each, one page at a time."""
MAX_LISTS = 1_000
"""Sitemaps that one index may lead to."""
MAX_LIST_DEPTH = 2
"""Indexes inside each other; the sitemap protocol allows 1."""
MAX_LIST_BYTES = 50 * 1024 * 1024
"""Of a feed or sitemap, unpacked: what the sitemap protocol allows."""
MAX_WAITING = 100_000
"""Pages noted as waiting, of all lists: a day's work for one host."""
MAX_FETCH_BYTES = 4 * 1024**3
"""Of one WARC file; what is left waits for the next fetch."""
SAVE_SECONDS = 60.0
"""Between two savings of what was done, so that little is fetched twice where the machine dies."""
MAX_NOTES = 20
"""Findings about lists that are told one by one."""

_GZIP = b"\x1f\x8b"
_LIST_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml, text/xml, */*;q=0.5"
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
_PAGE_ACCEPT = "text/html, application/xhtml+xml, text/plain;q=0.8"


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """How far a fetch is."""

    pages: int
    """That were fetched."""
    left: int
    """That are waiting."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch did."""

    warc: Path
    """The file that keeps it."""
    unread: tuple[Path, ...]
    """All files that no run has read to its end, this one included, oldest first."""
    lists: int = 0
    """Feeds and sitemaps that were read."""
    unchanged_lists: int = 0
    """Those that said that nothing changed."""
    pages: int = 0
    """That were fetched."""
    known: int = 0
    """Addresses that lists named and that had their end in an earlier fetch."""
    failed: int = 0
    """Addresses that are not to be had, those of lists included; each becomes a row in quarantine."""
    waiting: int = 0
    """Pages that are left for the next fetch."""
    notes: tuple[str, ...] = ()
    """A sentence about each list that was not to be had, and about what was left out."""


@dataclass
class _Counts:
    lists: int = 0
    unchanged_lists: int = 0
    pages: int = 0
    known: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class _Page:
    """An address to be fetched, under the list or file that names it."""

    url: str
    named_by: str


def fetch(
    settings: Settings,
    inputs: Sequence[str],
    *,
    again: bool = False,
    on_progress: Callable[[FetchProgress], None] = lambda progress: None,
    clock: Clock | None = None,
    resolve: Resolve = resolved,
) -> Fetched:
    """Fetch what the inputs name and was not fetched before.

    Args:
        inputs: ``feed:URL``, ``sitemap:URL``, ``urls:FILE``.
        again: forget what was fetched before.
        clock, resolve: time and the look-up of names, for tests.

    Raises:
        InputError: an input that names nothing to fetch.
        FetchError: the folder of fetched files cannot be used.
        OSError: the disk is full or the folder not writable; what was fetched before is kept.
    """
    plan = read_plan(inputs)
    clock = clock or Clock()
    rules = parse_url_rules(bundled_text("text", "tracking_parameters.toml"))
    with held_state(settings.fetched, rules) as state:
        if again:
            state.forget_pages()
        state.forget_old(clock.now().date())
        work = _Fetch(settings, state, clock, resolve, on_progress)
        try:
            work.run(plan)
        finally:
            work.close()
        return work.result(plan)


@dataclass
class _Fetch:
    """A fetch under way."""

    settings: Settings
    state: State
    clock: Clock
    resolve: Resolve
    on_progress: Callable[[FetchProgress], None]
    counts: _Counts = field(default_factory=_Counts)
    notes: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        now = self.clock.now()
        self._ends_at = self.clock.seconds() + self.settings.fetch_minutes * 60
        self._saved_at = self.clock.seconds()
        self._paused = self.state.paused_hosts(now)
        self.warc = Warc(self.settings.fetched / new_file_name(now), f"copydesk/{metadata.version('copydesk')}", now)
        self.state.add_file(self.warc.path)
        http = Http(
            self.settings.user_agent,
            frozenset(self.settings.fetch_private_hosts),
            self.settings.fetch_seconds,
            self.clock,
            self.resolve,
            _tls(),
        )
        self.client = Client(http, self._host, self._keep, self.state.pause_host)
        self.page_wanted = Wanted(_PAGE_ACCEPT, self.settings.document_megabytes << 20, _PAGE_TYPES)
        self.list_wanted = Wanted(_LIST_ACCEPT, MAX_LIST_BYTES)

    def run(self, plan: Plan) -> None:
        """Lists, then pages."""
        before = self.state.waiting(plan.names)
        found = self._each(plan.lists, lambda url: url, self._list)
        named, _ = self._noted(_Page(url, name) for name, url in plan.pages)
        waiting = [_Page(page.url, page.named_by) for page in before]
        self._each([*chain(*found), *named, *waiting], lambda page: page.url, self._page)

    def close(self) -> None:
        """Keep what was done, whatever ended it."""
        self.warc.close()
        self.state.save()

    def result(self, plan: Plan) -> Fetched:
        """What was done."""
        counts = self.counts
        return Fetched(
            warc=self.warc.path,
            unread=tuple(self.state.unread_files()),
            lists=counts.lists,
            unchanged_lists=counts.unchanged_lists,
            pages=counts.pages,
            known=counts.known,
            failed=counts.failed,
            waiting=len(self.state.waiting(plan.names)),
            notes=tuple(self.notes),
        )

    def _each(
        self, items: Sequence[T], address: Callable[[T], str], work: Callable[[T], Iterable[_Page]]
    ) -> list[list[_Page]]:
        """Do the work for every item: hosts side by side, the items of one host one after the other."""
        by_host: dict[str, list[T]] = {}
        for item in items:
            by_host.setdefault(_host_name(address(item)), []).append(item)

        def work_through(group: Sequence[T]) -> list[list[_Page]]:
            return [list(work(item)) for item in group]

        with ThreadPoolExecutor(PARALLEL_HOSTS) as threads:
            futures = [threads.submit(work_through, group) for group in by_host.values()]
            try:
                return [pages for future in futures for pages in future.result()]
            except BaseException:  # an interrupt too must stop the other threads at their next pause
                self.clock.stop()
                for future in futures:
                    future.cancel()
                raise

    def _host(self, name: str) -> Host:
        host = Host(name, self.settings.fetch_delay_seconds, self._ends_at, self.clock)
        until = self._paused.get(name)
        if until is not None:
            host.pause((until - self.clock.now()).total_seconds())
        return host

    def _keep(self, exchange: Exchange, is_list: bool) -> None:
        self.warc.keep(exchange, is_list=is_list)

    def _noted(self, pages: Iterable[_Page]) -> tuple[list[_Page], bool]:
        """The new ones among the pages, noted as waiting, and whether there was room for all."""
        new: list[_Page] = []
        for page in pages:
            if self.state.is_done(page.url):
                self._count("known")
            elif self.state.waiting_count >= MAX_WAITING:
                self._note(f"{page.named_by}: over {MAX_WAITING:,} pages wait; the others are named by a later fetch")
                return new, False
            elif self.state.await_page(page.url, page.named_by):
                new.append(page)
        return new, True

    def _list(self, url: str) -> list[_Page]:
        """The pages that a list and the lists that it leads to name; a list that fails costs itself."""
        found: list[_Page] = []
        depths = {url: 0}
        queue = [url]
        for at in queue:  # grows while it is gone through
            listing = self._listing(at)
            new, whole = self._noted(_Page(page[: MAX_URL_CHARACTERS + 1], url) for page in listing.pages)
            found += new
            if not whole:
                self.state.list_memory(at).forget_version()
            deeper = [each for each in listing.lists if each not in depths]
            room = MAX_LISTS - len(depths) if depths[at] < MAX_LIST_DEPTH else 0
            if len(deeper) > room:
                self._note(f"{at}: leads to {len(deeper):,} further lists, of which {room:,} are read")
            depths.update(dict.fromkeys(deeper[:room], depths[at] + 1))
            queue += deeper[:room]
        return found

    def _listing(self, url: str) -> Listing:
        memory = self.state.list_memory(url)
        try:
            listing = self._fetched_listing(url, memory)
        except Failed as failure:
            self._fail(url, failure)
            self._note(f"{url}: {failure}")
        except PutOff as trouble:
            self._put_list_off(url, memory, trouble)
        else:
            memory.tries = Tries()
            if listing.cut:
                self._note(f"{url}: the list is longer than is read; its end was left out")
            return listing
        return Listing(())

    def _fetched_listing(self, url: str, memory: ListMemory) -> Listing:
        given = (("If-None-Match", memory.etag), ("If-Modified-Since", memory.last_modified))
        conditions = [(name, value) for name, value in given if value]
        exchange = self.client.get(url, self.list_wanted, is_list=True, conditions=conditions)
        if exchange.status == HTTPStatus.NOT_MODIFIED:
            self._count("unchanged_lists")
            return Listing(())
        content = exchange.content(MAX_LIST_BYTES)
        if content.startswith(_GZIP):
            content = unpacked(content, "gzip", MAX_LIST_BYTES)
        charset = exchange.header("content-type").lower().partition("charset=")[2].strip(" \"'") or None
        listing = parse_listing(content, exchange.url.text, charset)
        self._count("lists")
        # an index that did not change may lead to sitemaps that did
        keeps = not listing.lists
        memory.etag = exchange.header("etag") if keeps else ""
        memory.last_modified = exchange.header("last-modified") if keeps else ""
        return listing

    def _put_list_off(self, url: str, memory: ListMemory, trouble: PutOff) -> None:
        self._note(f"{url}: {trouble.detail}; the next fetch asks again")
        if trouble.counts and memory.tries.failed(self._today()):
            self._fail(url, _given_up(memory.tries, trouble))

    def _page(self, page: _Page) -> tuple[()]:
        """Bring one address to its end, or leave it waiting."""
        if self.warc.bytes > MAX_FETCH_BYTES or self.state.is_done(page.url):
            return ()
        try:
            exchange = self.client.get(page.url, self.page_wanted, is_known=self.state.is_done)
        except Known:
            self._count("known")
            self._finish(page.url)
        except Failed as failure:
            self._fail(page.url, failure)
            self._finish(page.url)
        except PutOff as trouble:
            tries = self.state.waiting_tries(page.url)
            if trouble.counts and tries.failed(self._today()):
                self._fail(page.url, _given_up(tries, trouble))
                self._finish(page.url)
        else:
            self._count("pages")
            self._finish(page.url, exchange.url.text)
        return ()

    def _finish(self, *urls: str) -> None:
        self.state.finish(urls, self._today())
        with self._lock:
            due = self.clock.seconds() - self._saved_at > SAVE_SECONDS
            if due:
                self._saved_at = self.clock.seconds()
                self.warc.sync()
                self.state.save()
            pages = self.counts.pages
        self.on_progress(FetchProgress(pages, self.state.waiting_count))

    def _today(self) -> dt.date:
        return self.clock.now().date()

    def _fail(self, url: str, failure: Failed) -> None:
        self.warc.keep_failure(url, failure, self.clock.now())
        self._count("failed")

    def _count(self, name: str) -> None:
        with self._lock:
            setattr(self.counts, name, getattr(self.counts, name) + 1)

    def _note(self, sentence: str) -> None:
        with self._lock:
            if len(self.notes) < MAX_NOTES:
                self.notes.append(sentence)


@functools.cache
def _tls() -> ssl.SSLContext:
    """With the certificates of the public authorities; made once in a process, for that takes a tenth of a second."""
    return httpcore.default_ssl_context()


def _given_up(tries: Tries, trouble: PutOff) -> Failed:
    return Failed("fetch failed", f"No answer in {tries.count} fetches since {tries.since}: {trouble.detail}.")


@functools.lru_cache(maxsize=4096)
def _host_name(url: str) -> str:
    """The host as the address spells it; addresses of no host are one group."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
