"""When and by whom an article says that it was written, in the lines around its headline and after its text.

Asked where nothing is declared. A date needs a mark (an element for dates, a word such as "published"), a place in the
article's head, or the page's address; an author needs a mark or a byline's opening word. Dates and names in paragraphs
are what the article is about.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeAlias
from urllib.parse import urlsplit

from lxml.etree import _Element  # type: ignore[import-untyped]

from transforms.page.authors import AuthorRules, opening_of, people
from transforms.page.dates import DateHabits, DateWords, find_days, parse_date
from transforms.page.places import Line, names_of, text_of

MAX_BARE_CHARACTERS = 90
"""Of a byline without a mark."""
MAX_UNCASED_CHARACTERS = 20
"""Of a byline that only a word at its start or its end tells, in a script without capitals."""
MAX_AROUND_DAY = 40
"""Characters beside the day in a line without a mark: a name, a weekday, a time of day, how long it takes to read."""
MIN_SENTENCE_WORDS = 4
"""Beside the day; fewer with a full stop are abbreviations: ``kl.``, ``p.m.``"""
MAX_LABEL_CHARACTERS = 40
"""Of the words before an element that say what its day is of."""
MIN_TEASER_WORDS = 4
MAX_LINKS = 20
MIN_NAME_WORDS = 2
"""Of a name that only its place says is an author's, in scripts with spaces between words."""
FIRST_UNSPACED = "\u0e00"

_TIME_OF_DAY = re.compile(
    r"\b\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\.?|uhr|h|utc|gmt|[a-z]{2,4}t)?(?!\w)", re.IGNORECASE
)
_PIECE_STARTS = re.compile(r"[;|•·]|\s[–—-]\s|\s(?=[^\W\d_]{1,14}[:：])")
_NO_LETTERS = " ,.:0123456789"
_AFTER_OPENING = ":：／・ "
_COLONS = (":", "：", "／", "・")
_SENTENCE_ENDS = (".", "!", "?", "…", "。")
_ADDRESS_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})([/-]?)([01]\d)\2([0-3]\d)(?:(?!\d)|(?=\d{6}))")
"""A day alone, or at the start of a moment in digits."""
_MOMENT_ATTRIBUTES = (
    "datetime",
    "title",
    "data-datetime",
    "data-timestamp",
    "data-time",
    "data-date",
    "data-published",
)
_OF_UPDATE = 5
"""The last rank: a page that gives only the day of its update was published by then."""

FoundDay: TypeAlias = tuple[tuple[int, int], dt.date]
"""The position of a day in a line, and the day."""


def visible_dates(lines: Sequence[Line], habits: DateHabits, words: DateWords) -> Iterator[str]:
    """Days of publication as lines give them, the most credible first: marked as such, then by their place.

    Args:
        lines: from :func:`transforms.page.places.article_lines`.
        habits: how the page writes dates.
        words: what pages say beside dates.

    Yields:
        An element's ``datetime``, or the day in its text (ISO 8601).
    """
    ranked = [
        (rank, number, value) for number, line in enumerate(lines) for rank, value in _days_in(line, habits, words)
    ]
    return (value for _, _, value in sorted(ranked))


def visible_updates(lines: Sequence[Line], habits: DateHabits, words: DateWords) -> Iterator[str]:
    """Days that lines around the headline call the day of an update; arguments and values as for the other days."""
    for line in lines:
        if line.in_head:
            yield from (value for rank, value in _days_in(line, habits, words) if rank == _OF_UPDATE)


def visible_authors(lines: Sequence[Line], rules: AuthorRules, habits: DateHabits) -> tuple[str, ...]:
    """The people that the article's byline names: in its head, else after its text; empty without.

    Args:
        lines: from :func:`transforms.page.places.article_lines`.
        rules: the words around names.
        habits: how the page writes dates, which bylines are full of.
    """
    marked = [(line, without_dates(line.text, habits)) for line in lines if line.is_byline]
    short = (line for line in lines if len(line.text) <= MAX_BARE_CHARACTERS)
    bare = [(line, byline) for line in short if (byline := _bare_byline(without_dates(line.text, habits), rules))]
    inner, bare = _innermost(marked), _innermost(bare)
    for group in (
        [text for line, text in inner if line.in_head],
        [text_of(child) for line, _ in inner if line.in_head for child in line.element],
        [text for line, text in marked if line.in_head],
        [text for line, text in bare if line.in_head],
        [text for line, text in inner if not line.in_head][:1],
        [text for line, text in bare if not line.in_head and next(line.element.iterancestors("a"), None) is None][-1:],
    ):
        if found := tuple(name for name in people(group, rules) if _is_full_name(name)):
            return found
    return ()


def _innermost(lines: Sequence[tuple[Line, str]]) -> list[tuple[Line, str]]:
    """The lines whose elements contain no other line of these."""
    around = {ancestor for line, _ in lines for ancestor in line.element.iterancestors()}
    return [(line, text) for line, text in lines if line.element not in around]


