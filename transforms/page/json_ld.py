"""A page's JSON-LD: its objects, read leniently, and the one among them that describes the page's article.

Pages write JSON-LD with comments, raw quotation marks, several objects in a row or as escaped HTML; what strict parsers
refuse is repaired by the ``json_repair`` library within bounds. What the objects say is read by
:mod:`transforms.page.metadata`.
"""

from __future__ import annotations

import html
import json
import re
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import orjson
from lxml.etree import XPath, _Element  # type: ignore[import-untyped]

from transforms.text.decode import clean_text
from transforms.text.headline import title_key
from transforms.text.urls import UrlRules, canonical_url

Json: TypeAlias = dict[str, Any]

MAX_JSON_CHARACTERS = 2_000_000
"""Of one JSON-LD block; live blogs reach some hundred thousand."""
MAX_JSON_OBJECTS = 500
"""JSON-LD objects looked at on a page; listings of hundreds of teasers add nothing about the page itself."""
MAX_REPAIRED_CHARACTERS = 50_000
"""Of all blocks of a page together that are repaired: the library takes up to 10 us a character, and more than linear
time where brackets nest."""
MAX_REPAIRED_DEPTH = 40
"""Levels of brackets in a block that is repaired. JSON-LD has about ten."""
MAX_VALUES = 40
"""Values kept of one property."""
MAX_LINE_CHARACTERS = 2_000
MAX_ESCAPES = 2
"""Times that a page may have escaped a text again after its author: systems that pass it on each do."""

AGREEMENT = 0.5
"""Share of the words of two writings of one headline, at least, that both have, of the words that either has."""
_GRAPH_KEYS = ("@graph", "mainEntity", "mainEntityOfPage")
_ARTICLE_TYPES = frozenset({"report", "blogposting", "liveblogposting", "socialmediaposting", "discussionforumposting"})
"""schema.org's subtypes of Article whose names do not end in it."""
_REFERRING = ("author", "creator", "publisher")

_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BRACKET = re.compile(r"[\[\]{}]")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Marks where a word may be broken, or must not be; no reader sees them."""
_SCRIPTS = XPath('//script[contains(@type, "ld+json")]')


def read_objects(tree: _Element) -> list[Json]:
    """The page's JSON-LD objects that stand at the top, in a graph, or as a page's main entity."""
    queue: deque[Any] = deque(_parse_all(script.text for script in _SCRIPTS(tree) if script.text))
    objects: list[Json] = []
    while queue and len(objects) < MAX_JSON_OBJECTS:
        value = queue.popleft()
        if isinstance(value, list):
            queue.extendleft(reversed(value[:MAX_JSON_OBJECTS]))
        elif isinstance(value, dict):
            objects.append(value)
            queue.extend(value[key] for key in _GRAPH_KEYS if isinstance(value.get(key), dict | list))
    return objects


def article_object(objects: list[Json], page_url: str | None, headlines: Sequence[str], rules: UrlRules) -> Json:
    """The object that describes the page's article, with its author and publisher references resolved.

    It is the one that names the page's address and has its headline. An object about another address with another
    headline is a related story's, even if it is the only one. Some sites describe the article as a WebPage only; that
    is taken where it carries an article's facts.

    Args:
        objects: from :func:`read_objects`.
        page_url: the page's canonical address.
        headlines: as the page writes its headline elsewhere (headings, meta elements, title element).
        rules: for canonical addresses.

    Returns:
        The object; empty where none describes the article.
    """
    articles = [item for item in objects if is_article(item)]
    pages = [item for item in objects if "datePublished" in item and _describes_page(item)]
    wanted = [set(title_key(headline).split()) for headline in headlines]
    best: tuple[int, Json] | None = None
    for number, item in enumerate(articles + pages):
        says = _agreement(item, page_url, wanted, rules) + (number < len(articles))
        if best is None or says > best[0]:
            best = (says, item)
    if best is None or best[0] < 0:
        return {}
    chosen = best[1]
    by_id = {item["@id"]: item for item in objects if isinstance(item.get("@id"), str) and len(item) > 1}
    return chosen | {key: _resolve(chosen[key], by_id) for key in _REFERRING if key in chosen}


def is_article(item: Json) -> bool:
    """Whether an object is of schema.org's Article or one of its subtypes."""
    return any(kind.endswith("article") or kind in _ARTICLE_TYPES for kind in types_of(item))


