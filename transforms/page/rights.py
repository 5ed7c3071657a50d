"""What is said about the use of a text for text and data mining and for AI training, and what that permits.

Statements come from a page's meta elements and licence, from HTTP headers, robots.txt, tdmrep.json and trust.txt. Each
is kept as it was found; what it permits is data (``transforms/page/data/rights.toml``). Nothing is guessed: without a
statement that permits or declines, a use is neither permitted nor declined. Fetching does not belong here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import orjson
import re2
from protego import Protego

Place = Literal["meta", "json-ld", "link", "header", "robots.txt", "tdmrep.json", "trust.txt"]

MAX_STATEMENTS = 20
"""Kept of one document."""
MAX_VALUE_CHARACTERS = 300
MAX_SITE_BYTES = 512 * 1024
"""Of a robots.txt or tdmrep.json; the rest is not read."""
MAX_TDM_RULES = 200
MAX_USER_AGENTS = 5_000
HEADERS = {"x-robots-tag": "robots", "tdm-reservation": "tdm-reservation", "tdm-policy": "tdm-policy"}
"""HTTP headers that speak of rights, and the names of the same statements in meta elements."""

_ANY = "*"


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is said about the use of a text, as it was found."""

    place: Place
    name: str
    """Of the meta element, header, property or line, in lower case."""
    value: str

    def __str__(self) -> str:
        return f"{self.place} {self.name}: {self.value}"


@dataclass(frozen=True, slots=True)
class Mark:
    """What statements of one name and value say; None where they say nothing about the use."""

    fact: str
    ai_training: bool | None
    research: bool | None


@dataclass(frozen=True, slots=True)
class RightsRules:
    """What statements mean."""

    marks: Mapping[tuple[str, str], Mark] = field(default_factory=dict)
    """By name and value in lower case; the value ``*`` is any."""
    licences: tuple[tuple[str, Mark], ...] = ()
    """By the beginning of the licence's address, without scheme and www."""
    training_crawlers: frozenset[str] = frozenset()
    """Names of crawlers that collect texts for training."""
    crawlers: Mapping[str, str] = field(default_factory=dict)
    """Every AI crawler by its name, and what it is for."""

    def marks_of(self, statement: Statement) -> Iterator[Mark]:
        """What a statement says: nothing, one thing, or one for each of its comma-separated values."""
        if statement.name == "license":
            address = statement.value.lower().partition("://")[2].removeprefix("www.")
            yield from (mark for prefix, mark in self.licences if address.startswith(prefix))
            return
        for part in statement.value.split(","):
            mark = self.marks.get((statement.name, part.strip().lower())) or self.marks.get((statement.name, _ANY))
            if mark:
                yield mark


@dataclass(frozen=True, slots=True)
class Rights:
    """What is known of the rights in one text."""

    statements: tuple[Statement, ...] = ()
    permits_ai_training: bool | None = None
    permits_research: bool | None = None


def parse_rights_rules(rights: str, crawlers: str) -> RightsRules:
    """Read ``rights.toml`` and ``ai_crawlers.toml``.

    Raises:
        KeyError: an entry lacks a key; the files are bundled and tested.
    """
    data, known = tomllib.loads(rights), tomllib.loads(crawlers)["crawlers"]
    return RightsRules(
        {(entry["name"], entry["value"]): _mark(entry, entry["fact"]) for entry in data["marks"]},
        tuple((entry["prefix"], _mark(entry, "licence")) for entry in data["licences"]),
        frozenset(entry["name"] for entry in known if entry["purpose"] == "training"),
        {entry["name"]: entry["purpose"] for entry in known},
    )


def _mark(entry: Mapping[str, Any], fact: str) -> Mark:
    return Mark(fact, entry.get("ai_training"), entry.get("research"))


def judge(statements: Iterable[Statement], rules: RightsRules) -> Rights:
    """What statements permit together: one that declines goes before any that permits."""
    kept = tuple(dict.fromkeys(each for each in statements if each.name == "license" or any(rules.marks_of(each))))
    marks = [mark for each in kept for mark in rules.marks_of(each)]
    return Rights(
        kept[:MAX_STATEMENTS],
        _together(mark.ai_training for mark in marks),
        _together(mark.research for mark in marks),
    )


def _together(answers: Iterable[bool | None]) -> bool | None:
    said = {answer for answer in answers if answer is not None}
    return None if not said else False not in said


# ----------------------------------------------------------------------------------------------- pages and HTTP headers


def page_statements(
    meta: Mapping[str, Sequence[str]], licences: Iterable[tuple[Place, str]], rules: RightsRules
) -> Iterator[Statement]:
    """What a page's meta elements and the licences that it names say.

    Args:
        meta: lower-case name to values.
        licences: addresses of the article's licence and where they stand.
    """
    for name in {name for name, _ in rules.marks}:
        for value in meta.get(name, ()):
            yield Statement("meta", name, value[:MAX_VALUE_CHARACTERS])
    for place, address in licences:
        yield Statement(place, "license", address[:MAX_VALUE_CHARACTERS])


