"""What a page discloses about the outlet behind it and about the use of its text: policies, owners, reserved rights.

Facts, each with the place and the words that it was read from; what they are worth belongs to the credibility of a
source.
The properties, link words and meta elements are data (``transforms/page/data/disclosures.toml``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from lxml.etree import XPath, _Element  # type: ignore[import-untyped]

from transforms.text.urls import registered_domain

MAX_DISCLOSURES = 40
"""Kept of a page; pages that declare something declare some ten."""
MAX_VALUE_CHARACTERS = 1_000
MAX_LINK_WORDS_CHARACTERS = 60
MAX_ANCHORS = 5_000
_ORGANISATIONS = ("organization", "newsmediaorganization", "corporation", "ngo", "website")
_ANCHORS = XPath(f"(//a[@href])[position() <= {MAX_ANCHORS}]")


@dataclass(frozen=True, slots=True)
class RightsMark:
    """A meta element that says how a text may be used."""

    meta: str
    value: str
    fact: str


@dataclass(frozen=True, slots=True)
class DisclosureRules:
    """What to look for."""

    properties: Mapping[str, str]
    """schema.org property to fact."""
    link_words: Mapping[str, str]
    """All words of a link, in lower case, to fact."""
    rights: tuple[RightsMark, ...]


@dataclass(frozen=True, slots=True)
class PageDisclosure:
    """A fact that a page declares."""

    fact: str
    value: str
    """An absolute address, a text, or the value of a mark."""
    place: str
    """``json-ld``, ``link`` or ``meta``."""
    quote: str
    """The property, the link's words or the meta element that it was read from."""


def parse_disclosure_rules(text: str) -> DisclosureRules:
    """Read ``disclosures.toml``.

    Raises:
        KeyError, TypeError: the file lacks a table or has one of another shape; it is bundled and tested.
        ValueError: link words that stand under two facts.
    """
    data = tomllib.loads(text)
    words: dict[str, str] = {}
    for fact, entries in data["links"].items():
        for entry in entries:
            if entry.lower() in words:
                raise ValueError(f"disclosures.toml: {entry!r} is listed under {words[entry.lower()]!r} and {fact!r}")
            words[entry.lower()] = fact
    return DisclosureRules(data["properties"], words, tuple(RightsMark(**mark) for mark in data["rights"]))


def read_disclosures(
    tree: _Element,
    objects: Sequence[Mapping[str, Any]],
    meta: Mapping[str, Sequence[str]],
    rules: DisclosureRules,
    url: str | None,
) -> tuple[PageDisclosure, ...]:
    """The disclosures of a page, each fact and value once.

    Args:
        tree: the page's root element; it is not changed.
        objects: its JSON-LD objects.
        meta: its meta elements, lower-case name to values.
        url: where the page was found; links count only if they lead to the same site.
    """
    found: dict[tuple[str, str], PageDisclosure] = {}
    for disclosure in (
        *_declared(objects, rules, url),
        *_rights(meta, rules),
        *(_linked(tree, rules, url) if url else ()),
    ):
        found.setdefault((disclosure.fact, disclosure.value), disclosure)
    return tuple(found.values())[:MAX_DISCLOSURES]


def _declared(
    objects: Sequence[Mapping[str, Any]], rules: DisclosureRules, url: str | None
) -> Iterator[PageDisclosure]:
    for item in _organisations(objects):
        for name, fact in rules.properties.items():
            for value in _texts(item.get(name)):
                yield PageDisclosure(fact, _absolute(value, url), "json-ld", name)


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


def _rights(meta: Mapping[str, Sequence[str]], rules: DisclosureRules) -> Iterator[PageDisclosure]:
    for mark in rules.rights:
        for content in meta.get(mark.meta, ()):
            if mark.value in (part.strip().lower() for part in content.split(",")):
                yield PageDisclosure(mark.fact, mark.value, "meta", f'{mark.meta}="{content[:MAX_VALUE_CHARACTERS]}"')


def _linked(tree: _Element, rules: DisclosureRules, url: str) -> Iterator[PageDisclosure]:
    own = registered_domain(url)
    for anchor in _ANCHORS(tree):
        words = _words(anchor)
        fact = rules.link_words.get(words.lower())
        if fact and (address := _address(anchor.get("href"), url)) and registered_domain(address) == own:
            yield PageDisclosure(fact, address, "link", words)


def _words(anchor: _Element) -> str:
    text = anchor.text or "" if len(anchor) == 0 else "".join(anchor.itertext())
    return " ".join(text.split()) if len(text) <= 4 * MAX_LINK_WORDS_CHARACTERS else ""


def _address(href: str, url: str) -> str | None:
    try:
        address = urljoin(url, href.strip())
    except ValueError:
        return None
    return address if address.startswith(("http://", "https://")) and len(address) <= MAX_VALUE_CHARACTERS else None
