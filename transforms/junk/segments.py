"""Segments of a line: the parts at its start and end and between separators, which may be junk by themselves.

Here is where a line can be divided, and which kinds of junk stand in which part. Whether a segment is junk the line
rules say (``rules``), as they do of a whole line; cutting belongs to ``strip``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Place = Literal["start", "end", "remnant", "piece"]

MIN_LINE = 40
"""Characters of a line that is divided: shorter ones are judged whole."""

END_CHARACTERS = 140
START_CHARACTERS = 80
"""So far from a line's end and start its last and its first sentence are looked for: junk that is run on to a paragraph
is short."""

MIN_PARAGRAPH = 60
"""Characters of a paragraph that a remnant can stand behind."""

MAX_PIECES = 8
"""Pieces between separators of one line: bounds the work on a line made of nothing else."""

_INVITATIONS = frozenset({"newsletter", "app", "donation", "paywall", "comment", "advertisement", "copyright", "promo"})

_AT_END = _INVITATIONS | {"disclaimer", "photo credit", "contributor"}

KINDS_AT: Mapping[Place, frozenset[str]] = {
    "start": _INVITATIONS,
    "end": _AT_END,
    "remnant": _AT_END | {"related link", "social", "interface"},
    "piece": _INVITATIONS | {"related link", "social", "photo credit", "interface", "relative time"},
}
"""Kinds of junk that a part of a line can be. A paragraph of article text may end in a pointer to another text, an
author's account or a date, and may hold such in brackets: these are junk only where they are alone on a line, where
they follow a paragraph's full stop and have none themselves, or where an inline rule knows their words."""

_QUOTES = frozenset("\"'“„«‘”")
_LAST = re.compile(r"""(?s:.*)[.!?…।؟۔。！？]["”’'»)\]」』]{0,2}(?:\s+|(?<=[。！？」』]))""")
_FIRST = re.compile(r"""[^.!?…।؟۔。！？]+[.!?…।؟۔。！？]["”’'»)\]」』]{0,2}(?:\s+|(?<=[。！？」』]))""")
"""What stands before the last sentence, and the first sentence; each is matched once, from its end or its start."""
_ENDS = (".", "!", "?", "…", ".”", '."', "?”", '?"', "!”", '!"', ".)", "。", "！", "？", "।", "؟", "۔")
_SEPARATORS = ("|", "｜", "•", "·")
_SEPARATOR = re.compile(r"\s[|｜•·]\s")
_ABBREVIATION = re.compile(r"(?:\b[A-Z][A-Za-z]{0,2}|\.[A-Za-z])\.\s+$")


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a line, by offsets in it."""

    place: Place
    start: int
    end: int
    """What is cut where the segment is junk."""
    inner: tuple[int, int]
    """What is judged: without the separator."""


def segments_of(line: str) -> Iterator[Segment]:
    """The segments of a line: its last sentence, its first, and its pieces.

    What stands before the last sentence is looked at where that is cut. What begins or ends within a quotation is said
    by somebody and no segment. A last sentence without a full stop can be a remnant of the page.
    """
    length = len(line)
    if length < MIN_LINE:
        return
    last = _end_of(_LAST, line, max(0, length - END_CHARACTERS), length - 1)
    if last is not None and _quotations_are_whole(line[last:]):
        is_remnant = last >= MIN_PARAGRAPH and not line.endswith(_ENDS)
        yield Segment("remnant" if is_remnant else "end", last, length, (last, length))
    first = _end_of(_FIRST, line, 0, START_CHARACTERS)
    if first is not None and _quotations_are_whole(line[:first]):
        yield Segment("start", 0, first, (0, first))
    for separator in _SEPARATORS:
        if separator in line:
            yield from _pieces(line)
            return


def _end_of(pattern: re.Pattern[str], line: str, start: int, end: int) -> int | None:
    """Where a match within a part of the line ends, unless that is behind an abbreviation."""
    found = pattern.match(line, start, end)
    if found is None or found.end() >= len(line):
        return None
    at = found.end()
    return at if not _ABBREVIATION.search(line, max(0, at - 8), at) else None


def _quotations_are_whole(words: str) -> bool:
    """Whether a segment neither is a quotation nor holds only a part of one."""
    return words[0] not in _QUOTES and words.count('"') % 2 == 0 and words.count("“") == words.count("”")


def _pieces(line: str) -> Iterator[Segment]:
    """The pieces between separators, each with the separator before it, the first with the one behind it."""
    found = list(itertools.islice(_SEPARATOR.finditer(line), MAX_PIECES))
    if not found:
        return
    yield Segment("piece", 0, found[0].end(), (0, found[0].start()))
    ends = [*(one.start() for one in found[1:]), len(line)]
    for separator, end in zip(found, ends, strict=True):
        yield Segment("piece", separator.start(), end, (separator.end(), end))
