"""Hard-wrapped text, whose lines were broken at a fixed width, back to one line for each paragraph.

E-mail, wire copy, archives and database exports break lines where the next word would pass a margin. Such a break is
*forced*: line, space and next word together are wider than the widest line of the text. The break after the last line
of a paragraph is not, as a rule. So the lengths of the lines alone tell which breaks to undo; no word is looked at.

A break between words becomes one space, and nothing is lost or moved: the offsets of the text stay as they were. Only
after a hyphen, and between characters of scripts that write no spaces, the break is taken out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

WIDTHS = (28, 132)
"""Margins of wrapped text in characters: columns of newspapers' archives to the widest terminals. Paragraphs that are
one line are longer."""

VERSE_WIDTH = 44
"""Margin below which the lines of poems and lists lie, too."""

MIN_FORCED_SHARE_IN_DOUBT = 0.9
"""Share of the breaks that are forced, where the text may be verse or is in a script whose sentences have no marks."""

DENSE_WIDTHS = (18, 66)
"""The same for Han, kana and Hangul, whose characters are twice as wide."""

MIN_FORCED = 3
"""Forced breaks from which a text is taken for wrapped: in a shorter text they may be chance."""

MIN_FORCED_SHARE = 0.35
"""Share of the breaks that are forced, of those that are not an item's or an indented paragraph's. Paragraphs of two
lines without an empty line between them have half; verse and lists, whose lines end where they like, a tenth to a
quarter."""

MIN_RUNNING_SHARE = 0.6
"""Share of the forced breaks that stand inside a sentence: no closing mark before them and no capital after them."""

MAX_OTHER_RUNNING = 0.1
"""Breaks that are not forced and stand inside a sentence, at most, as a share of all: verse runs on over any break."""

FEW = 2
"""As many are no sign of verse in a short text."""

RAGGED = 0.5
"""Share of the margin from which a line is one of running text; shorter ones may be verse that the text quotes."""

OUTLIERS = 20
"""One line, and one more in so many, may be longer than the margin."""

MAX_UNSPACED_WORD = 12
"""Characters of a word, at most, in scripts that write spaces only between phrases, as Thai does: what follows a break
may be a whole sentence, and only its first word had to find room."""

_FIRST_DENSE = "\u2e80"
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese, Khmer."""
_CLOSERS = "\"'”’»«›)]）】」』“"
_CLOSING_MARKS = tuple(".!?…:;؟۔։।॥。！？：；")
_ITEM = re.compile(r"[-*•·–—>]\s|\(?\d{1,3}[.)]\s|[-=*_#~]{3}")
"""How an item of a list, a quoted line of an e-mail or a rule begins: never the rest of the line before."""
_HYPHEN = re.compile(r"\w[-‐]\Z")


@dataclass(frozen=True, slots=True)
class _Break:
    """A line break between two lines that are not empty."""

    place: int
    """Of the line before it."""
    runs_on: bool
    needed: int
    """Characters that the line and the next word would have taken."""
    item: bool


def unwrap(text: str) -> str:
    """The text with its paragraphs joined where it is hard-wrapped; else the text itself.

    Args:
        text: clean text with LF line ends and no white space at the ends of its lines.
    """
    # an empty line after every line says nothing about paragraphs
    return _unwrapped(text, "\n\n" if text.count("\n") == 2 * text.count("\n\n") else "\n")


def _unwrapped(text: str, line_end: str) -> str:
    lines = text.split(line_end)
    widths = _possible_widths(lines)
    if not widths:
        return text
    breaks = _breaks(lines)
    width = next((width for width, least_share in widths if _is_wrapped_at(width, least_share, breaks)), None)
    if width is None:
        return text
    undone = {
        each.place for each in breaks if not each.item and (each.needed > width or _is_ragged(each, width, lines))
    }
    joined = lines[:1]
    for place, line in enumerate(lines[1:]):
        if place in undone:
            joined[-1] = _join(joined[-1], line)
        else:
            joined.append(line)
    return line_end.join(joined)