def address_day(url: str | None) -> str | None:
    """The day in a page's address (``/2024/05/03/``), ISO 8601; None without."""
    try:
        match = _ADDRESS_DAY.search(urlsplit(url or "").path)
        return dt.date(int(match[1]), int(match[3]), int(match[4])).isoformat() if match else None
    except ValueError:
        return None


def without_dates(text: str, habits: DateHabits) -> str:
    """A byline without the days and times of day in it; names are cut there."""
    for (start, end), _ in reversed(find_days(text, habits)):
        text = f"{text[:start]};{text[end:]}"
    return _TIME_OF_DAY.sub(";", text)


def _days_in(line: Line, habits: DateHabits, words: DateWords) -> Iterator[tuple[int, str]]:
    """The days in a line, each with its rank (0 is best); none where the line is no place for a date.

    A second day counts only where the words before it say what it is of.
    """
    days = find_days(line.text, habits)
    given = _given_moment(line, habits)
    if given and len(days) <= 1:
        before, after = (line.text[: days[0][0][0]], line.text[days[0][0][1] :]) if days else (line.text, "")
        yield from _ranked(line, f"{_label_of(line.element)} {before}", after, given, days, words)
    end = 0
    for (start, stop), day in days:
        before = line.text[end:start] if end else f"{_label_of(line.element)} {line.text[:start]}"
        if not end or _says(before, words.updated) or _says(before, words.published):
            after = line.text[stop:] if len(days) == 1 else ""
            yield from _ranked(line, before, after, day.isoformat(), days, words)
        end = stop


def _given_moment(line: Line, habits: DateHabits) -> str | None:
    """What an element says for machines beside words such as ``2 days ago``."""
    names = _MOMENT_ATTRIBUTES if line.is_date else ()
    found = (line.element.get(name) or "" for name in names)
    return next((value for value in found if parse_date(value, habits=habits)), None)


def _ranked(
    line: Line, before: str, after: str, value: str, days: Sequence[FoundDay], words: DateWords
) -> Iterator[tuple[int, str]]:
    """A day with its rank, by the words around it, its element's names and its place."""
    names = names_of(line.element)
    if _says(before, words.updated):
        yield _OF_UPDATE, value
    elif _says(f"{before} {after}", words.published) or "datepublished" in names:
        yield 0 if line.in_head else 3, value
    elif _says(names, words.updated) and not _says(names, words.published):
        yield _OF_UPDATE, value
    elif line.is_date:
        if line.in_head or not _is_teasers(line.element):
            yield 1 if line.in_head else 4, value
    elif line.in_head and _is_little_else(line.text, days):
        yield 2, value


def _label_of(element: _Element) -> str:
    """The words directly before an element, such as ``Updated``; empty where they are long or have a day themselves."""
    before = element.getprevious()
    if before is None:
        label = element.getparent().text if element.getparent() is not None else ""
    else:
        label = before.tail if (before.tail or "").strip() else text_of(before)
    label = " ".join((label or "").split())
    return "" if len(label) > MAX_LABEL_CHARACTERS or any(map(str.isdigit, label)) else label


def _is_teasers(element: _Element) -> bool:
    """Whether a date stands with a link to another story, or in one."""
    parent = element.getparent()
    around = [] if parent is None else [parent, *islice(parent.iter("a"), MAX_LINKS)]
    return any(one.tag == "a" and len(text_of(one).split()) >= MIN_TEASER_WORDS for one in around)


def _is_little_else(text: str, days: Sequence[FoundDay]) -> bool:
    """Whether a line is a day with little around it, and no sentence about that day."""
    rest = text
    for (start, end), _ in reversed(days):
        rest = rest[:start] + rest[end:]
    rest = _TIME_OF_DAY.sub("", rest)
    is_sentence = len(rest.split()) >= MIN_SENTENCE_WORDS and rest.endswith(_SENTENCE_ENDS)
    return bool(days) and len(rest) <= MAX_AROUND_DAY and not is_sentence


def _says(text: str, words: tuple[str, ...]) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in words)


def _bare_byline(text: str, rules: AuthorRules) -> str:
    """A line's rest from where it begins like a byline and goes on with a capital: ``By Jane Doe``, not ``By the sea``.

    Scripts without capitals need a colon, or a short line.
    """
    for at in (0, *(mark.end() for mark in _PIECE_STARTS.finditer(text))):
        byline = text[at:].lstrip(_NO_LETTERS)
        opening = opening_of(byline, rules)
        rest = byline[len(opening) :]
        first = rest.lstrip(_AFTER_OPENING)[:1]
        is_short = rest[:1] in _COLONS or len(_PIECE_STARTS.split(rest)[0]) <= MAX_UNCASED_CHARACTERS
        if opening and (first.isupper() or (first.isalpha() and not first.islower() and is_short)):
            return byline
    return text if len(text) <= MAX_UNCASED_CHARACTERS and text.endswith(rules.uncased_endings) else ""


def _is_full_name(name: str) -> bool:
    words = name.split()
    return name[0] >= FIRST_UNSPACED or (
        len(words) >= MIN_NAME_WORDS and not words[0].islower() and not words[-1].islower()
    )
