"""What a site's own files disclose: trust.txt, ads.txt, robots.txt as to AI crawlers, tdmrep.json.

Whoever calls this has consented to fetching; the fetching is as polite as any other. A relation that a trust.txt names
is looked up at its other side too. Printing does not belong here.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

import httpcore

from flows.bundled import bundled_text
from flows.fetching.addresses import Resolve, resolved
from flows.fetching.client import REDIRECTS, Client
from flows.fetching.clock import Clock
from flows.fetching.ends import Failed, PutOff
from flows.fetching.hosts import Host
from flows.fetching.http import Exchange, Http, Wanted
from flows.fetching.robots import MAX_ROBOTS_BYTES
from flows.reading.warc import rights_rules
from flows.settings import Settings
from transforms.credibility.sources import SourceNames, parse_source_names
from transforms.errors import UsageError
from transforms.page.disclosures import Found, rights_facts
from transforms.page.rights import Statement, is_whole_site, judge, parse_site_robots, parse_tdmrep
from warehouse import Warehouse, WarehouseOptions
from warehouse.disclosures import SourceDisclosure

MAX_FILE_BYTES = 1 << 20
MAX_LINES = 5_000
MAX_FACTS = 500
"""Kept of one site; associations have some hundreds of members."""
MAX_CHECKED = 20
"""Other sides of relations that are asked."""
MAX_MINUTES = 10
MAX_VALUE_CHARACTERS = 300

OTHER_SIDE = {
    "member": "belongto",
    "belongto": "member",
    "control": "controlledby",
    "controlledby": "control",
    "vendor": "customer",
    "customer": "vendor",
}
"""Relations of a trust.txt (https://journallist.net), and what the other side's has to say for both to agree."""
_RELATIONS = {
    "member": "has as member",
    "belongto": "belongs to",
    "control": "controls",
    "controlledby": "is controlled by",
    "vendor": "buys from",
    "customer": "sells to",
}
_TRUST_FACTS = {"social": "account on a platform", "contact": "contact", "disclosure": "disclosure page"}
_ADS_FACTS = {"ownerdomain": "owner of the advertising space", "managerdomain": "seller of the advertising space"}
_WANTED = Wanted("text/plain, application/json, */*;q=0.1", MAX_FILE_BYTES, cut=True)


class NoSite(UsageError):
    """What was named is no site."""


@dataclass(frozen=True, slots=True)
class SiteDisclosures:
    """What the files of one site disclose."""

    source: str
    rows: tuple[SourceDisclosure, ...]
    notes: tuple[str, ...]
    """A sentence about each file that was not read."""


def disclose(
    settings: Settings, domain: str, *, clock: Clock | None = None, resolve: Resolve = resolved
) -> SiteDisclosures:
    """Fetch the files of a site, store what they disclose, and publish it.

    Args:
        domain: a domain, asked by https, or an address of the site.
        clock, resolve: time and the look-up of names, for tests.

    Raises:
        NoSite: ``domain`` names no registered domain or account on a platform.
        WarehouseError: the database cannot be written.
    """
    root = _root(domain)
    source = _site(root)
    if source is None:
        raise NoSite(f"{domain!r} is no domain; name one such as harbourpost.example")
    options = WarehouseOptions(memory_megabytes=settings.database_megabytes, threads=settings.workers)
    with Warehouse.open(settings.warehouse, options) as warehouse:
        found = _Look(settings, clock or Clock(), resolve).at(root, source)
        warehouse.add_disclosures(found.rows)
        warehouse.publish(settings.published)
    return found


@functools.cache
def _source_names() -> SourceNames:
    return parse_source_names(bundled_text("credibility", "source_names.toml"))


def _site(address: str) -> str | None:
    """The source of an address, as articles of that address have it."""
    return _source_names().site(address)


def _root(domain: str) -> str:
    text = domain.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


@dataclass
class _Look:
    """One look at a site."""

    settings: Settings
    clock: Clock
    resolve: Resolve
    notes: list[str] = field(default_factory=list)
    robots: dict[str, bytes | None] = field(default_factory=dict)
    """By root, as the client asked for them; None where there is none."""
    _robots_of: str | None = None
    """The root whose robots.txt redirects to the next one that is asked for."""

    def __post_init__(self) -> None:
        ends_at = self.clock.seconds() + MAX_MINUTES * 60
        settings = self.settings

        def make_host(name: str) -> Host:
            return Host(name, settings.fetch_delay_seconds, ends_at, self.clock)

        http = Http(
            settings.user_agent,
            frozenset(settings.fetch_private_hosts),
            settings.fetch_seconds,
            self.clock,
            self.resolve,
            httpcore.default_ssl_context(),
        )
        self.client = Client(http, make_host, self._keep, lambda host, until: None)

    def at(self, root: str, source: str) -> SiteDisclosures:
        """Read the files of a site."""
        now = self.clock.now()
        trust = self._first(root, "/trust.txt", "/.well-known/trust.txt")
        files: list[tuple[str, bytes | PutOff | None, Callable[[bytes], Iterable[Found]]]] = [
            ("trust.txt", trust, lambda content: self._trust(content, source)),
            ("ads.txt", self._first(root, "/ads.txt"), _ads),
            ("tdmrep.json", self._first(root, "/.well-known/tdmrep.json"), _tdmrep),
            ("robots.txt", self.robots.get(root, PutOff("it gave no answer")), lambda content: _robots(content, root)),
        ]
        rows = [row for place, content, read in files for row in self._rows(source, place, content, read, now)]
        return SiteDisclosures(source, tuple(rows), tuple(self.notes))

    def _rows(
        self,
        source: str,
        place: str,
        content: bytes | PutOff | None,
        read: Callable[[bytes], Iterable[Found]],
        now: dt.datetime,
    ) -> Iterator[SourceDisclosure]:
        """What a file discloses and whether there is one; nothing where that is not known."""
        if isinstance(content, PutOff):
            self.notes.append(f"{place}: {content.detail}")
            return
        state = "not published" if content is None else "published"
        facts: dict[tuple[str, str], Found] = {}
        for one in () if content is None else read(content):
            if len(facts) < MAX_FACTS:
                facts.setdefault(one[:2], one)
        for fact, value, _, quote in (("file", state, place, place), *facts.values()):
            short = value[:MAX_VALUE_CHARACTERS], place, quote[:MAX_VALUE_CHARACTERS]
            yield SourceDisclosure(source, fact, *short, first_seen_at=now, last_seen_at=now, documents=0)

    def _first(self, root: str, *paths: str) -> bytes | PutOff | None:
        """The first of the files that there is; None without any; why it is not known."""
        for path in paths:
            try:
                exchange = self.client.get(root + path, _WANTED, is_list=True)
                content = exchange.content(4 * MAX_FILE_BYTES)
            except Failed as failure:
                if failure.reason not in ("fetch failed", "unsupported kind"):
                    return PutOff(failure.detail)
                continue
            except PutOff as trouble:
                return trouble
            if exchange.media_type != "text/html" and content.lstrip()[:1] != b"<":
                return content
        return None

    def _keep(self, exchange: Exchange, is_list: bool) -> None:
        """Remember what a robots.txt comes to, redirects followed; other answers are read where they were asked for."""
        if not exchange.url.target.endswith("/robots.txt"):
            return
        root, self._robots_of = self._robots_of or exchange.url.root, None
        if exchange.status in REDIRECTS:
            self._robots_of = root
        elif exchange.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            is_there = exchange.status == HTTPStatus.OK
            self.robots[root] = exchange.content(4 * MAX_ROBOTS_BYTES) if is_there else None

    def _trust(self, content: bytes, source: str) -> Iterator[Found]:
        checked = 0
        for name, value, line in _lines(content):
            if name in OTHER_SIDE and (other := _site(value)):
                says = "other side not asked"
                if checked < MAX_CHECKED:
                    says = self._other_side(value, OTHER_SIDE[name], source)
                    checked += 1
                yield f"{_RELATIONS[name]}, {says}", other, "trust.txt", line
            elif name == "datatrainingallowed":
                said = judge([Statement("trust.txt", name, value.lower())], rights_rules())
                yield from rights_facts(said, rights_rules())
            elif name in _TRUST_FACTS and value:
                yield _TRUST_FACTS[name], value, "trust.txt", line

    def _other_side(self, address: str, relation: str, source: str) -> str:
        """Whether the organisation at an address names the source in turn."""
        content = self._first(_root(address), "/trust.txt", "/.well-known/trust.txt")
        if isinstance(content, PutOff):
            return "other side not read"
        named = {_site(value) for name, value, _ in _lines(content or b"") if name == relation}
        return "both sides say so" if source in named else "only this side says so"


def _lines(content: bytes) -> Iterator[tuple[str, str, str]]:
    """Names, values and lines of a file of ``name=value`` lines."""
    for line in content.decode("utf-8-sig", "replace").splitlines()[:MAX_LINES]:
        said = line.partition("#")[0] if "://" not in line else line.partition(" #")[0]
        name, equals, value = said.partition("=")
        if equals:
            yield name.strip().lower(), value.strip(), " ".join(line.split())


def _ads(content: bytes) -> Iterator[Found]:
    """Owner and manager, and how many systems sell the space directly and through others."""
    sellers = {"DIRECT": 0, "RESELLER": 0}
    for line in content.decode("utf-8-sig", "replace").splitlines()[:MAX_LINES]:
        fields = [each.strip() for each in line.partition("#")[0].split(",")]
        kind = "".join(fields[2:3]).upper()
        if kind in sellers:
            sellers[kind] += 1
    for name, value, line in _lines(content):
        if name in _ADS_FACTS and value:
            yield _ADS_FACTS[name], value.partition(",")[0].strip().lower(), "ads.txt", line
    for kind, count in sellers.items():
        if count:
            yield f"advertising systems, {kind.lower()}", str(count), "ads.txt", f"{count} lines with {kind}"


def _robots(content: bytes, root: str) -> Iterator[Found]:
    """Every AI crawler that is named, and what is said about the whole site."""
    rules = rights_rules()
    robots = parse_site_robots(content, rules)
    shut_out = robots.disallowed(f"{root}/")
    for name in robots.named:
        fact = "AI crawler shut out" if name in shut_out else "AI crawler named, not shut out"
        yield fact, name, "robots.txt", f"User-agent: {name} (purpose: {rules.crawlers[name]})"
    yield from rights_facts(judge(robots.statements(f"{root}/", rules), rules), rules)


def _tdmrep(content: bytes) -> Iterator[Found]:
    """What the rules for the whole site say; of others, for which addresses they are."""
    rules = rights_rules()
    for rule in parse_tdmrep(content):
        for fact, value, place, quote in rights_facts(judge(rule.statements(), rules), rules):
            if is_whole_site(rule.location):
                yield fact, value, place, quote
            else:
                yield f"{fact} in part", rule.location, place, quote
