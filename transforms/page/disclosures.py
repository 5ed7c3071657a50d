"""What a page discloses about the outlet behind it: policies, owners, imprint, notices about how an article was made.

Facts, each with the place and the words that it was read from; what they are worth belongs to the credibility of a
source, what is said about the use of a text to :mod:`transforms.page.rights`. The properties, link words and notices
are data (``transforms/page/data/disclosures.toml``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import re2
from lxml.etree import _Element  # type: ignore[import-untyped]

from transforms.page.rights import Rights, RightsRules
from transforms.records import Disclosure, DisclosurePlace
from transforms.text.urls import registered_domain

MAX_DISCLOSURES = 40
"""Kept of a page; pages that declare something declare some ten."""
MAX_VALUE_CHARACTERS = 1_000
MAX_LINKS = 5_000
"""Links that are looked at; pages have some hundreds."""
NOTICE_LINES = 6
"""Lines at the beginning and at the end of a text among which a notice stands."""
MAX_NOTICE_CHARACTERS = 400
_NO_PAGE = re2.compile(r"https?:|^/cdn-cgi/")
"""In a path: a page in an archive, or an address of a mail that a delivery network hides."""
_UNQUOTED = r'^[^“"„«\n]*'
"""What may stand before a notice: not a quotation mark, for a report about others quotes their notices."""
_CONTACT = re2.compile(r"/(?:contact|kontakt)[^/]*/?(?:index\.[a-z]+)?$")
_PRESENTED = ("masthead", "about the outlet")
_ORGANISATIONS = ("organization", "newsmediaorganization", "corporation", "ngo", "website")
Found = tuple[str, str, DisclosurePlace, str]
"""Fact, value, place, quote."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Words of an article about how it was made."""

    fact: str
    value: str
    pattern: Any


@dataclass(frozen=True, slots=True)
class DisclosureRules:
    """What to look for."""

    properties: Mapping[str, str] = field(default_factory=dict)
    """schema.org property to fact."""
    link_words: Mapping[str, str] = field(default_factory=dict)
    """All words of a link, in lower case, to fact."""
    notices: tuple[Notice, ...] = ()
    any_notice: Any = None
    """Finds what one of the notices' patterns finds, in one go."""


def parse_disclosure_rules(text: str) -> DisclosureRules:
    """Read ``disclosures.toml``.

    Raises:
        KeyError, TypeError: the file lacks a table or has one of another shape; it is bundled and tested.
        ValueError: link words that stand under two facts, or a notice whose examples come out wrong.
    """
    data = tomllib.loads(text)
    words: dict[str, str] = {}
    for fact, entries in data["links"].items():
        for entry in entries:
            if entry.lower() in words:
                raise ValueError(f"disclosures.toml: {entry!r} is listed under {words[entry.lower()]!r} and {fact!r}")
            words[entry.lower()] = fact
    notices = tuple(map(_notice, data.get("notices", ())))
    any_notice = re2.compile("|".join(notice.pattern.pattern for notice in notices)) if notices else None
    return DisclosureRules(data["properties"], words, notices, any_notice)


def _notice(entry: Mapping[str, Any]) -> Notice:
    notice = Notice(entry["fact"], entry["value"], re2.compile(f"(?im:{_UNQUOTED}(?:{entry['pattern']}))"))
    wrong = [line for line in entry["match"] if not notice.pattern.search(line)]
    wrong += [line for line in entry["keep"] if notice.pattern.search(line)]
    if wrong:
        raise ValueError(f"disclosures.toml: {wrong[0]!r} comes out wrong for {entry['fact']!r}; mend its pattern")
    return notice


def read_disclosures(
    tree: _Element,
    objects: Sequence[Mapping[str, Any]],
    rules: DisclosureRules,
    url: str | None,
) -> tuple[Found, ...]:
    """The disclosures of a page about its outlet, each fact and value once.

    Args:
        tree: the page's root element; it is not changed.
        objects: its JSON-LD objects.
        url: where the page was found; links count only if they lead to another page of the same site.
    """
    found: dict[tuple[str, str], Found] = {}
    for one in (*_declared(objects, rules, url), *(_linked(tree, rules, url) if url else ())):
        found.setdefault(one[:2], one)
    return tuple(found.values())[:MAX_DISCLOSURES]


