"""What an HTML page says about itself: JSON-LD, OpenGraph and other meta elements, microdata, links, headings.

The page is only read; which of its facts are believed against the input's own, and the main text, belong to the
extract stage.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urljoin

import orjson
from lxml.etree import XPath, _Element  # type: ignore[import-untyped]

from transforms.authors import AuthorRules, people
from transforms.dates import parse_date
from transforms.decode import clean_text
from transforms.headline import MIN_HEADLINE_WORDS, title_key
from transforms.urls import UrlRules, canonical_url, registered_domain

Json: TypeAlias = dict[str, Any]

MAX_JSON_CHARACTERS = 2_000_000
"""Of one JSON-LD block; live blogs reach some hundred thousand."""
MAX_JSON_OBJECTS = 500
"""JSON-LD objects looked at on a page; listings of hundreds of teasers add nothing about the page itself."""
MAX_TITLE_CHARACTERS = 500
MAX_HEADINGS = 12
"""First-level headings looked at; pages with more use them for teasers."""
MAX_META_VALUES = 40
"""Values kept of one meta name."""

_GRAPH_KEYS = ("@graph", "mainEntity", "mainEntityOfPage")
_ARTICLE_TYPES = frozenset({"report", "blogposting", "liveblogposting", "socialmediaposting", "discussionforumposting"})
"""schema.org's subtypes of Article whose names do not end in it."""
_PEOPLE_TYPES = frozenset({"", "person"})

_META_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "headline")
_META_AUTHORS = (
    "author",
    "article:author",
    "article:author_name",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "citation_author",
)
_META_PUBLISHED = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "publishdate",
    "publish-date",
    "publish_date",
    "pubdate",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "cxenseparse:recs:publishtime",
    "date",
)
_META_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "lastmod",
    "dcterms.modified",
    "dc.date.modified",
)

_SEGMENT_ENDS = re.compile(r"\s+[|–—*·•›»:-]{1,2}\s+|\s*[|ㅣ｜]\s*")
"""What stands between a headline and a site's name."""
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")

_SCRIPTS = XPath('//script[contains(@type, "ld+json")]')
_HEADINGS = XPath("//h1")
_ITEMS = XPath(
    '//*[@itemprop="headline" or @itemprop="datePublished" or @itemprop="dateModified" or @itemprop="author"]'
)
_TIMES = XPath("//article//time[@datetime] | //header//time[@datetime] | //main//time[@datetime]")
_BYLINES = XPath(
    '//*[@rel="author"] | //*[@itemprop="author"]'
    " | //*[self::a or self::span or self::p or self::div or self::address or self::li]"
    '[contains(@class, "author-name") or contains(@class, "author__name") or contains(@class, "byline")]'
)


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """A page's facts about itself, each None or empty where the page does not say."""

    title: str | None = None
    """Without the site's name."""
    authors: tuple[str, ...] = ()
    published_on: dt.date | None = None
    modified_on: dt.date | None = None
    url: str | None = None
    """Canonical."""
    site_name: str | None = None
    language: str | None = None
    """Primary language subtag in lower case, as declared."""


@dataclass(frozen=True, slots=True)
class PageRules:
    """The data that reading a page needs."""

    urls: UrlRules = field(default_factory=UrlRules)
    authors: AuthorRules = field(default_factory=AuthorRules)


@dataclass(frozen=True, slots=True)
class _Page:
    """A parsed page and what has been collected from it once."""

    tree: _Element
    meta: dict[str, list[str]]
    article: Json
    """The JSON-LD object of the article, with its author and publisher references resolved; empty without one."""


