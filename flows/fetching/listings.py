"""What lists of pages name: RSS, Atom and JSON feeds, sitemaps and their indexes, plain lists of URLs.

Only addresses are taken. Titles, dates and authors that a feed gives are left to the page: the page has the publisher's
full word, and one page shall be one document whichever list named it. The kind is told by what a list holds, never by
its name or declared type. XML is read as a stream of events, without a document type, entities of its own, or a tree in
memory; broken XML is read as far as it goes. Fetching does not belong here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from lxml import etree  # type: ignore[import-untyped]

from flows.fetching.addresses import joined
from flows.fetching.ends import Failed
from transforms.text.urls import MAX_URL_CHARACTERS

MAX_LINKS = 50_000
"""Of one list: what the sitemap protocol allows. Feeds have tens."""

_MAX_EVENTS = 3_000_000
"""Elements of one list: a full sitemap with pictures and languages has a third of it."""
_MAX_DEPTH = 100
_PIECE_BYTES = 64 * 1024

_ROOTS = frozenset({"rss", "rdf", "feed", "urlset", "sitemapindex"})
_ITEMS = frozenset({"item", "entry", "url", "sitemap"})
_ATOM = frozenset({"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"})
_BASE = "{http://www.w3.org/XML/1998/namespace}base"

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_PROLOGUE = re.compile(r"\s*(?:<\?xml[^>]{0,500}\?>)?\s*")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]+")
_AMPERSAND = re.compile(r"&(?:(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)?")
"""Those of XML's own, or the bare ampersand of a sloppy writer and of entities that only HTML knows."""
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Listing:
    """What one list names, in its order, each address once."""

    pages: tuple[str, ...]
    lists: tuple[str, ...] = ()
    """Further lists: the sitemaps of an index."""
    cut: bool = False
    """Whether there was more than is read of one list."""


def parse_listing(content: bytes, base: str, charset: str | None = None) -> Listing:
    """The addresses in a list.

    Args:
        base: where the list came from; relative addresses are seen from there.
        charset: as the server declares it.

    Raises:
        Failed: ``not a feed``.
    """
    text = _text(content, charset)
    start = text[_end_of(_PROLOGUE, text) :][:1]
    if start == "<":
        return _xml(text, base)
    if start == "{":
        return _json(content, base)
    return _plain(text)