def rights_facts(rights: Rights, rules: RightsRules) -> Iterator[Found]:
    """What the statements about the use of a document's text disclose about its source."""
    for statement in rights.statements:
        for mark in rules.marks_of(statement):
            yield mark.fact, statement.value, statement.place, str(statement)


def read_notices(text: str, rules: DisclosureRules) -> Iterator[Found]:
    """The notices at the beginning and the end of a text, each fact once."""
    lines = text.split("\n")
    near = lines if len(lines) <= 2 * NOTICE_LINES else [*lines[:NOTICE_LINES], *lines[-NOTICE_LINES:]]
    short = [line for line in near if len(line) <= MAX_NOTICE_CHARACTERS]
    if rules.any_notice is None or not rules.any_notice.search("\n".join(short)):
        return
    seen: set[str] = set()
    for notice in rules.notices:
        line = next((line for line in short if notice.fact not in seen and notice.pattern.search(line)), None)
        if line is not None:
            seen.add(notice.fact)
            yield notice.fact, notice.value, "text", line.strip()


def rows(doc_id: str, found: Iterable[Found]) -> tuple[Disclosure, ...]:
    """The records of what one document discloses."""
    return tuple(Disclosure(doc_id, *one) for one in found)


def _declared(objects: Sequence[Mapping[str, Any]], rules: DisclosureRules, url: str | None) -> Iterator[Found]:
    for item in _organisations(objects):
        for name in sorted(rules.properties.keys() & item.keys()):
            for value in _texts(item[name]):
                yield rules.properties[name], _absolute(value, url), "json-ld", name


def _organisations(objects: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The organisations among the objects and those that publish one of them."""
    for item in objects:
        if any(kind in _ORGANISATIONS or kind.endswith("article") for kind in _types(item)):
            yield item
        publishers = item.get("publisher")
        for publisher in publishers if isinstance(publishers, list) else [publishers]:
            if isinstance(publisher, Mapping):
                yield publisher


def _types(item: Mapping[str, Any]) -> list[str]:
    kinds = item.get("@type")
    return [kind.lower() for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _texts(value: Any) -> Iterator[str]:
    """The texts and addresses of a property, whether plain, in a list, or in an object with an address."""
    for one in value if isinstance(value, list) else [value]:
        text = (one.get("url") or one.get("@id")) if isinstance(one, Mapping) else one
        if isinstance(text, str) and (folded := " ".join(text.split())):
            yield folded[:MAX_VALUE_CHARACTERS]


def _absolute(value: str, url: str | None) -> str:
    """A relative address as an absolute one; a text as it is."""
    if url and value.startswith("/"):
        return urljoin(url, value)
    return value


def _linked(tree: _Element, rules: DisclosureRules, url: str) -> Iterator[Found]:
    own = registered_domain(url)
    for anchor in islice(tree.iter("a"), MAX_LINKS):
        # Only where the first words are all of a disclosure's are the others read: that takes a third of the time.
        text = anchor.text
        if text is None or text.isspace():
            text = anchor[0].text if len(anchor) else None
        if text is None or (fact := rules.link_words.get(text.strip().lower())) is None:
            continue
        words = " ".join("".join(anchor.itertext()).split())
        address = _address(anchor.get("href"), url) if rules.link_words.get(words.lower()) == fact else None
        if address and registered_domain(address) == own and _is_of_kind(address, fact):
            yield fact, address, "link", words


def _is_of_kind(address: str, fact: str) -> bool:
    """Not where a team or an outlet presents itself by a form to write to it."""
    return fact not in _PRESENTED or not _CONTACT.search(address.lower())


def _address(href: str | None, url: str) -> str | None:
    """The absolute address of another page; None for the home page, this page itself, and copies in an archive."""
    try:
        address = urljoin(url, (href or "").strip())
        path = urlsplit(address).path
    except ValueError:
        return None
    is_page = address.startswith(("http://", "https://")) and path.strip("/") and not _NO_PAGE.search(path)
    if not is_page or urldefrag(address)[0] == urldefrag(url)[0] or len(address) > MAX_VALUE_CHARACTERS:
        return None
    return address
