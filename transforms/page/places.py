"""Where on a page an article says by whom and of when it is: the short lines around its headline and after its text.

A page names many people and dates: of related stories, readers, pictures, menus and the day itself. Only lines that
stand in the headline's own part of the page are the article's. What the lines say is read by
:mod:`transforms.page.dates` and :mod:`transforms.page.authors`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from lxml.etree import XPath, _Element  # type: ignore[import-untyped]

from transforms.errors import DataFileError
from transforms.page.json_ld import one_line

MAX_LINE_CHARACTERS = 240
"""Of a line that may be a byline or a date; longer ones are paragraphs."""
MAX_INNER_ELEMENTS = 30
"""Within such a line."""
MAX_ELEMENTS = 3_000
"""Looked at of one page from the article's start."""
MAX_LINES = 200
LONG_PARAGRAPH = 120
"""Characters from which an element with text of its own is a paragraph."""
HEAD_PARAGRAPHS = 2
"""Paragraphs after which the article's head is over: one may be a standfirst."""
MIN_BREAKS = 3
"""Line breaks from which on an element's text has lines."""
MAX_CARD_CHARACTERS = 600
"""Of a teaser: a linked heading with what stands around it."""
MAX_NAME_CHARACTERS = 300

_TEXT = XPath(
    "descendant::text()[not(parent::script or parent::style)]"
    " | descendant::*[self::br or self::div or self::p or self::li or self::ul or self::td or self::dd]",
    smart_strings=False,
)
"""What an element says, with its line breaks and inner blocks, so that no two words are glued together."""
_CARD = XPath(
    "descendant::*[self::h2 or self::h3 or self::h4 or self::h5][descendant::a or ancestor::a]", smart_strings=False
)
_SKIPPED = frozenset(
    {
        *("script", "style", "noscript", "template", "svg", "nav", "form", "select", "button"),
        *("iframe", "figure", "figcaption", "picture"),
    }
)
_INLINE = frozenset({"a", "b", "strong", "em", "i", "u", "code", "sup", "sub", "br", "img", "small"})
"""Elements that are no line of their own unless their names say so."""
_NAMES = ("class", "id", "role", "itemtype", "itemprop", "data-testid")


class PlaceWordError(DataFileError):
    """An entry of the place words file that is incomplete or breaks its own examples."""


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Generic words in elements' names, by group."""

    groups: Mapping[str, re.Pattern[str]] = field(default_factory=dict)

    def fits(self, group: str, name: str) -> bool:
        """Whether a name has a word of the group."""
        pattern = self.groups.get(group)
        return bool(pattern and pattern.search(name))


@dataclass(frozen=True, slots=True)
class Line:
    """A short line of the article's part of the page."""

    element: _Element
    text: str
    in_head: bool
    """Whether it stands around the headline, and not after the article's first paragraphs."""
    is_byline: bool
    """Whether its element's names say that it names an author."""
    is_date: bool
    """Whether its element or its names say that it holds a date."""


def parse_place_words(text: str) -> PlaceWords:
    """Place words from the text of their file, checked against the examples in it.

    Raises:
        PlaceWordError: the text is not TOML, an entry lacks a key, or an example does not come out as it must.
    """
    try:
        entries = tomllib.loads(text).get("group", [])
    except tomllib.TOMLDecodeError as error:
        raise PlaceWordError(f"place words are not TOML: {error}") from error
    for entry in entries:
        if not {"id", "words", "reason", "match", "keep"} <= entry.keys():
            raise PlaceWordError(f"place words: an entry needs id, words, reason, match and keep: {entry}")
    words = PlaceWords({entry["id"]: re.compile("|".join(map(re.escape, entry["words"]))) for entry in entries})
    for entry in entries:
        wrong = [name for name in entry["match"] if not words.fits(entry["id"], name)]
        wrong += [name for name in entry["keep"] if words.fits(entry["id"], name)]
        if wrong:
            raise PlaceWordError(f"place words: {wrong[0]!r} comes out wrong in group {entry['id']!r}; mend the words")
    return words


def text_of(element: _Element) -> str:
    """What an element says, on one line; of an empty one its ``content``."""
    text = "".join(map(_said, _TEXT(element))) if len(element) else element.text
    return one_line(text or element.get("content"))


def _said(part: str | _Element) -> str:
    """A piece of text, or what parts it from the piece before: items of a list are names of their own."""
    return part if isinstance(part, str) else "; " if part.tag == "li" else " "


def names_of(element: _Element) -> str:
    """An element's classes, id, role and microdata names, in lower case."""
    return " ".join(value for name in _NAMES if (value := element.get(name)))[:MAX_NAME_CHARACTERS].lower()


def has_ancestor(element: _Element, group: str, words: PlaceWords) -> bool:
    """Whether an element or one around it, below the body, has a name of the group."""
    around = (element, *element.iterancestors())
    return any(words.fits(group, names_of(one)) for one in around if one.tag not in ("html", "body", "main", "article"))