def _text(content: bytes, charset: str | None) -> str:
    """UTF-8 wherever it is; else what is declared. An odd byte in a title must not cost the feed its links."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    try:
        return content.decode()
    except UnicodeDecodeError:
        declared = _DECLARED.match(content.lstrip()[:1000])
        return content.decode(_codec(declared[1].decode() if declared else charset), "replace")


def _codec(label: str | None) -> str:
    try:
        return codecs.lookup(label).name if label and "".encode(label) is not None else "utf-8"
    except (LookupError, ValueError):  # unknown, or no codec of text
        return "utf-8"


def _end_of(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


def _not_a_feed(finding: str) -> Failed:
    return Failed("not a feed", f"{finding} RSS, Atom, JSON Feed, a sitemap or a list of URLs is needed.")


@dataclass
class _Item:
    """One item of a list while it is read."""

    depth: int
    is_list: bool
    namespace: str
    links: dict[str, str] = field(default_factory=dict)
    """Address by the field that gave it."""

    @property
    def best(self) -> str | None:
        return next((self.links[name] for name in ("loc", "alternate", "link", "guid") if self.links.get(name)), None)


class _EnoughRead(Exception):
    """The rest of a list is not read."""


class _XmlLinks:
    """Takes the links from the events of an XML list; a target of lxml's parser."""

    def __init__(self, base: str) -> None:
        self.pages: dict[str, None] = {}
        self.lists: dict[str, None] = {}
        self.root: str | None = None
        self.cut = False
        self._bases = [base]
        self._item: _Item | None = None
        self._field: str | None = None
        self._text: list[str] = []
        self._held = 0
        self._events = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        namespace, name = _split(tag)
        self._count(name)
        declared = attributes.get(_BASE)
        self._bases.append(joined(self._bases[-1], declared) if declared else self._bases[-1])
        self._field = None
        if name in _ITEMS and self.root:
            self._finish()
            self._item = _Item(len(self._bases), name == "sitemap", namespace)
        elif self._item and len(self._bases) == self._item.depth + 1:
            self._start_field(self._item, namespace, name, attributes)

    def data(self, text: str) -> None:
        if self._field and self._held <= MAX_URL_CHARACTERS:
            self._text.append(text)
            self._held += len(text)

    def end(self, tag: str) -> None:
        if self._field and self._item:
            link = "".join(self._text).strip()
            if link and (self._field != "guid" or link.startswith(_WEB)):
                self._item.links.setdefault(self._field, joined(self._bases[-1], link))
            self._field = None
        if len(self._bases) > 1:
            self._bases.pop()
        if self._item and len(self._bases) < self._item.depth:
            self._finish()

    def close(self) -> None:
        self._finish()

    def _count(self, name: str) -> None:
        if self.root is None:
            self.root = name.lower()
            if self.root not in _ROOTS:
                raise _EnoughRead
        self._events += 1
        if self._events > _MAX_EVENTS or len(self._bases) > _MAX_DEPTH:
            self.cut = True
            raise _EnoughRead

    def _start_field(self, item: _Item, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        href = attributes.get("href")
        if name == "link" and href and namespace in _ATOM | {item.namespace}:
            if attributes.get("rel", "alternate") == "alternate":
                item.links.setdefault("alternate" if item.namespace in _ATOM else "guid", joined(self._bases[-1], href))
        elif namespace == item.namespace and self._is_field(name, attributes):
            self._field, self._text, self._held = name, [], 0

    @staticmethod
    def _is_field(name: str, attributes: Mapping[str, str]) -> bool:
        return name in ("link", "loc") or (name == "guid" and attributes.get("isPermaLink", "true") != "false")

    def _finish(self) -> None:
        item, self._item, self._field = self._item, None, None
        link = item.best if item else None
        if item is None or link is None:
            return
        (self.lists if item.is_list else self.pages)[link] = None
        if len(self.pages) + len(self.lists) >= MAX_LINKS:
            self.cut = True
            raise _EnoughRead


def _split(tag: str) -> tuple[str, str]:
    namespace, mark, name = tag.rpartition("}")
    return (namespace.removeprefix("{"), name) if mark else ("", tag)


def _xml(text: str, base: str) -> Listing:
    links = _XmlLinks(base)
    parser = etree.XMLParser(
        target=links,
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
    )
    body = _AMPERSAND.sub(_escaped, _NO_XML.sub(" ", text[_end_of(_PROLOGUE, text) :])).encode()
    try:
        for at in range(0, len(body), _PIECE_BYTES):
            parser.feed(body[at : at + _PIECE_BYTES])
        parser.close()
    except _EnoughRead:
        pass
    except (etree.LxmlError, ValueError) as error:
        if not links.pages and not links.lists:
            raise _not_a_feed(f"It is no XML that can be read: {str(error)[:100]}.") from error
    if links.root not in _ROOTS:
        raise _not_a_feed(f"It is XML or HTML that begins with <{(links.root or '?')[:50]}>.")
    return Listing(tuple(links.pages), tuple(links.lists), links.cut)


def _escaped(match: re.Match[str]) -> str:
    return match[0] if match[0] != "&" else "&amp;"


def _json(content: bytes, base: str) -> Listing:
    try:
        value: Any = orjson.loads(content.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise _not_a_feed(f"It is no valid JSON: {error}.") from error
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, list):
        raise _not_a_feed("It is JSON without a list of items.")
    links = (_json_link(item) for item in items if isinstance(item, dict))
    return _once(joined(base, link) for link in links if link)


def _json_link(item: Mapping[str, Any]) -> str | None:
    """``url``; else ``external_url`` or an ``id`` that is an address (JSON Feed 1.1)."""
    given = [item.get(name) for name in ("url", "external_url", "id")]
    links = [link for link in given if isinstance(link, str) and link.strip()]
    return next((link for link in links if link is given[0] or link.startswith(_WEB)), None)


def _plain(text: str) -> Listing:
    lines = [line.strip() for line in text.splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    if not wanted or not all(line.startswith(_WEB) for line in wanted[:10]):
        raise _not_a_feed("It is text that does not begin with URLs." if wanted else "It is empty.")
    return _once(wanted)


def _once(links: Iterable[str]) -> Listing:
    unique = list(dict.fromkeys(links))
    return Listing(tuple(unique[:MAX_LINKS]), cut=len(unique) > MAX_LINKS)