def header_statements(headers: Iterable[tuple[str, str]], rules: RightsRules) -> tuple[Statement, ...]:
    """What HTTP headers say that speak of rights."""
    said = (
        Statement("header", HEADERS[name.lower()], " ".join(value.split())[:MAX_VALUE_CHARACTERS])
        for name, value in headers
        if name.lower() in HEADERS
    )
    return tuple(each for each in said if any(rules.marks_of(each)))


def statement_of(text: str) -> Statement | None:
    """A statement from its text, as ``str`` writes it; None where it is none."""
    place, _, rest = text.partition(" ")
    name, colon, value = rest.partition(": ")
    return Statement(place, name, value) if colon else None  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------------ files of a site


@dataclass(frozen=True, slots=True)
class SiteRobots:
    """A robots.txt as far as it speaks of AI: the groups that name an AI crawler, and content signals for all."""

    rules: Protego
    named: tuple[str, ...]
    """AI crawlers that a group names, as they are spelt in ``ai_crawlers.toml``."""
    signals: tuple[str, ...]
    """Values of Content-Signal for every crawler."""

    def disallowed(self, url: str) -> tuple[str, ...]:
        """Those of the named crawlers that may not read an address."""
        return tuple(name for name in self.named if not self.rules.can_fetch(url, name))

    def statements(self, url: str, rules: RightsRules) -> Iterator[Statement]:
        """What it says about an address; a crawler that no group names is not spoken of."""
        shut_out = [name for name in self.disallowed(url) if name in rules.training_crawlers]
        if shut_out:
            yield Statement("robots.txt", "disallow", ", ".join(shut_out)[:MAX_VALUE_CHARACTERS])
        for signal in self.signals:
            yield Statement("robots.txt", "content-signal", signal[:MAX_VALUE_CHARACTERS])


def parse_site_robots(content: bytes, rules: RightsRules) -> SiteRobots:
    """Read a robots.txt, of which the first 512 KiB count."""
    text = content[:MAX_SITE_BYTES].decode("utf-8-sig", "replace")
    agents, signals = _groups(text)
    named = tuple(name for name in rules.crawlers if name.lower() in agents)
    return SiteRobots(Protego.parse(text), named, signals)


def _groups(text: str) -> tuple[set[str], tuple[str, ...]]:
    """Every user agent that is named, in lower case, and the content signals of the groups for all."""
    agents: set[str] = set()
    signals: list[str] = []
    group: set[str] = set()
    is_open = False
    for line in text.splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon:
            continue
        if name == "user-agent":
            group = group | {value.lower()} if is_open else {value.lower()}
            agents |= group if len(agents) < MAX_USER_AGENTS else set()
        elif name == "content-signal" and _ANY in group and len(signals) < MAX_STATEMENTS:
            signals.append(value)
        is_open = name == "user-agent"
    return agents, tuple(signals)


@dataclass(frozen=True, slots=True)
class TdmRule:
    """One rule of a tdmrep.json."""

    location: str
    reservation: str
    policy: str | None
    pattern: Any

    def statements(self) -> Iterator[Statement]:
        """What it says about the addresses that it is for."""
        yield Statement("tdmrep.json", "tdm-reservation", self.reservation)
        if self.policy:
            yield Statement("tdmrep.json", "tdm-policy", self.policy)


def parse_tdmrep(content: bytes) -> tuple[TdmRule, ...]:
    """The rules of a ``/.well-known/tdmrep.json``; what is no rule is passed over."""
    try:
        data = orjson.loads(content[:MAX_SITE_BYTES])
    except ValueError:
        return ()
    rules = []
    for entry in data[:MAX_TDM_RULES] if isinstance(data, list) else ():
        location = entry.get("location") if isinstance(entry, dict) else None
        if isinstance(location, str) and location and len(location) <= MAX_VALUE_CHARACTERS:
            reservation, policy = str(entry.get("tdm-reservation", "")), entry.get("tdm-policy")
            policy = policy[:MAX_VALUE_CHARACTERS] if isinstance(policy, str) else None
            rules.append(TdmRule(location, reservation[:MAX_VALUE_CHARACTERS], policy, _location(location)))
    return tuple(rules)


def _location(location: str) -> Any:
    """A path as RFC 9309 writes it: ``*`` is anything, a ``$`` at the end is the end."""
    ends = location.endswith("$")
    parts = location.removesuffix("$").split(_ANY)
    return re2.compile(".*".join(map(re2.escape, parts)) + ("$" if ends else ""))


def tdm_statements(rules: Iterable[TdmRule], url: str) -> Iterator[Statement]:
    """What every rule for an address says; where they differ, :func:`judge` has the reservation win."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    for rule in rules:
        if rule.pattern.match(target):
            yield from rule.statements()


def is_whole_site(location: str) -> bool:
    """Whether a rule is for every address of its site."""
    return location.rstrip(_ANY) in ("", "/")
