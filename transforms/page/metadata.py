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

from transforms.page.authors import AuthorRules, people
from transforms.page.dates import parse_date, parse_moment
from transforms.page.kind import Declared
from transforms.page.main_text import PageFacts
from transforms.records import DeclaredFacts
from transforms.text.decode import clean_text
from transforms.text.headline import MIN_HEADLINE_WORDS, title_key
from transforms.text.urls import UrlRules, canonical_url, registered_domain

Json: TypeAlias = dict[str, Any]

MAX_JSON_CHARACTERS = 2_000_000
"""Of one JSON-LD block; live blogs reach some hundred thousand."""
MAX_JSON_OBJECTS = 500
"""JSON-LD objects looked at on a page; listings of hundreds of teasers add nothing about the page itself."""
MAX_TITLE_CHARACTERS = 500
MAX_ESCAPES = 2
"""Times that a page may have escaped a text again after its author: systems that pass it on each do."""
MAX_HEADINGS = 12
"""First-level headings looked at; pages with more use them for teasers."""
MAX_META_VALUES = 40
"""Values kept of one meta name."""

_GRAPH_KEYS = ("@graph", "mainEntity", "mainEntityOfPage")
_ARTICLE_TYPES = frozenset({"report", "blogposting", "liveblogposting", "socialmediaposting", "discussionforumposting"})
"""schema.org's subtypes of Article whose names do not end in it."""
_PEOPLE_TYPES = frozenset({"", "person"})
_OPINION_TYPES = frozenset({"opinionnewsarticle", "analysisnewsarticle"})
_TIERS = {"free": False, "locked": True, "metered": True}
MAX_TAG_CHARACTERS = 100
MAX_ORGANISATION_CHARACTERS = 80

