"""What an HTML page says about itself: JSON-LD, OpenGraph and other meta elements, microdata, links, headings.

The page is only read; which of its facts are believed against the input's own, and the main text, belong to the
extract stage.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from lxml.etree import XPath, _Element  # type: ignore[import-untyped]

from transforms.page.authors import AuthorRules, people
from transforms.page.bylines import address_day, visible_authors, visible_dates, visible_updates
from transforms.page.dates import DateHabits, DateWords, date_habits, parse_date, parse_moment
from transforms.page.disclosures import DisclosureRules, Found, read_disclosures
from transforms.page.json_ld import Json, article_object, as_list, one_line, read_objects, strings, types_of
from transforms.page.kind import Declared
from transforms.page.main_text import PageFacts
from transforms.page.places import Line, PlaceWords, article_lines, has_ancestor, names_of, text_of
from transforms.page.rights import Place, RightsRules, Statement, page_statements
from transforms.page.titles import (
    HEADLINE_WEIGHT,
    ITEM_WEIGHT,
    MAX_TITLE_CHARACTERS,
    META_WEIGHTS,
    TITLE_ELEMENT_WEIGHT,
    Heading,
    TitleWitnesses,
    find_title,
    site_name_keys,
    squeezed,
)
from transforms.records import DeclaredFacts
from transforms.text.headline import title_key
from transforms.text.urls import UrlRules, canonical_url, registered_domain

MAX_HEADINGS = 12
"""First-level headings looked at; pages with more use them for teasers."""
MAX_LOWER_HEADINGS = 8
"""Second- and third-level headings looked at where no first-level one is the headline."""
MAX_META_VALUES = 40
"""Values kept of one meta name."""

_PEOPLE_TYPES = frozenset({"", "person"})
_OPINION_TYPES = frozenset({"opinionnewsarticle", "analysisnewsarticle"})
_TIERS = {"free": False, "locked": True, "metered": True}
MAX_TAG_CHARACTERS = 100
MAX_ORGANISATION_CHARACTERS = 80

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
    "authors",
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
    "published",
    "article.published",
    "publication_date",
    "citation_publication_date",
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

_KICKER_ENDS = " :|–—-"
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?\Z")

_HEADINGS = XPath("//h1")
_LOWER_HEADINGS = XPath(f"(//h2 | //h3)[position() <= {MAX_LOWER_HEADINGS}]")
_HOME_LINKS = XPath('(//a[@href="/" or @rel="home"])[position() <= 3]')
_ITEMS = XPath(
    '//*[@itemprop="headline" or @itemprop="datePublished" or @itemprop="dateModified" or @itemprop="author"]'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata(DeclaredFacts):
    """A page's facts about itself; ``title`` is without the site's name."""

    declared: Declared = field(default_factory=Declared)
    """What the page says it is."""
    facts: PageFacts = field(default_factory=PageFacts)
    """What tells the page's blocks apart."""
    disclosures: tuple[Found, ...] = ()
    """What the page discloses about its outlet."""
    statements: tuple[Statement, ...] = ()
    """What the page says about the use of its text."""


@dataclass(frozen=True, slots=True)
class PageRules:
    """The data that reading a page needs."""

    urls: UrlRules = field(default_factory=UrlRules)
    authors: AuthorRules = field(default_factory=AuthorRules)
    places: PlaceWords = field(default_factory=PlaceWords)
    dates: DateWords = field(default_factory=DateWords)
    disclosures: DisclosureRules = field(default_factory=DisclosureRules)
    rights: RightsRules = field(default_factory=RightsRules)