def types_of(item: Json) -> list[str]:
    """The object's types in lower case, without their vocabulary."""
    return [kind.rpartition("/")[2].lower() for kind in as_list(item.get("@type")) if isinstance(kind, str)]


def as_list(value: Any) -> list[Any]:
    """A property's values: many, one, or none."""
    if isinstance(value, list):
        return value[:MAX_VALUES]
    return [] if value is None else [value]


def strings(value: Any) -> list[str]:
    """The non-empty texts in a JSON-LD value."""
    return [line for item in as_list(value) if isinstance(item, str) and (line := one_line(item))]


def one_line(text: str | None) -> str:
    """Text on one line as readers see it; entities of a page that was escaped more than once are resolved."""
    if not text:
        return ""
    text = text[:MAX_LINE_CHARACTERS]
    for _ in range(MAX_ESCAPES):
        if "&" in text:
            text = html.unescape(text)
    return " ".join((text if text.isascii() else clean_text(text).text.translate(_INVISIBLE)).split())


def _parse_all(scripts: Iterable[str]) -> list[Any]:
    """The values of all blocks; those that are hopeless, or beyond what is repaired of one page, are left out."""
    values, left = [], MAX_REPAIRED_CHARACTERS
    for text in scripts:
        if len(text) > MAX_JSON_CHARACTERS:
            continue
        value = _parse(text)
        if value is None and len(text) <= left:
            left -= len(text)
            value = _repaired(text)
        values.append(value)
    return values


def _parse(text: str) -> Any:
    """JSON with what pages often add: control characters, trailing commas, marks around it; None if there is more."""
    try:
        return orjson.loads(text)
    except ValueError:
        pass
    bare = _bare(text)
    bare = bare[: max(map(bare.rfind, "}]")) + 1]
    try:
        return json.loads(_TRAILING_COMMA.sub(r"\1", bare), strict=False)
    except (ValueError, RecursionError):
        return None


def _repaired(text: str) -> Any:
    """What can be made of broken JSON; None of what is nested too deep to be JSON-LD."""
    bare = _bare(text)
    depth = 0
    for bracket in _BRACKET.finditer(bare):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_REPAIRED_DEPTH:
            return None
    import json_repair

    try:
        return json_repair.loads(bare, skip_json_loads=True)
    except (ValueError, RecursionError):
        return None


def _bare(text: str) -> str:
    """The script from its first bracket, unescaped where the page has escaped it as text."""
    text = text.replace("<![CDATA[", "").replace("]]>", "")
    if '"' not in text and "&" in text:
        text = html.unescape(text)
    return text[min((at for mark in "{[" if (at := text.find(mark)) >= 0), default=len(text)) :]


def _describes_page(item: Json) -> bool:
    return "headline" in item or "author" in item or "webpage" in types_of(item)


def _agreement(item: Json, page_url: str | None, headlines: list[set[str]], rules: UrlRules) -> int:
    """How far an object speaks of this page: by its address, and by its headline; less than -1 if by neither."""
    urls = _object_urls(item, rules)
    by_address = 0 if not urls or not page_url else 4 if page_url in urls else -3
    own = [set(title_key(title).split()) for key in ("headline", "name") for title in strings(item.get(key))[:1]]
    shares = [len(mine & its) / len(mine | its) for mine in own for its in headlines if mine and its]
    return by_address + (2 if max(shares, default=0.0) >= AGREEMENT else 0)


def _object_urls(item: Json, rules: UrlRules) -> set[str]:
    main = item.get("mainEntityOfPage")
    named = main.get("@id") or main.get("url") if isinstance(main, dict) else main
    found = (canonical_url(value, rules) for value in (item.get("url"), named) if isinstance(value, str))
    return {url for url in found if url}


def _resolve(value: Any, by_id: dict[str, Json]) -> list[Any]:
    """Values with references (``{"@id": ...}``) replaced by the object they name."""
    return [by_id.get(item["@id"], item) if _is_reference(item) else item for item in as_list(value)]


def _is_reference(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("@id"), str) and "name" not in item
