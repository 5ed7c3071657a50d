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
from urllib.parse import urlsplit

from lxml.etree import _Element  # type: ignore[import-untyped]

from transforms.page.authors import AuthorRules, people
from transforms.page.dates import DateHabits, DateWords, find_days
from transforms.page.places import Line, text_of

MAX_BARE_CHARACTERS = 90
"""Of a byline without a mark."""
MAX_AROUND_DAY = 40
"""Characters beside the day in a line without a mark: a name, a weekday, a time of day, how long it takes to read."""
MIN_TEASER_WORDS = 4
MAX_LINKS = 20
MIN_NAME_WORDS = 2
"""Of a name that only its place says is an author's, in scripts with spaces between words."""
FIRST_UNSPACED = "\u0e00"

_TIME_OF_DAY = re.compile(
    r"\b\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\.?|uhr|h|utc|gmt|[a-z]{2,4}t)?\b", re.IGNORECASE
)
_SENTENCE_ENDS = (".", "!", "?", "…", "。")
_ADDRESS_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})([/-]?)([01]\d)\2([0-3]\d)(?:(?!\d)|(?=\d{6}))")
"""A day alone, or at the start of a moment in digits."""


def visible_dates(lines: Sequence[Line], habits: DateHabits, words: DateWords) -> Iterator[str]:
    """Days of publication as lines give them, the most credible first: marked as such, then by their place.

    Args:
        lines: from :func:`transforms.page.places.article_lines`.
        habits: how the page writes dates.
        words: what pages say beside dates.

    Yields:
        An element's ``datetime``, or the day in its text (ISO 8601).
    """
    ranked: list[tuple[int, int, str]] = []
    for number, line in enumerate(lines):
        for rank, value in _days_in(line, habits, words):
            ranked.append((rank, number, value))
    return (value for _, _, value in sorted(ranked))


def visible_authors(lines: Sequence[Line], rules: AuthorRules, habits: DateHabits) -> tuple[str, ...]:
    """The people that the article's byline names: in its head, else after its text; empty without.

    Args:
        lines: from :func:`transforms.page.places.article_lines`.
        rules: the words around names.
        habits: how the page writes dates, which bylines are full of.
    """
    marked = [line for line in lines if line.is_byline]
    around = {ancestor for line in marked for ancestor in line.element.iterancestors()}
    inner = [line for line in marked if line.element not in around]
    bare = [line for line in lines if len(line.text) <= MAX_BARE_CHARACTERS and _opens_byline(line.text, rules)]
    for group in (
        [line for line in inner if line.in_head],
        [line for line in marked if line.in_head],
        [line for line in bare if line.in_head],
        [line for line in inner if not line.in_head][:1],
        [line for line in bare if not line.in_head][-1:],
    ):
        names = people((without_dates(line.text, habits) for line in group), rules)
        if found := tuple(name for name in names if _is_full_name(name)):
            return found
    return ()


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
    """The days in a line, each with its rank (0 is best); none where the line is no place for a date."""
    days = find_days(line.text, habits)
    is_time = line.element.tag == "time"
    if not days and not (is_time and line.element.get("datetime")):
        return
    names = line.element.get("itemprop", "")
    lowered = line.text.lower()
    if names == "dateModified" or (days and _says(lowered[: days[0][0][0]], words.updated)):
        rank = 5
    elif names == "datePublished" or _says(lowered, words.published):
        rank = 0 if line.in_head else 3
    elif line.is_date:
        if not line.in_head and _is_teasers(line.element):
            return
        rank = 1 if line.in_head else 4
    elif line.in_head and _is_little_else(line.text, days):
        rank = 2
    else:
        return
    if is_time and (given := line.element.get("datetime")):
        yield rank, given
    for _, day in days[:1]:
        yield rank, day.isoformat()


def _is_teasers(element: _Element) -> bool:
    """Whether a date stands with a link to another story, or in one."""
    parent = element.getparent()
    around = [] if parent is None else [parent, *islice(parent.iter("a"), MAX_LINKS)]
    return any(one.tag == "a" and len(text_of(one).split()) >= MIN_TEASER_WORDS for one in around)


def _is_little_else(text: str, days: Sequence[tuple[tuple[int, int], dt.date]]) -> bool:
    """Whether a line is a day with little around it, and no sentence about that day."""
    rest = len(text) - sum(end - start for (start, end), _ in days)
    return bool(days) and rest <= MAX_AROUND_DAY and not text.endswith(_SENTENCE_ENDS)


def _says(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


def _opens_byline(text: str, rules: AuthorRules) -> bool:
    """Whether a line begins like a byline and goes on with a capital: ``By Jane Doe``, not ``By the sea``."""
    lowered = text.lower()
    for opening in rules.openings:
        if lowered.startswith(opening) and lowered[len(opening) : len(opening) + 1] in (" ", ":"):
            return text[len(opening) :].lstrip(": ")[:1].isupper()
    return False


def _is_full_name(name: str) -> bool:
    words = name.split()
    return name[0] >= FIRST_UNSPACED or (
        len(words) >= MIN_NAME_WORDS and not words[0].islower() and not words[-1].islower()
    )