class _Seen:
    """What readers see around the headline; looked at once, and only where the page does not declare it."""

    def __init__(self, page: _Page, title: str | None, rules: PageRules, habits: DateHabits) -> None:
        self._page, self._title, self._rules, self._habits = page, title, rules, habits

    @cached_property
    def _lines(self) -> list[Line]:
        return article_lines(self._page.tree, _headline_element(self._page, self._title), self._rules.places)

    def dates(self) -> Iterator[str]:
        """Days of publication, the most credible first."""
        yield from visible_dates(self._lines, self._habits, self._rules.dates)

    def updates(self) -> Iterator[str]:
        """Days of an update; none where the page declares all else, as they alone are not worth the time."""
        if "_lines" in vars(self):
            yield from visible_updates(self._lines, self._habits, self._rules.dates)

    def authors(self) -> Iterator[str]:
        """The people that the byline names."""
        yield from visible_authors(self._lines, self._rules.authors, self._habits)


@dataclass(frozen=True, slots=True)
class _Page:
    """A parsed page and what has been collected from it once."""

    tree: _Element
    meta: dict[str, list[str]]
    article: Json
    """The JSON-LD object of the article, with its author and publisher references resolved; empty without one."""
    headings: tuple[tuple[_Element, str], ...]
    """The first-level headings with what they say; not those of a breadcrumb or for machines alone."""
    lower_headings: tuple[tuple[_Element, str], ...]
    """The first of the second and third level."""
    words: PlaceWords


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
    objects = read_objects(tree)
    page_url = _page_url(tree, meta, url, rules.urls)
    found_at = page_url or (canonical_url(url, rules.urls) if url else None)
    headings = _read_headings(_HEADINGS(tree)[:MAX_HEADINGS], rules.places)
    lower = _read_headings(_LOWER_HEADINGS(tree), rules.places)
    written = [text for _, text in headings] + meta.get("og:title", [])[:1] + list(map(text_of, tree.iter("title")))[:1]
    page = _Page(tree, meta, article_object(objects, found_at, written, rules.urls), headings, lower, rules.places)
    site_name = _site_name(page, objects)
    site_keys = site_name_keys([site_name] if site_name else _home_links(tree), found_at)
    title = find_title(_title_witnesses(page, found_at, site_keys))
    habits = date_habits(_language_tag(page), registered_domain(found_at) if found_at else None, rules.dates)
    seen = _Seen(page, title, rules, habits)
    people_named, organisations = _authors(page, seen, rules.authors, site_keys)
    published_on, published_at = _first_date(_published_values(page, seen, found_at), latest, habits)
    modified_on, modified_at = _first_date(_modified_values(page, seen), latest, habits)
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
            types=frozenset(kind for item in objects for kind in types_of(item)),
            og_type=next(iter(meta.get("og:type", [])), "").lower(),
            has_date=published_on is not None,
            has_modified=modified_on is not None,
            has_author=bool(people_named),
        ),
        facts=_facts(page, title),
        disclosures=read_disclosures(tree, objects, rules.disclosures, found_at),
        statements=tuple(page_statements(meta, _licences(page), rules.rights)),
    )


def _licences(page: _Page) -> Iterator[tuple[Place, str]]:
    """The addresses of the article's licence; links in the body are left out, for they may be of its pictures."""
    for value in as_list(page.article.get("license")):
        address = (value.get("url") or value.get("@id")) if isinstance(value, dict) else value
        if isinstance(address, str) and "://" in address:
            yield "json-ld", one_line(address)
    for link in page.tree.iterfind("head/link"):
        if "license" in (link.get("rel") or "").lower().split() and "://" in (link.get("href") or ""):
            yield "link", one_line(link.get("href"))


def _facts(page: _Page, title: str | None) -> PageFacts:
    described = [*strings(page.article.get("description"))]
    described += [value for name in _META_DESCRIPTIONS for value in page.meta.get(name, [])]
    body = page.article.get("articleBody")
    return PageFacts(
        (title or "", *(text for _, text in page.headings)), tuple(described), body if isinstance(body, str) else ""
    )


# --------------------------------------------------------------------------------------------------------------- meta