def _possible_widths(lines: Sequence[str]) -> list[tuple[int, float]]:
    """The margins that the text may be wrapped at, most likely first, each with the share of breaks that it must force.

    None for most texts.

    The margin is the longest line that is broken; where a few lines are longer, as an address or a row of a table may
    be, the longest of the others.
    """
    broken = [line for line, after in itertools.pairwise(lines) if line and after]
    if len(broken) < MIN_FORCED:
        return []
    longest = sorted(set(map(len, broken)), reverse=True)[: 2 + len(broken) // OUTLIERS]
    if longest[-1] > WIDTHS[1]:
        return []
    (low, high), sure = WIDTHS, VERSE_WIDTH
    if sum(map(_is_dense, broken)) * 2 > len(broken):
        low, high = DENSE_WIDTHS
        sure = low
    elif sum(map(_is_unspaced, broken)) * 2 > len(broken):
        sure = high + 1
    return [
        (width, MIN_FORCED_SHARE if width >= sure else MIN_FORCED_SHARE_IN_DOUBT)
        for width in longest
        if low <= width <= high
    ]


def _is_ragged(each: _Break, width: int, lines: Sequence[str]) -> bool:
    """Whether a wrapped text breaks a sentence before its margin, as hands and narrower quotations do."""
    goes_on = lines[each.place + 1].lstrip()[:1].islower()
    return each.runs_on and goes_on and len(lines[each.place]) >= RAGGED * width


def _breaks(lines: Sequence[str]) -> list[_Break]:
    return [
        _Break(place, _runs_on(line, after), len(line) + _next_word(line, after), _begins_anew(line, after))
        for place, (line, after) in enumerate(itertools.pairwise(lines))
        if line and after
    ]


def _is_wrapped_at(width: int, least_share: float, breaks: Sequence[_Break]) -> bool:
    judged = [each for each in breaks if not each.item]
    forced = [each for each in judged if each.needed > width]
    running = sum(each.runs_on for each in forced)
    other_running = sum(each.runs_on for each in judged) - running
    return (
        len(forced) >= max(MIN_FORCED, least_share * len(judged))
        and running >= MIN_RUNNING_SHARE * len(forced)
        and other_running <= max(FEW, MAX_OTHER_RUNNING * len(judged))
    )


def _next_word(line: str, after: str) -> int:
    """Characters that the first word of the next line would have added, its space included."""
    after = after.lstrip()
    if _is_dense(after[:1]):
        return 3 - _is_dense(line[-1:])  # one, and another for the mark that may not begin a line
    word = after.split(" ", 1)[0]
    if line.endswith("-") or "-" in word[1:-1]:  # what breaks lines may break at hyphens, too
        word = word.split("-", 1)[0] + "-"
    length = min(len(word), MAX_UNSPACED_WORD) if _is_unspaced(word) else len(word)
    return length + (not line.endswith("-"))


def _runs_on(line: str, after: str) -> bool:
    """Whether a sentence goes on over the break, as far as marks and capitals tell."""
    first = after.lstrip().lstrip(_CLOSERS + "‘„¿¡-–—")[:1]
    return not first.isupper() and not line.rstrip(_CLOSERS).endswith(_CLOSING_MARKS)


def _begins_anew(line: str, after: str) -> bool:
    """Whether the next line begins a paragraph or an item by its indent or mark."""
    if _ITEM.match(after.lstrip()):
        return True
    indent, before = _indent(after), _indent(line)
    hanging = _ITEM.match(line.lstrip()) is not None
    return indent > before and not hanging


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _join(line: str, after: str) -> str:
    after = after.lstrip()
    if _HYPHEN.search(line) or (_is_dense(line[-1:]) and _is_dense(after[:1])):
        return line + after
    return f"{line} {after}"


def _is_dense(text: str) -> bool:
    """Whether a text begins in a script that writes no spaces and breaks lines anywhere."""
    return text[:1] >= _FIRST_DENSE


def _is_unspaced(text: str) -> bool:
    """Whether a text begins in a script that writes spaces between phrases only."""
    return _UNSPACED.match(text.lstrip(_CLOSERS)) is not None