def article_lines(tree: _Element, headline: _Element | None, words: PlaceWords) -> list[Line]:
    """The short lines of the article's part of a page, in the page's order.

    Where nothing but the body holds headline and text together, what stands before the headline is the site's. Left out
    are other stories (teasers, a next article), comments, menus, mastheads, footers, pictures and boxes.

    Args:
        tree: the page's root element.
        headline: the article's heading; without it, the part is the whole page.
        words: from :func:`parse_place_words`.
    """
    body = next(tree.iter("body"), tree)
    part = _part_of(headline, body)
    path = set() if headline is None else {headline, *headline.iterancestors()}
    lines: list[Line] = []
    paragraphs, is_after_headline = 0, headline is None
    for element in _walk(part, path, words):
        if element is headline:
            is_after_headline = True
            continue
        if part is body and not is_after_headline:
            continue
        if element.tag == "h1" and is_after_headline and paragraphs >= HEAD_PARAGRAPHS:
            break
        text, has_long_text = text_of(element) if _is_short(element) else "", _has_long_text(element)
        paragraphs += is_after_headline and (has_long_text or (element.tag == "p" and len(text) >= LONG_PARAGRAPH))
        if has_long_text:
            lines += _broken_off(element, paragraphs < HEAD_PARAGRAPHS)
        if 0 < len(text) <= MAX_LINE_CHARACTERS:
            lines += _lines_of(element, text, paragraphs < HEAD_PARAGRAPHS, words)
        if len(lines) >= MAX_LINES:
            break
    return lines


def _lines_of(element: _Element, text: str, in_head: bool, words: PlaceWords) -> list[Line]:
    """The line that an element is; none where it is only part of one."""
    names = names_of(element)
    is_byline = words.fits("byline", names) or "author" in (element.get("rel") or "").lower().split()
    is_date = element.tag == "time" or words.fits("date", names)
    is_line = is_byline or is_date or element.tag not in _INLINE
    return [Line(element, text, in_head, is_byline, is_date)] if is_line else []


def _broken_off(element: _Element, in_head: bool) -> Iterator[Line]:
    """The first and the last line of a text whose lines are parted by ``br`` alone."""
    breaks = element.findall("br")
    if len(breaks) >= MIN_BREAKS:
        edges = ((breaks[0], element.text, in_head), (breaks[-1], breaks[-1].tail, False))
        for place, said, is_early in edges:
            if 0 < len(text := one_line(said)) < LONG_PARAGRAPH:
                yield Line(place, text, is_early, is_byline=False, is_date=False)


def _part_of(headline: _Element | None, body: _Element) -> _Element:
    """The smallest element around the headline that has paragraphs; the body where there is none."""
    if headline is None:
        return body
    for element in headline.iterancestors():
        if element is body or element.tag in ("article", "main"):
            return element
        if _has_paragraphs(element):
            return element
    return body


def _walk(part: _Element, path: set[_Element], words: PlaceWords) -> Iterator[_Element]:
    """The elements of a part in order, without those that stand elsewhere; ``path`` leads to the headline."""
    stack = [part]
    articles = 0
    for _ in range(MAX_ELEMENTS):
        if not stack:
            return
        element = stack.pop()
        if not isinstance(element.tag, str):
            continue
        if element is not part and element not in path:
            articles += element.tag == "article"
            if element.tag in _SKIPPED or _is_elsewhere(element, articles, words):
                continue
        yield element
        stack.extend(reversed(element))


def _is_elsewhere(element: _Element, articles: int, words: PlaceWords) -> bool:
    names = names_of(element)
    if (
        names
        and element.tag != "article"
        and (words.fits("readers", names) or _is_named_elsewhere(element, names, words))
    ):
        return True
    if element.tag == "aside":
        return not _is_short(element) or bool(_CARD(element))
    if element.tag in ("header", "footer"):
        return not any(True for _ in element.iterancestors("article", "main"))
    if element.tag == "article":
        return articles > 1 or element.find(".//h1") is not None
    return element.tag in ("div", "li", "section") and _is_card(element)


def _is_named_elsewhere(element: _Element, names: str, words: PlaceWords) -> bool:
    """Whether an element's names are those of boxes beside the article, and it has no article's text in it."""
    is_named = (words.fits("elsewhere", names) and not words.fits("own-edge", names)) or words.fits("picture", names)
    return is_named and not _has_paragraphs(element)


def _is_card(element: _Element) -> bool:
    """Whether an element is one teaser: a linked heading and little else."""
    return _is_short(element) and bool(_CARD(element)) and len(text_of(element)) <= MAX_CARD_CHARACTERS


def _is_short(element: _Element) -> bool:
    """Whether an element can be a line: it has few elements within."""
    return next(islice(element.iter(), MAX_INNER_ELEMENTS, None), None) is None


def _has_paragraphs(element: _Element) -> bool:
    """Whether an element has as many paragraphs in it as end an article's head."""
    within = filter(_has_long_text, islice(element.iter("p", "div"), MAX_ELEMENTS))
    return next(islice(within, HEAD_PARAGRAPHS - 1, None), None) is not None


def _has_long_text(element: _Element) -> bool:
    """Whether an element's own text, without its inner blocks', is a paragraph's."""
    own = len((element.text or "").strip()) + sum(len((child.tail or "").strip()) for child in element)
    return own >= LONG_PARAGRAPH