def read_page(tree: _Element, rules: PageRules, url: str | None = None, latest: dt.date | None = None) -> PageMetadata:
    """The metadata of a parsed page.

    Args:
        tree: the page's root element; it is not changed.
        rules: tracking parameters and the words around authors' names.
        url: where the page was found, for relative links and to doubt a canonical link to another site.
        latest: the last day that a date on the page can be true.

    Returns:
        What the page declares; nothing is guessed from running text.
    """
    meta = _meta_values(tree)
    objects = _json_ld_objects(tree)
    page_url = _page_url(tree, meta, url, rules.urls)
    found_at = page_url or (canonical_url(url, rules.urls) if url else None)
    page = _Page(tree, meta, _article_object(objects, found_at, rules.urls))
    site_name = _site_name(page, objects)
    site_keys = _site_keys(site_name, found_at)
    return PageMetadata(
        title=_title(page, site_keys),
        authors=_authors(page, rules.authors, site_keys),
        published_on=_first_date(_published_values(page), latest),
        modified_on=_first_date(_modified_values(page), latest),
        url=page_url,
        site_name=site_name,
        language=_language(page),
    )


# ---------------------------------------------------------------------------------------------------- JSON-LD and meta


def _meta_values(tree: _Element) -> dict[str, list[str]]:
    """The page's meta elements: lower-case name to contents, in order."""
    values: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = _one_line(element.get("content"))
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        if content and name:
            known = values.setdefault(name.strip().lower(), [])
            if len(known) < MAX_META_VALUES:
                known.append(content)
    return values


def _json_ld_objects(tree: _Element) -> list[Json]:
    """The page's JSON-LD objects that stand at the top, in a graph, or as a page's main entity."""
    queue: deque[Any] = deque(_parse_json(script.text) for script in _SCRIPTS(tree) if script.text)
    objects: list[Json] = []
    while queue and len(objects) < MAX_JSON_OBJECTS:
        value = queue.popleft()
        if isinstance(value, list):
            queue.extendleft(reversed(value[:MAX_JSON_OBJECTS]))
        elif isinstance(value, dict):
            objects.append(value)
            queue.extend(value[key] for key in _GRAPH_KEYS if isinstance(value.get(key), dict | list))
    return objects


def _parse_json(text: str) -> Any:
    """JSON as pages write it, with raw control characters, trailing commas or CDATA marks; None if hopeless."""
    if len(text) > MAX_JSON_CHARACTERS:
        return None
    try:
        return orjson.loads(text)
    except ValueError:
        pass
    text = text.replace("<![CDATA[", "").replace("]]>", "")
    start = min((at for mark in "{[" if (at := text.find(mark)) >= 0), default=0)
    end = max(text.rfind(mark) for mark in "}]") + 1
    try:
        return json.loads(_TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text[start:end])))
    except (ValueError, RecursionError):
        return None


def _article_object(objects: list[Json], page_url: str | None, rules: UrlRules) -> Json:
    """The object that describes the page's article: the one that names the page's URL, else the first.

    Some sites describe the article as a WebPage only; that is taken where it carries an article's facts.
    """
    articles = [item for item in objects if _is_article(item)]
    named = [item for item in articles if page_url and page_url in _object_urls(item, rules)]
    pages = [item for item in objects if "datePublished" in item and ("headline" in item or "author" in item)]
    chosen = next(iter((named or articles) + pages), None)
    if chosen is None:
        return {}
    by_id = {item["@id"]: item for item in objects if isinstance(item.get("@id"), str) and len(item) > 1}
    resolved = {key: _resolve(chosen[key], by_id) for key in ("author", "creator", "publisher") if key in chosen}
    return chosen | resolved


def _is_article(item: Json) -> bool:
    return any(kind.endswith("article") or kind in _ARTICLE_TYPES for kind in _types(item))


def _types(item: Json) -> list[str]:
    return [kind.rpartition("/")[2].lower() for kind in _as_list(item.get("@type")) if isinstance(kind, str)]


def _object_urls(item: Json, rules: UrlRules) -> set[str | None]:
    main = item.get("mainEntityOfPage")
    named = main.get("@id") if isinstance(main, dict) else main
    return {canonical_url(value, rules) for value in (item.get("url"), named) if isinstance(value, str)} - {None}


def _resolve(value: Any, by_id: dict[str, Json]) -> list[Any]:
    """Values with references (``{"@id": ...}``) replaced by the object they name."""
    return [by_id.get(item["@id"], item) if _is_reference(item) else item for item in _as_list(value)]