HEADLINE_WEIGHT = 3.0
"""Of JSON-LD's headline. The weights are the best of a coarse grid over 898 news and other article pages."""
ONLY_HEADING_WEIGHT = 1.5
FIRST_HEADING_WEIGHT = 0.9
OTHER_HEADING_WEIGHT = 0.1
ITEM_WEIGHT = 0.6
TITLE_ELEMENT_WEIGHT = 0.5
TITLE_WEIGHTS = {"og:title": 1.0} | dict.fromkeys(
    ("twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "headline"), 0.6
)
AGREEMENT_SHARE = 0.8
"""How much another place that agrees adds of its own weight."""
MIN_SHARED_TITLE = 13
MIN_PART_OF_NAME = 5
"""Characters of a site's shorter name by which it is known in its longer one, at least half of that."""
MAX_KICKER_WORDS = 6
_KICKER_ENDS = ":-–—.|"
MIN_VARIANT_SHARE = 0.2
"""Share of the words of two writings of one headline that both have."""
CUT_TITLES = range(100, 111)
"""Lengths of titles that may be cut: readers of JSON-LD once took at most 110 characters, and sites end words there."""
_DOTS = "….\u00a0 "
_META_TAGS = ("article:tag", "news_keywords", "parsely-tags", "keywords")
_META_DESCRIPTIONS = ("description", "og:description", "twitter:description")
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
_KICKER_MARK = re.compile(r":\s+|\s+[|–—-]\s+")
_SECTION_LABEL = re.compile(r"\s?[-–—|/]\s?[^\s\d]{1,20}\Z")
"""A dash and one word."""
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")

_SCRIPTS = XPath('//script[contains(@type, "ld+json")]')
_HEADINGS = XPath("//h1")
_TEXT = XPath("descendant::text()[not(parent::script or parent::style)] | descendant::br", smart_strings=False)
"""What an element says, with its line breaks, so that no two words are glued together."""
_ITEMS = XPath(
    '//*[@itemprop="headline" or @itemprop="datePublished" or @itemprop="dateModified" or @itemprop="author"]'
)
_TIMES = XPath("//article//time[@datetime] | //header//time[@datetime] | //main//time[@datetime]")
_BYLINES = XPath(
    '//*[@rel="author"] | //*[@itemprop="author"]'
    " | //*[self::a or self::span or self::p or self::div or self::address or self::li]"
    '[contains(@class, "author-name") or contains(@class, "author__name") or contains(@class, "byline")]'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata(DeclaredFacts):
    """A page's facts about itself; ``title`` is without the site's name."""

    declared: Declared = field(default_factory=Declared)
    """What the page says it is."""
    facts: PageFacts = field(default_factory=PageFacts)
    """What tells the page's blocks apart."""


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
    title = _title(page, site_keys, _section_keys(page, found_at))
    people_named, organisations = _authors(page, rules.authors, site_keys)
    published_on, published_at = _first_date(_published_values(page), latest)
    modified_on, modified_at = _first_date(_modified_values(page), latest)
    return PageMetadata(
        title=title,
        authors=people_named,
        organisation_authors=organisations,
        published_on=published_on,
        modified_on=modified_on,
        published_at=published_at,
        modified_at=modified_at,
        section=_section(page),
        tags=_tags(page),
        is_opinion=_is_opinion(page),
        is_sponsored=_is_sponsored(page),
        is_paywalled=_is_paywalled(page),
        url=page_url,
        site_name=site_name,
        declared_language=_language(page),
        declared=Declared(
            types=frozenset(kind for item in objects for kind in _types(item)),
            og_type=next(iter(meta.get("og:type", [])), "").lower(),
            has_date=published_on is not None,
            has_modified=modified_on is not None,
            has_author=bool(people_named),
        ),
        facts=_facts(page, title),
    )


def _facts(page: _Page, title: str | None) -> PageFacts:
    headings = (_text_of(element) for element in _HEADINGS(page.tree)[:MAX_HEADINGS])
    described = [*_strings(page.article.get("description"))]
    described += [value for name in _META_DESCRIPTIONS for value in page.meta.get(name, [])]
    body = page.article.get("articleBody")
    return PageFacts((title or "", *headings), tuple(described), body if isinstance(body, str) else "")


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
    """Text on one line, entities of a page that was escaped more than once resolved."""
    if not text:
        return ""
    text = text[: 4 * MAX_TITLE_CHARACTERS]
    for _ in range(MAX_ESCAPES):
        if "&" in text:
            text = html.unescape(text)
    return " ".join((text if text.isascii() else clean_text(text).text).split())


# --------------------------------------------------------------------------------------------------------------- title


def _title(page: _Page, site_keys: frozenset[str], section_keys: frozenset[str]) -> str | None:
    """The headline on which the places that write it agree most, without the site's name and the kicker before it.

    Every place is asked (JSON-LD, headings, meta elements, the title element): a single one is a teaser's or a search
    engine's variant on every fifth page. A place's weight is how often it is right where places differ.
    """
    found = [
        (weight, _without_section(_without_site_name(title, site_keys), section_keys))
        for weight, title in _title_candidates(page)
    ]
    site_keys |= _keys_beside_headline(page)
    candidates = [(weight, title) for weight, title in found if _squeezed(title) not in site_keys] or found
    best = _most_agreed(candidates)
    if best is None:
        return None
    others = [title for _, title in candidates]
    shared = _without_site_name(next(iter(page.meta.get("og:title", [])), ""), site_keys)
    title = _as_shared(_as_heading(best, page), shared, page)
    title = _without_label(_without_kicker(title, shared), others)
    return _whole(title, others)[:MAX_TITLE_CHARACTERS]


def _most_agreed(candidates: list[tuple[float, str]]) -> str | None:
    """The title with the most votes: its place's weight, and a share of those that write it the same."""
    writings = [(weight, title, set(map(title_key, _variants(title)))) for weight, title in candidates]
    best: tuple[float, str] | None = None
    for number, (weight, title, _) in enumerate(writings):
        key = title_key(title)
        agreeing = sum(w for other, (w, _, keys) in enumerate(writings) if other != number and key in keys)
        votes = weight + AGREEMENT_SHARE * agreeing
        if key and (best is None or votes > best[0]):
            best = (votes, title)
    return best and best[1]


def _title_candidates(page: _Page) -> list[tuple[float, str]]:
    """Titles as the page writes them with the weight of their place; of equals the first wins."""
    headings = [text for element in _HEADINGS(page.tree)[:MAX_HEADINGS] if (text := _text_of(element))]
    items = [_text_of(element) for element in _ITEMS(page.tree) if element.get("itemprop") == "headline"]
    found = [(HEADLINE_WEIGHT, title) for title in _strings(page.article.get("headline"))[:1]]
    found += [(TITLE_WEIGHTS[name], title) for name in TITLE_WEIGHTS for title in page.meta.get(name, [])[:1]]
    found += [(ITEM_WEIGHT, title) for title in items[:1]]
    found += [(TITLE_ELEMENT_WEIGHT, _text_of(element)) for element in list(page.tree.iter("title"))[:1]]
    first = ONLY_HEADING_WEIGHT if len(headings) == 1 else FIRST_HEADING_WEIGHT
    found += [(OTHER_HEADING_WEIGHT if number else first, title) for number, title in enumerate(headings)]
    return [(weight, title) for weight, title in found if title]


def _without_kicker(title: str, shared: str) -> str:
    """``Olympics: Anna wins`` without its kicker where the page shares itself as ``Anna wins``."""
    kicker = title.removesuffix(shared).rstrip()
    if len(shared) < MIN_SHARED_TITLE or kicker in ("", title) or len(kicker.split()) > MAX_KICKER_WORDS:
        return title
    return shared if kicker[-1] in _KICKER_ENDS else title


def _keys_beside_headline(page: _Page) -> frozenset[str]:
    """What the title element has more than OpenGraph's title, before or behind it: a site's name that a heading has."""
    shared = _squeezed(next(iter(page.meta.get("og:title", [])), ""))
    whole = _squeezed(next((_text_of(element) for element in page.tree.iter("title")), ""))
    if not shared or shared == whole:
        return frozenset()
    return frozenset({whole.removeprefix(shared), whole.removesuffix(shared)} - {whole})


def _as_heading(title: str, page: _Page) -> str:
    """The title without the last segments, such as a section's name, where a heading of the page leaves them out."""
    headings = {_text_of(element) for element in _HEADINGS(page.tree)[:MAX_HEADINGS]}
    return next((variant for variant in _variants(title) if variant in headings), title)


def _as_shared(title: str, shared: str, page: _Page) -> str:
    """The title that the page shares itself by, where all other places have one other writing of that headline.

    Such sites keep two: one for search engines, which goes to the heading, JSON-LD and the title element at once, and
    the editors' own. A shared title with other words is a teaser, one that has the whole title a kicker more.
    """
    key, its_key = title_key(title), title_key(shared)
    words, its_words = set(key.split()), set(its_key.split())
    if key in its_key or len(words & its_words) < MIN_VARIANT_SHARE * len(words | its_words):
        return title
    headings = [_text_of(element) for element in _HEADINGS(page.tree)[:1]]
    elements = [_text_of(element) for element in page.tree.iter("title")][:1]
    places = (_strings(page.article.get("headline"))[:1], headings, elements)
    agree = all(any(key in map(title_key, _variants(text)) for text in place) for place in places)
    return shared if agree else title


def _whole(title: str, others: list[str]) -> str:
    """The title as another place writes it to its end, where it was cut at a limit or with dots."""
    start = title.rstrip(_DOTS)
    if start == title and len(title) not in CUT_TITLES:
        return title
    longer = (
        other for other in others if len(other) > len(title) and other.startswith(start) and other[-1] not in _DOTS
    )
    return next((other for other in longer if start not in _variants(other)), title)


def _without_label(title: str, others: list[str]) -> str:
    """The title without a label that only some places write: another kicker before it, or a section's name behind it.

    Two places that write ``Olympics: Anna wins`` and ``Skiing - Anna wins`` agree on the headline alone.
    """
    kicker, headline = _kicker_and_headline(title)
    if headline and any(_differ_in_kicker((kicker, headline), _kicker_and_headline(other)) for other in others):
        return headline
    for other in others:
        label = title.removeprefix(other)
        if len(other) >= MIN_SHARED_TITLE and label != title and _SECTION_LABEL.match(label):
            return other
    return title


def _differ_in_kicker(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two titles have one headline, and kickers that are not writings of the same words."""
    (kicker, headline), (its_kicker, its_headline) = one, other
    if title_key(headline) != title_key(its_headline):
        return False
    return not set(title_key(kicker).split()) & set(title_key(its_kicker).split())


def _kicker_and_headline(title: str) -> tuple[str, str]:
    """What may be a kicker, and what follows it; both empty without."""
    mark = _KICKER_MARK.search(title)
    if not mark or len(title[: mark.start()].split()) > MAX_KICKER_WORDS:
        return "", ""
    headline = title[mark.end() :]
    return (title[: mark.start()], headline) if len(headline) >= MIN_SHARED_TITLE else ("", "")


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
    while marks and _names_site(_squeezed(title[marks[-1].end() : end]), site_keys):
        end = marks.pop().start()
    while marks and _squeezed(title[start : marks[0].start()]) in site_keys:
        start = marks.pop(0).end()
    return title[start:end].strip() or title


def _without_section(title: str, section_keys: frozenset[str]) -> str:
    """The title without a last segment that names the page's section."""
    marks = list(_SEGMENT_ENDS.finditer(title))
    if not marks or marks[-1].start() < MIN_SHARED_TITLE or _squeezed(title[marks[-1].end() :]) not in section_keys:
        return title
    return title[: marks[-1].start()]


def _section_keys(page: _Page, url: str | None) -> frozenset[str]:
    """How the page's section may be written in a title: as it is declared, or as a folder of the page's address."""
    folders = (url or "").split("/")[3:-1]
    return frozenset(key for name in (_section(page) or "", *folders) if (key := _squeezed(name)))


def _names_site(segment: str, site_keys: frozenset[str]) -> bool:
    """Whether a segment at a title's end is the site's name, or most of its longer form such as the domain's."""
    if segment in site_keys:
        return True
    if len(segment) < MIN_PART_OF_NAME:
        return False
    longer = (key for key in site_keys if len(key) <= 2 * len(segment))
    return any(key.startswith(segment) or key.endswith(segment) for key in longer)


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
    text = "".join(part if isinstance(part, str) else " " for part in _TEXT(element)) if len(element) else element.text
    return _one_line(text or element.get("content"))


# ------------------------------------------------------------------------------------------------------------- authors


def _authors(page: _Page, rules: AuthorRules, site_keys: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The people that the first place naming any gives, and the organisations that JSON-LD names as author.

    The site itself, a desk and a role are organisations wherever they are called a person.
    """
    named = list(_json_authors(page))
    organisations = tuple(
        dict.fromkeys(name for name, is_person in named if not is_person or _is_desk(name, rules, site_keys))
    )
    excluded = site_keys | {_squeezed(name) for name in organisations}
    sources: tuple[Callable[[], Iterable[str]], ...] = (
        lambda: (name for name, is_person in named if is_person),
        lambda: _meta_authors(page),
        lambda: _byline_authors(page),
    )
    for source in sources:
        found = tuple(name for name in people(source(), rules) if _squeezed(name) not in excluded)
        if found:
            return found, organisations
    return (), organisations


def _is_desk(name: str, rules: AuthorRules, site_keys: frozenset[str]) -> bool:
    return _squeezed(name) in site_keys or (len(name) <= MAX_ORGANISATION_CHARACTERS and not people([name], rules))


def _json_authors(page: _Page) -> Iterator[tuple[str, bool]]:
    """The names that JSON-LD gives as author, and whether it may be a person's."""
    for key in ("author", "creator"):
        for item in _flat(page.article.get(key)):
            if isinstance(item, str):
                if name := _one_line(item):
                    yield name, True
            elif isinstance(item, dict):
                is_person = bool(_PEOPLE_TYPES & set(_types(item) or [""]))
                for name in _strings(item.get("name") or _assembled_name(item)):
                    yield name[:MAX_TITLE_CHARACTERS], is_person


def _flat(value: Any) -> Iterator[Any]:
    """Values, and the values in lists among them."""
    for item in _as_list(value):
        yield from _as_list(item) if isinstance(item, list) else (item,)


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


def _section(page: _Page) -> str | None:
    declared = [*page.meta.get("article:section", []), *_strings(page.article.get("articleSection"))]
    declared += page.meta.get("parsely-section", [])
    return next((name for name in declared if len(name) <= MAX_TAG_CHARACTERS), None)


def _tags(page: _Page) -> tuple[str, ...]:
    """Keywords of the first place that has any, each once."""
    places = [_strings(page.article.get("keywords")), *(page.meta.get(name, []) for name in _META_TAGS)]
    values = next((place for place in places if place), [])
    tags = [tag.strip() for value in values for tag in (value.split(",") if len(values) == 1 else [value])]
    kept: dict[str, str] = {}
    for tag in tags:
        if 0 < len(tag) <= MAX_TAG_CHARACTERS:
            kept.setdefault(tag.casefold(), tag)
    return tuple(kept.values())[:MAX_META_VALUES]


def _is_opinion(page: _Page) -> bool | None:
    """By the article's type, or by OpenGraph's ``article:opinion``."""
    kinds = _types(page.article)
    if _OPINION_TYPES & set(kinds) or "true" in page.meta.get("article:opinion", []):
        return True
    return False if "reportagenewsarticle" in kinds or "false" in page.meta.get("article:opinion", []) else None


def _is_sponsored(page: _Page) -> bool | None:
    return True if "advertisercontentarticle" in _types(page.article) or page.article.get("sponsor") else None


def _is_paywalled(page: _Page) -> bool | None:
    """By ``isAccessibleForFree`` of the article, the content tier, or a part of the article that is not free."""
    free = _free(page.article.get("isAccessibleForFree"), *page.meta.get("isaccessibleforfree", []))
    if free is not None:
        return not free
    if tiers := page.meta.get("article:content_tier", []):
        return _TIERS.get(tiers[0].lower())
    parts = [part for part in _as_list(page.article.get("hasPart")) if isinstance(part, dict)]
    return True if any(_free(part.get("isAccessibleForFree")) is False for part in parts) else None


def _free(*values: Any) -> bool | None:
    """The first truth value, which pages also write as a word or as schema.org's address of it."""
    words = (str(value).rpartition("/")[2].lower() for value in values)
    return next((word == "true" for word in words if word in ("true", "false")), None)


def _first_date(values: Iterable[str], latest: dt.date | None) -> tuple[dt.date | None, dt.datetime | None]:
    """The first date, and the first moment that is written as the same day."""
    found: dt.date | None = None
    for value in values:
        day = parse_date(value, latest)
        found = found or day
        if day and day == found and (moment := parse_moment(value, latest)):
            return found, moment
    return found, None


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
