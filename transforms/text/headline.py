"""The headline that stands at the top of a text: where it is, so that the strip stage can set it apart.

Only the place is found here. Cutting it, and the title of a page as its metadata gives it, do not belong here. What is
never a headline is data (``transforms/text/data/headline_refusals.toml``), read by ``flows``.
"""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from transforms.errors import DataFileError
from transforms.text.counts import MARKLESS

MAX_HEADLINE_CHARACTERS = 140
"""Longer first lines are paragraphs or standfirsts: of 22,441 news titles, 99 in 100 have at most 113 characters."""

MIN_HEADLINE_WORDS = 4
"""Shorter first lines are labels, places or names as often as headlines."""

MIN_UNSPACED_CHARACTERS = 9
"""The same for scripts that write no spaces."""

MIN_FOLLOWING_LINES = 2
"""A headline stands over something: at least two lines of text."""

LOOKED_AT_LINES = 4
"""Lines after the first that it is compared with."""

MAX_BLOCK_LINES = 4
"""Lines of byline, date, place and sharing that may stand between a headline and the text."""

MAX_BLOCK_CHARACTERS = 100
MAX_LABEL_WORDS = 3

TITLE_LINES = 3
"""Non-empty lines at the top among which the given title is looked for: a kicker or a credit may stand before it."""

MAX_LENGTH_SHARE = 0.6
"""How long a headline may be beside the longest of the lines that follow, where no empty line sets it apart."""

MIN_SHARED_WORDS = 0.8
"""Share of the words of both that a line and the given title have in common when one is the other's variant."""

MAX_ABBREVIATION_CHARACTERS = 4

_SENTENCE_ENDS = frozenset(".!?…。！？।॥؟۔։።:;,")
_CLOSING = "\"'”’»«›)]）】」』“"
_NOT_IN_HEADLINES = ("·", "•", "|", "http://", "https://", "@", "©", "</")
_QUESTIONS = frozenset("?!？！؟")
_OPENING = "\"'“‘„«「『【[¿¡-–—* "


class HeadlineRuleError(DataFileError):
    """An entry of the refusals file that is incomplete or breaks its own examples."""


@dataclass(frozen=True, slots=True)
class HeadlineRules:
    """How lines begin that look like headlines and are none; normalised by case-folding."""

    openings: tuple[str, ...] = ()

    def refuses(self, line: str) -> bool:
        """Whether the line begins like a label, a credit or interface text."""
        return line.casefold().startswith(self.openings)


NO_RULES = HeadlineRules()


def parse_headline_rules(text: str) -> HeadlineRules:
    """Rules from the text of a refusals file, checked against the examples in it.

    Raises:
        HeadlineRuleError: the text is not TOML, an entry lacks a key, or an example does not come out as it must.
    """
    try:
        entries: list[dict[str, Any]] = tomllib.loads(text).get("refusal", [])
    except tomllib.TOMLDecodeError as error:
        raise HeadlineRuleError(f"headline refusals are not TOML: {error}") from error
    for entry in entries:
        missing = {"openings", "reason", "refuse", "accept"} - entry.keys()
        if missing:
            raise HeadlineRuleError(f"headline refusals: an entry lacks {', '.join(sorted(missing))}: {entry}")
    rules = HeadlineRules(tuple(opening.casefold() for entry in entries for opening in entry["openings"]))
    for entry in entries:
        wrong = [line for line in entry["refuse"] if not rules.refuses(line)]
        wrong += [line for line in entry["accept"] if rules.refuses(line)]
        if wrong:
            raise HeadlineRuleError(f"headline refusals: {wrong[0]!r} comes out wrong")
    return rules


def find_headline(text: str, given_title: str | None = None, rules: HeadlineRules = NO_RULES) -> tuple[int, int] | None:
    """The span of the headline line at the top of a text.

    With a given title, only a line that is this title, or a near variant of it, is the headline: what else stands at
    the top is then a standfirst or the first paragraph. Without one, it is the first line, where that line is short, no
    sentence, no byline, dateline or label, and set apart from paragraphs that are unlike it.

    Args:
        text: clean text with LF line ends and no leading empty line.
        given_title: the document's title as the input or the page gives it.
        rules: how lines begin that are never headlines.

    Returns:
        Offsets (start, end) of the line without its line end, or None.
    """
    if given_title and (key := title_key(given_title)):
        return _find_title(text, key)
    end = text.find("\n", 0, MAX_HEADLINE_CHARACTERS + 1)
    if end <= 0:
        return None
    line = text[:end]
    following = _following_lines(text, end, rules)
    if rules.refuses(line) or not _looks_like_headline(line) or not _stands_over(line, text, end, following):
        return None
    return (0, end)


@lru_cache(maxsize=1_024)
def title_key(title: str) -> str:
    """What two writings of one title have in common: its letters and digits, case-folded, words by single spaces."""
    folded = unicodedata.normalize("NFKC", title[: 4 * MAX_HEADLINE_CHARACTERS]).casefold()
    return " ".join(
        "".join([c if c.isalnum() or unicodedata.combining(c) else " " for c in folded if c != "\u00ad"]).split()
    )