def _is_reference(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("@id"), str) and "name" not in item


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value[:MAX_META_VALUES]
    return [] if value is None else [value]


def _strings(value: Any) -> list[str]:
    """The non-empty texts in a JSON-LD value."""
    return [line for item in _as_list(value) if isinstance(item, str) and (line := _one_line(item))]


def _one_line(text: str | None) -> str:
    """Text on one line, entities of a double-escaped page resolved."""
    if not text:
        return ""
    text = text[: 4 * MAX_TITLE_CHARACTERS]
    if "&" in text:
        text = html.unescape(text)
    return " ".join((text if text.isascii() else clean_text(text).text).split())


# --------------------------------------------------------------------------------------------------------------- title


def _title(page: _Page, site_keys: frozenset[str]) -> str | None:
    """The headline that most of the page's writings of it agree on, without the site's name.

    Every place is asked (JSON-LD, headings, meta elements, the title element): a single one is a teaser's or a search
    engine's variant on every fifth page.
    """
    candidates = [_without_site_name(title, site_keys) for title in _title_candidates(page)]
    variants = [set(map(title_key, _variants(candidate))) for candidate in candidates]
    best: tuple[int, str] | None = None
    for candidate in candidates:
        key = title_key(candidate)
        votes = sum(key in variant for variant in variants)
        if key and (best is None or votes > best[0]):
            best = (votes, candidate)
    return best[1][:MAX_TITLE_CHARACTERS] if best else None


def _title_candidates(page: _Page) -> list[str]:
    """Titles as the page writes them, the most trustworthy place first, which wins a tie."""
    found = _strings(page.article.get("headline"))[:1]
    headings = [_text_of(element) for element in _HEADINGS(page.tree)[:MAX_HEADINGS]]
    found += headings if len(headings) == 1 else []
    for name in _META_TITLES:
        found += page.meta.get(name, [])[:1]
    found += [_text_of(element) for element in _ITEMS(page.tree) if element.get("itemprop") == "headline"][:1]
    found += headings if len(headings) != 1 else []
    found += [_text_of(element) for element in page.tree.iter("title")][:1]
    return [title for title in found if title]


def _variants(title: str) -> Iterator[str]:
    """The title, and what is left of it when segments that may be a site's or a section's name go from its end."""
    yield title
    for match in reversed(list(_SEGMENT_ENDS.finditer(title))):
        head = title[: match.start()]
        if len(head.split()) >= MIN_HEADLINE_WORDS:
            yield head


def _without_site_name(title: str, site_keys: frozenset[str]) -> str:
    """The title without segments at its ends that name the site."""
    marks = list(_SEGMENT_ENDS.finditer(title))
    start, end = 0, len(title)
    while marks and _squeezed(title[marks[-1].end() : end]) in site_keys:
        end = marks.pop().start()
    while marks and _squeezed(title[start : marks[0].start()]) in site_keys:
        start = marks.pop(0).end()
    return title[start:end].strip() or title


def _site_keys(site_name: str | None, url: str | None) -> frozenset[str]:
    """How the site's name may be written in a title: its name, its domain, its domain's first label."""
    domain = registered_domain(url) if url else None
    names = [site_name or "", domain or "", (domain or "").partition(".")[0]]
    keys = {_squeezed(name) for name in names}
    keys |= {key.removeprefix("the") for key in keys} | {f"the{key}" for key in keys if key}
    return frozenset(key for key in keys if key)


def _squeezed(text: str) -> str:
    return title_key(text).replace(" ", "")


def _text_of(element: _Element) -> str:
    return _one_line("".join(element.itertext(with_tail=False)) or element.get("content"))


# ------------------------------------------------------------------------------------------------------------- authors