def _meta_values(tree: _Element) -> dict[str, list[str]]:
    """The page's meta elements: lower-case name to contents, in order."""
    values: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = one_line(element.get("content"))
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        if content and name:
            known = values.setdefault(name.strip().lower(), [])
            if len(known) < MAX_META_VALUES:
                known.append(content)
    return values


# --------------------------------------------------------------------------------------------------------------- title


def _read_headings(elements: Iterable[_Element], words: PlaceWords) -> tuple[tuple[_Element, str], ...]:
    """Headings that people read, with what they say."""
    return tuple(
        (element, text)
        for element in elements
        if (text := text_of(element)) and not has_ancestor(element, "breadcrumb", words)
    )


def _title_witnesses(page: _Page, url: str | None, site_keys: frozenset[str]) -> TitleWitnesses:
    element = next((text_of(element) for element in page.tree.iter("title")), "")
    items = [text_of(item) for item in _ITEMS(page.tree) if item.get("itemprop") == "headline"]
    declared = [(HEADLINE_WEIGHT, title) for title in strings(page.article.get("headline"))[:1]]
    declared += [(META_WEIGHTS[name], title) for name in META_WEIGHTS for title in page.meta.get(name, [])[:1]]
    declared += [(ITEM_WEIGHT, title) for title in items[:1]]
    return TitleWitnesses(
        headings=tuple(_heading(element, text, page.words) for element, text in page.headings),
        lower_headings=tuple(_heading(element, text, page.words) for element, text in page.lower_headings),
        declared=(*declared, (TITLE_ELEMENT_WEIGHT, element)),
        shared=next(iter(page.meta.get("og:title", [])), ""),
        element=element,
        url=url,
        site_keys=site_keys,
        section=_section(page),
    )


def _heading(element: _Element, text: str, words: PlaceWords) -> Heading:
    """A heading with its pieces: its text, cut where its inner elements begin and end, without a kicker's element."""
    while len(element) == 1 and not (element.text or "").strip() and not (element[0].tail or "").strip():
        element = element[0]
    if not len(element):
        return Heading(text)
    pieces = [(one_line(element.text), False)]
    for child in element:
        pieces += [(text_of(child), words.fits("kicker", names_of(child))), (one_line(child.tail), False)]
    headline = " ".join(piece for piece, is_kicker in pieces if piece and not is_kicker).lstrip(_KICKER_ENDS)
    has_kicker = any(is_kicker for _, is_kicker in pieces)
    return Heading(text, tuple(piece for piece, _ in pieces if piece), headline if has_kicker else "")


def _headline_element(page: _Page, title: str | None) -> _Element | None:
    """The heading that holds the page's title; else its first one of the first level."""
    key = title_key(title or "")
    headings = [*page.headings, *page.lower_headings]
    holding = (element for element, text in headings if key and key in title_key(text))
    return next(holding, next((element for element, _ in page.headings), None))


# ------------------------------------------------------------------------------------------------------------- authors