def _find_title(text: str, key: str) -> tuple[int, int] | None:
    """The first of the top lines that is the given title."""
    start = 0
    for _ in range(TITLE_LINES):
        while text.startswith("\n", start):
            start += 1
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        if line and len(line) <= 2 * len(key) + MIN_UNSPACED_CHARACTERS and _is_same_title(line, key):
            return (start, end)
        start = end
    return None


def _is_same_title(line: str, title: str) -> bool:
    """Whether a line is the title or, where it is no sentence, a variant of it."""
    key = title_key(line)
    if key == title:
        return True
    mine, its = set(key.split()), set(title.split())
    if min(len(mine), len(its)) < MIN_HEADLINE_WORDS or not _looks_like_headline(line):
        return False
    return len(mine & its) >= MIN_SHARED_WORDS * max(len(mine), len(its))


def _following_lines(text: str, end: int, rules: HeadlineRules) -> list[str]:
    """The next non-empty lines after an offset, at most LOOKED_AT_LINES; the block of the byline is passed over."""
    lines: list[str] = []
    while end < len(text) and len(lines) < LOOKED_AT_LINES + MAX_BLOCK_LINES:
        start = end + 1
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end > start:
            lines.append(text[start:end])
    block = next((place for place, line in enumerate(lines) if not _is_of_block(line, rules)), 0)
    return lines[block if block <= MAX_BLOCK_LINES else 0 :][:LOOKED_AT_LINES]


def _is_of_block(line: str, rules: HeadlineRules) -> bool:
    """Whether a line is a byline, a date or a label, as they stand under a headline."""
    if len(line) > MAX_BLOCK_CHARACTERS or _ends_sentence(line):
        return False
    return rules.refuses(line) or any(map(str.isdigit, line)) or 0 < len(line.split()) <= MAX_LABEL_WORDS


def _looks_like_headline(line: str) -> bool:
    """Whether the line by itself can be a headline; one that ends like a question is for the caller to doubt."""
    bare = line.rstrip(_CLOSING + " ")
    if not bare or bare[-1] in _SENTENCE_ENDS - _QUESTIONS or line[-1] in ")）":
        return False
    first = line.lstrip(_OPENING)[:1]
    if not first or first == "(" or first.islower() or any(mark in line for mark in _NOT_IN_HEADLINES):
        return False
    if _is_unspaced(line):
        return len(line) >= MIN_UNSPACED_CHARACTERS
    words = line.split()
    return (
        len(words) >= MIN_HEADLINE_WORDS
        and not any(map(_ends_inner_sentence, words[:-1]))
        and not any(map(_is_credit, words))
    )


def _ends_inner_sentence(word: str) -> bool:
    """``night.`` but not ``U.S.``, ``Sen.`` or ``2.0``: within a headline, a full stop belongs to an abbreviation."""
    bare = word.rstrip(_CLOSING)
    return bare[-1:] == "." and len(bare) > MAX_ABBREVIATION_CHARACTERS and "." not in bare[:-1]


def _is_credit(word: str) -> bool:
    """``Song/Reuters``: a photographer and an agency."""
    before, slash, after = word.partition("/")
    return bool(slash) and before[-1:].isalpha() and after[:1].isupper()


def _stands_over(line: str, text: str, end: int, following: list[str]) -> bool:
    """Whether what follows is text of another kind than the line: sentences, and longer."""
    if len(following) < MIN_FOLLOWING_LINES or following[0][:1].islower():
        return False
    set_apart = text.startswith("\n\n", end) and not _all_set_apart(text, end)
    if _ends_sentence(line) and not set_apart:
        return False
    limit = 1.0 if set_apart else MAX_LENGTH_SHARE
    if len(line) > limit * max(map(len, following)):
        return False
    prose = sum(_ends_sentence(below) or _is_longer_without_mark(below, line) for below in following)
    return prose * 2 >= len(following) or _is_lead(line, following[0])


def _is_longer_without_mark(below: str, line: str) -> bool:
    """Whether a line below may be a sentence in a script that marks none: it is longer than the headline."""
    return len(below) > len(line) and MARKLESS.match(below.lstrip(_OPENING)) is not None


def _is_lead(line: str, first: str) -> bool:
    """Whether the first line below is a paragraph: a list, results or verse may follow it."""
    return _ends_sentence(first) and len(line) <= MAX_LENGTH_SHARE * len(first)


def _ends_sentence(line: str) -> bool:
    bare = line.rstrip(_CLOSING + " ")
    return bool(bare) and bare[-1] in _SENTENCE_ENDS


def _all_set_apart(text: str, end: int) -> bool:
    """Whether empty lines stand between all lines, so that one after the first says nothing."""
    window = text[end : end + 5_000]
    return window.count("\n\n") * 2 >= window.count("\n")


def _is_unspaced(line: str) -> bool:
    """Whether the line is in a script without spaces between words (Han, Kana, Thai and its neighbours)."""
    return sum(
        "\u0e00" <= c <= "\u0eff" or "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" for c in line
    ) * 2 > len(line)