def _authors(page: _Page, rules: AuthorRules, site_keys: frozenset[str]) -> tuple[str, ...]:
    """The people that the first place naming any gives; the site itself is none."""
    sources: tuple[Callable[[_Page], Iterable[str]], ...] = (_json_authors, _meta_authors, _byline_authors)
    for source in sources:
        found = tuple(name for name in people(source(page), rules) if _squeezed(name) not in site_keys)
        if found:
            return found
    return ()


def _json_authors(page: _Page) -> Iterator[str]:
    for key in ("author", "creator"):
        for item in _as_list(page.article.get(key)):
            if isinstance(item, str):
                yield _one_line(item)
            elif isinstance(item, dict) and (_PEOPLE_TYPES & set(_types(item) or [""])):
                yield from _strings(item.get("name") or _assembled_name(item))


def _assembled_name(person: Json) -> str:
    return " ".join(part for key in ("givenName", "additionalName", "familyName") for part in _strings(person.get(key)))


def _meta_authors(page: _Page) -> Iterator[str]:
    return (value for name in _META_AUTHORS for value in page.meta.get(name, []) if "://" not in value)


def _byline_authors(page: _Page) -> Iterator[str]:
    return (_text_of(element) for element in _BYLINES(page.tree)[:MAX_HEADINGS])


# ------------------------------------------------------------------------------------------ dates, URL, site, language


def _published_values(page: _Page) -> Iterator[str]:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        yield from _strings(page.article.get(key))
    for name in _META_PUBLISHED:
        yield from page.meta.get(name, [])
    yield from _item_dates(page, "datePublished")
    yield from (element.get("datetime", "") for element in _TIMES(page.tree)[:1])


def _modified_values(page: _Page) -> Iterator[str]:
    yield from _strings(page.article.get("dateModified"))
    for name in _META_MODIFIED:
        yield from page.meta.get(name, [])
    yield from _item_dates(page, "dateModified")


def _item_dates(page: _Page, name: str) -> Iterator[str]:
    for element in _ITEMS(page.tree):
        if element.get("itemprop") == name:
            yield element.get("content") or element.get("datetime") or _text_of(element)


def _first_date(values: Iterable[str], latest: dt.date | None) -> dt.date | None:
    return next((day for value in values if (day := parse_date(value, latest))), None)


def _page_url(tree: _Element, meta: dict[str, list[str]], url: str | None, rules: UrlRules) -> str | None:
    """The canonical link, else OpenGraph's; not one to another site or from an article to a home page."""
    links = [link.get("href", "") for link in tree.iter("link") if "canonical" in link.get("rel", "").lower().split()]
    base = canonical_url(url, rules) if url else None
    for candidate in (*links[:1], *meta.get("og:url", [])[:1]):
        found = _absolute(candidate, url or "", rules)
        if found and (base is None or _is_plausible(found, base)):
            return found
    return None


def _absolute(href: str, base: str, rules: UrlRules) -> str | None:
    try:
        return canonical_url(urljoin(base, href.strip()), rules)
    except ValueError:
        return None


def _is_plausible(found: str, base: str) -> bool:
    is_home = found.count("/") == len("///") and found.endswith("/")
    return registered_domain(found) == registered_domain(base) and (found == base or not is_home)


def _site_name(page: _Page, objects: list[Json]) -> str | None:
    publishers = [item for item in _as_list(page.article.get("publisher")) if isinstance(item, dict)]
    sites = [item for item in objects if "website" in _types(item)]
    found = [
        *page.meta.get("og:site_name", []),
        *(name for item in (*publishers, *sites) for name in _strings(item.get("name"))),
        *page.meta.get("application-name", []),
    ]
    return next((name for name in found if "://" not in name), None)


def _language(page: _Page) -> str | None:
    declared = [page.tree.get("lang"), page.tree.get("{http://www.w3.org/XML/1998/namespace}lang")]
    declared += _strings(page.article.get("inLanguage"))
    declared += [value for name in ("content-language", "language", "og:locale") for value in page.meta.get(name, [])]
    matches = (_LANGUAGE.match(value.strip()) for value in declared if value)
    return next((match[1].lower() for match in matches if match), None)
