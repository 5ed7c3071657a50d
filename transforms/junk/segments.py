"""Segments of a line: parts at its start, at its end, between separators and in brackets, that may be junk by themselves.

Here is where a line can be divided, and which kinds of junk stand in which part. Whether a segment is junk the line
rules say (``rules``), as they do of a whole line; cutting belongs to ``strip``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Place = Literal["start", "end", "piece", "brackets"]

MIN_LINE = 40
"""Characters of a line that is divided: shorter ones are judged whole."""

END_CHARACTERS = 320
START_CHARACTERS = 200
"""So far from a line's end and start its sentences are looked at."""

MAX_SENTENCES = 3
"""Sentences at an end of the line, one after the other, that may be junk together."""

MIN_BRACKET_SPACES = 2
"""One or two words in brackets are as often an author's aside: "(copy)", "(see below)"."""

MAX_PIECES = 8
"""Pieces between separators, and brackets, of one line: bounds the work on a line made of nothing else."""

_INVITATIONS = frozenset({"newsletter", "app", "donation", "paywall", "comment", "advertisement", "copyright", "promo"})

KINDS_AT: Mapping[Place, frozenset[str]] = {
    "start": _INVITATIONS,
    "end": _INVITATIONS | {"related link", "disclaimer", "photo credit", "contributor"},
    "piece": _INVITATIONS | {"related link", "social", "photo credit", "interface", "relative time"},
    "brackets": frozenset({"related link", "advertisement", "photo credit", "newsletter", "copyright"}),
}
"""Kinds of junk that a part of a line can be. What names a place, a person or a time stands in brackets and at the end
of paragraphs of article text too: such kinds are junk only where they are alone on a line."""

_QUOTES = frozenset("\"'“„«‘”")
_SENTENCE_END = re.compile(r"""[.!?…।؟۔]["”’'»)\]]{0,2}\s+|[。！？][」』”]?""")
_SEPARATOR = re.compile(r"\s[|｜•·]\s")
_BRACKETS = re.compile(r"[(\[（【][^()\[\]（）【】]{3,240}[)\]）】]")
_ABBREVIATION = re.compile(r"(?:\b[A-Z][A-Za-z]{0,3}|\.[A-Za-z])\.\s+$")


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a line, by offsets in it."""

    place: Place
    start: int
    end: int
    """What is cut where the segment is junk."""
    inner: tuple[int, int]
    """What is judged: without the brackets around it."""


def segments_of(line: str) -> Iterator[Segment]:
    """The segments of a line; where several of one place overlap, the shorter come first.

    What begins or ends within a quotation is said by somebody and no segment.
    """
    if len(line) >= MIN_LINE:
        found = itertools.chain(_at_the_end(line), _at_the_start(line), _pieces(line), _in_brackets(line))
        yield from (one for one in found if _quotations_are_whole(line[one.start : one.end]))


def _quotations_are_whole(words: str) -> bool:
    """Whether a segment neither is a quotation nor holds only a part of one."""
    return words[:1] not in _QUOTES and words.count('"') % 2 == 0 and words.count("“") == words.count("”")


def _at_the_end(line: str) -> Iterator[Segment]:
    ends = _sentence_ends(line, max(0, len(line) - END_CHARACTERS), len(line))
    for start in ends[: -MAX_SENTENCES - 1 : -1]:
        yield Segment("end", start, len(line), (start, len(line)))


def _at_the_start(line: str) -> Iterator[Segment]:
    for end in _sentence_ends(line, 0, START_CHARACTERS)[:MAX_SENTENCES]:
        yield Segment("start", 0, end, (0, end))


def _sentence_ends(line: str, start: int, end: int) -> list[int]:
    """Where sentences begin behind others between two offsets of the line."""
    ends = [found.end() for found in _SENTENCE_END.finditer(line, start, end)]
    return [at for at in ends if at < len(line) and not _ABBREVIATION.search(line, max(0, at - 8), at)]


def _in_brackets(line: str) -> Iterator[Segment]:
    for found in itertools.islice(_BRACKETS.finditer(line), MAX_PIECES):
        start, end = found.start() + 1, found.end() - 1
        if line.count(" ", start, end) >= MIN_BRACKET_SPACES:
            yield Segment("brackets", found.start(), found.end(), (start, end))


def _pieces(line: str) -> Iterator[Segment]:
    found = list(itertools.islice(_SEPARATOR.finditer(line), MAX_PIECES))
    starts = [0, *(one.end() for one in found)]
    ends = [*(one.start() for one in found), len(line)]
    if found:
        for start, end in zip(starts, ends, strict=True):
            yield Segment("piece", *_with_separator(start, end, found), (start, end))


def _with_separator(start: int, end: int, separators: list[re.Match[str]]) -> tuple[int, int]:
    """A piece with the separator before it, of the first piece with the one behind it."""
    if start == 0:
        return 0, separators[0].end()
    return next(one.start() for one in separators if one.end() == start), end