def _authors(
    page: _Page, seen: _Seen, rules: AuthorRules, site_keys: frozenset[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The people that the first place naming any gives, and the organisations that JSON-LD names as author.

    The site itself, a desk and a role are organisations wherever they are called a person.
    """
    named = list(_json_authors(page))
    organisations = tuple(
        dict.fromkeys(name for name, is_person in named if not is_person or _is_desk(name, rules, site_keys))
    )
    excluded = site_keys | {squeezed(name) for name in organisations}
    sources: tuple[Callable[[], Iterable[str]], ...] = (
        lambda: (name for name, is_person in named if is_person),
        lambda: _meta_authors(page, rules),
        seen.authors,
    )
    fallback: tuple[str, ...] = ()
    for source in sources:
        found = tuple(name for name in people(source(), rules) if squeezed(name) not in excluded)
        if found and not all(map(_is_user_name, found)):
            return found, organisations
        fallback = fallback or found
    return fallback, organisations


def _is_user_name(name: str) -> bool:
    """Whether a name is an account's, such as ``jdoe``: taken only where no other place names a person."""
    return name.isascii() and name.islower() and " " not in name


def _is_desk(name: str, rules: AuthorRules, site_keys: frozenset[str]) -> bool:
    return squeezed(name) in site_keys or (len(name) <= MAX_ORGANISATION_CHARACTERS and not people([name], rules))


def _json_authors(page: _Page) -> Iterator[tuple[str, bool]]:
    """The names that JSON-LD gives as author, and whether it may be a person's."""
    for key in ("author", "creator"):
        for item in _flat(page.article.get(key)):
            if isinstance(item, str):
                if name := one_line(item):
                    yield name, True
            elif isinstance(item, dict):
                is_person = bool(_PEOPLE_TYPES & set(types_of(item) or [""]))
                for name in strings(item.get("name") or _assembled_name(item)):
                    yield name[:MAX_TITLE_CHARACTERS], is_person


def _flat(value: Any) -> Iterator[Any]:
    """Values, and the values in lists among them."""
    for item in as_list(value):
        yield from as_list(item) if isinstance(item, list) else (item,)


def _assembled_name(person: Json) -> str:
    return " ".join(part for key in ("givenName", "additionalName", "familyName") for part in strings(person.get(key)))


def _meta_authors(page: _Page, rules: AuthorRules) -> Iterator[str]:
    for name in _META_AUTHORS:
        yield from (value for value in page.meta.get(name, []) if "://" not in value)
    for number in "12":
        if any(label.lower() in rules.openings for label in page.meta.get(f"twitter:label{number}", [])):
            yield from page.meta.get(f"twitter:data{number}", [])


# ------------------------------------------------------------------------------------------ dates, URL, site, language


def _published_values(page: _Page, seen: _Seen, url: str | None) -> Iterator[str]:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        yield from strings(page.article.get(key))
    for name in _META_PUBLISHED:
        yield from page.meta.get(name, [])
    yield from _item_dates(page, "datePublished")
    yield from seen.dates()
    if day := address_day(url):
        yield day


def _modified_values(page: _Page, seen: _Seen) -> Iterator[str]:
    yield from strings(page.article.get("dateModified"))
    for name in _META_MODIFIED:
        yield from page.meta.get(name, [])
    yield from _item_dates(page, "dateModified")
    yield from seen.updates()


def _item_dates(page: _Page, name: str) -> Iterator[str]:
    for element in _ITEMS(page.tree):
        if element.get("itemprop") == name and not has_ancestor(element, "readers", page.words):
            yield element.get("content") or element.get("datetime") or text_of(element)


def _section(page: _Page) -> str | None:
    declared = [*page.meta.get("article:section", []), *strings(page.article.get("articleSection"))]
    declared += page.meta.get("parsely-section", [])
    return next((name for name in declared if len(name) <= MAX_TAG_CHARACTERS), None)


def _tags(page: _Page) -> tuple[str, ...]:
    """Keywords of the first place that has any, each once."""
    places = [strings(page.article.get("keywords")), *(page.meta.get(name, []) for name in _META_TAGS)]
    values = next((place for place in places if place), [])
    tags = [tag.strip() for value in values for tag in (value.split(",") if len(values) == 1 else [value])]
    kept: dict[str, str] = {}
    for tag in tags:
        if 0 < len(tag) <= MAX_TAG_CHARACTERS:
            kept.setdefault(tag.casefold(), tag)
    return tuple(kept.values())[:MAX_META_VALUES]


def _is_opinion(page: _Page) -> bool | None:
    """By the article's type, or by OpenGraph's ``article:opinion``."""
    kinds = types_of(page.article)
    if _OPINION_TYPES & set(kinds) or "true" in page.meta.get("article:opinion", []):
        return True
    return False if "reportagenewsarticle" in kinds or "false" in page.meta.get("article:opinion", []) else None


def _is_sponsored(page: _Page) -> bool | None:
    return True if "advertisercontentarticle" in types_of(page.article) or page.article.get("sponsor") else None


def _is_paywalled(page: _Page) -> bool | None:
    """By ``isAccessibleForFree`` of the article, the content tier, or a part of the article that is not free."""
    free = _free(page.article.get("isAccessibleForFree"), *page.meta.get("isaccessibleforfree", []))
    if free is not None:
        return not free
    if tiers := page.meta.get("article:content_tier", []):
        return _TIERS.get(tiers[0].lower())
    parts = [part for part in as_list(page.article.get("hasPart")) if isinstance(part, dict)]
    return True if any(_free(part.get("isAccessibleForFree")) is False for part in parts) else None


def _free(*values: Any) -> bool | None:
    """The first truth value, which pages also write as a word or as schema.org's address of it."""
    words = (str(value).rpartition("/")[2].lower() for value in values)
    return next((word == "true" for word in words if word in ("true", "false")), None)


def _first_date(
    values: Iterable[str], latest: dt.date | None, habits: DateHabits
) -> tuple[dt.date | None, dt.datetime | None]:
    """The first date, and the first moment that is written as the same day."""
    found: dt.date | None = None
    for value in values:
        day = parse_date(value, latest, habits)
        found = found or day
        if day and day == found and (moment := parse_moment(value, latest)):
            return found, moment
    return found, None


def _page_url(tree: _Element, meta: dict[str, list[str]], url: str | None, rules: UrlRules) -> str | None:
    """The canonical link, else OpenGraph's; not one to another site or from an article to a home page."""
    places = [element.get("href", "") for element in tree.iter("base") if element.get("href")]
    relative_to = _joined(url or "", places[0]) if places else url or ""
    links = [link.get("href", "") for link in tree.iter("link") if "canonical" in link.get("rel", "").lower().split()]
    base = canonical_url(url, rules) if url else None
    for candidate in (*links[:1], *meta.get("og:url", [])[:1]):
        found = canonical_url(_joined(relative_to, candidate), rules)
        if found and (base is None or _is_plausible(found, base)):
            return found
    return None


def _joined(base: str, href: str) -> str:
    """An address seen from another; empty where there is none."""
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""


def _is_plausible(found: str, base: str) -> bool:
    is_home = found.count("/") == len("///") and found.endswith("/")
    return registered_domain(found) == registered_domain(base) and (found == base or not is_home)


def _site_name(page: _Page, objects: list[Json]) -> str | None:
    publishers = [item for item in as_list(page.article.get("publisher")) if isinstance(item, dict)]
    sites = [item for item in objects if "website" in types_of(item)]
    found = [
        *page.meta.get("og:site_name", []),
        *(name for item in (*publishers, *sites) for name in strings(item.get("name"))),
        *page.meta.get("application-name", []),
    ]
    return next((name for name in found if "://" not in name), None)


def _home_links(tree: _Element) -> list[str]:
    """What links to the site's root say, which is the site's name where nothing declares it."""
    return [name for link in _HOME_LINKS(tree) if 0 < len(name := text_of(link)) <= MAX_ORGANISATION_CHARACTERS]


def _language(page: _Page) -> str | None:
    tag = _language_tag(page)
    match = _LANGUAGE.match(tag) if tag else None
    return match and match[1].lower()


def _language_tag(page: _Page) -> str | None:
    """The first language that the page declares, with its region if it says one (``en-GB``)."""
    declared = [page.tree.get("lang"), page.tree.get("{http://www.w3.org/XML/1998/namespace}lang")]
    declared += strings(page.article.get("inLanguage"))
    declared += [value for name in ("content-language", "language", "og:locale") for value in page.meta.get(name, [])]
    tags = [value.strip() for value in declared if value and _LANGUAGE.match(value.strip())]
    same = (tag for tag in tags if tag[:2].lower() == tags[0][:2].lower() and len(tag) > len("xxx"))
    return next(same, tags[0] if tags else None)
