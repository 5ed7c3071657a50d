"""What the line model sees of a document's lines: each line's own shape and words, and what stands around it.

Everything here is arithmetic over lines that the caller has split; no weights, no thresholds on scores and no decision
belong here: those are ``line_model``'s. Training computes its rows with the same functions, so that the model meets in
use what it learned from.

A row depends on the lines that are there and on which of them are already cut, never on cuts of an earlier look: where
nothing is cut any more, looking again gives the same rows.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from transforms.junk.hints import Hints

PROSE_LENGTH = 110
"""Characters from which a line with a sentence's end counts as prose around others."""

DENSE_PROSE_LENGTH = 40
"""The same for scripts that write a syllable or a word in one character."""

_DENSE_FROM = "\u2e80"
"""From here on stand kana, Han and Hangul."""

PARAGRAPH_LENGTH = 40
"""Characters of a sentence that can be a paragraph between sub-headings."""

SUB_HEADING_WORDS, SUB_HEADING_LENGTH = 5, 40
"""A sub-heading is not longer."""

CANDIDATE_LENGTH = 130
"""Shorter lines are judged, and longer ones without a sentence's end; on the labelled articles they are a third of the
lines and 99% of the junk."""

CUED_LENGTH = 450
"""So long a line is judged in spite of its sentence's end, where it has one of :data:`_CUES`."""

_CUES = (
    *("ign up", "ubscri", "ewsletter", "heck out", "http", "www.", "isit ", "ownload", "lick "),
    *("upplied", "esponsible"),
)
"""Parts of words that long lines of junk have and few lines of prose. One hint more, taken cheaply."""

READ_CHARACTERS = 600
"""Of a longer line only so much is read: what it is shows at its start."""

READ_WORDS = 40
_WORD_SPACE = 8
"""Characters in which a word of a sample is looked for."""

TEXT_CHARACTERS = 3000
"""So much of a document's prose is compared with a line's words: who and what it is about stands there."""

LONG_WORD = 4
"""Letters from which a word counts as one of content, unless it is a stop word."""

HEADLINE_CAPITALS = 0.7
HEADLINE_WORDS = 4
MAX_LABEL = 30
"""Characters of a label before a colon, such as READ MORE."""
SHORT_WORDS = 8
WHOLE_WORDS = 6
NEAR = 10
"""Counts of lines above and below are cut off here: further away is far away."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")  # one character class and a bounded tail: linear
_MARKS = (",", ".", ":", "?", "“", "”", '"', "(", ")", "—")
_DIGITS = re.compile(r"[0-9]+")
_SENTENCE_END = (
    *(".", "!", "?", '."', ".”", "?”", "!”", ".)", '?"', '!"', ".'", ".’", "?’", "!’", ".]"),
    *("。", "！", "？", "।", "؟", "。」", "。”"),
)
_STOP_WORDS = frozenset(
    word
    for line in (
        "the a an of to in and that is was for it with as on by at from be are were this have has had he she they his",
        "her their its not but or who which will would said says been more than about into after over when what we i",
        "you our your my me us them him there if so no can could may all also new up out one two",
    )
    for word in line.split()
)
_VERBS = frozenset(
    ("is", "was", "were", "are", "be", "been", "has", "have", "had", "will", "would", "could", "should", "said", "says")
) | frozenset(("did", "does", "do", "can", "may"))

FEATURES: dict[str, tuple[str, str]] = {
    # the line itself: what a low and what a high value say, for people
    "words": ("few words", "many words"),
    "length": ("short line", "long line"),
    "sentence_end": ("no full stop", "ends like a sentence"),
    "colon_end": ("no colon at the end", "ends with a colon"),
    "question_end": ("no question mark at the end", "ends with a question mark"),
    "dots_end": ("does not trail off", "trails off in dots"),
    "lower_start": ("begins with a capital or sign", "begins in lower case"),
    "digit_start": ("does not begin with a number", "begins with a number"),
    "quote_start": ("does not begin with a quotation", "begins with a quotation"),
    "sign_start": ("begins with a letter", "begins with a sign"),
    "quotes": ("no quotation", "has a quotation"),
    "colon_early": ("no label before it", "begins with a label and a colon"),
    "brackets": ("not in brackets", "stands in brackets"),
    "bracket_end": ("no bracket at the end", "ends with a bracket"),
    "separators": ("no separators", "has separators such as bars and slashes"),
    "address": ("no address", "has an address or account name"),
    "capitals": ("few words with capitals", "most words with capitals"),
    "upper": ("few words in capitals", "words in capitals"),
    "digits": ("few digits", "many digits"),
    "letters": ("many signs", "mostly letters"),
    "commas": ("few commas", "many commas"),
    "small_words": ("few small words, like a headline", "small words, like a sentence"),
    "verbs": ("no auxiliary verb", "has an auxiliary verb"),
    "you": ("does not address the reader", "addresses the reader"),
    "content_words": ("few words of content", "many words of content"),
    "placed_rule": ("no rule knows it", "a rule takes such lines elsewhere in a text"),
    # what its words say
    "junk_sum": ("wording of article text", "wording of junk"),
    "junk_mean": ("words of article text", "words that junk is made of"),
    "headline_mean": ("not worded like a headline", "worded like a headline"),
    "known": ("words never met", "words met in training"),
    # the document
    "text_known": ("a language of few known words", "a language of known words"),
    "lines": ("few lines in the text", "many lines in the text"),
    "short_share": ("the text has few short lines", "the text has many short lines"),
    "capitals_usual": ("few capitals in the other lines", "many capitals in the other lines"),
    "capitals_over_usual": ("no more capitals than the other lines", "more capitals than the other lines"),
    "capitals_styled": ("few short lines in headline style", "other short lines in headline style too"),
    "title_words": ("shares no words with the title", "shares words with the title"),
    "title_covered": ("does not repeat the title", "repeats the title"),
    "text_words": ("its words do not come up in the text", "its words come up in the text"),
    "repeated": ("stands once", "stands more than once"),
    # its place
    "above": ("near the start of the text", "not near the start"),
    "below": ("near the end of the text", "not near the end"),
    "depth": ("early in the text", "late in the text"),
    "prose_above": ("before the text's prose", "after paragraphs of prose"),
    "prose_below": ("after the last paragraph", "before paragraphs of prose"),
    "run_length": ("stands alone between paragraphs", "among other short lines"),
    "run_place": ("first of its short lines", "later in a run of short lines"),
    "run_junk": ("its neighbours look like text", "its neighbours look like junk"),
    "run_headlines": ("its neighbours are no headlines", "looks like other headlines beside it"),
    "run_cut": ("none of its neighbours is cut", "its neighbours are cut"),
    "length_above": ("a short line above", "a long line above"),
    "length_below": ("a short line below", "a long line below"),
    "junk_above": ("text above", "junk above"),
    "junk_below": ("text below", "junk below"),
    "junk_below_next": ("text two lines below", "junk two lines below"),
    "since_cut": ("just below a cut line", "far below any cut line"),
    "until_cut": ("just above a cut line", "far above any cut line"),
    "cuts_above": ("nothing cut above", "lines cut above"),
    "cuts_below": ("nothing cut below", "lines cut below"),
    "opened": ("under no heading of links", "under a heading of links"),
}
"""The columns of a row, in order, each with what a low and a high value say in words."""

CUT_SCORE = 2.0
"""Stands in for the score of the words of a line that is cut already."""

PROSE_SCORE = -1.5
"""Stands in for the score of the words of prose, which is not read."""

_ALONE, _PAIR, _START, _END, _SHORT, _WHOLE = (crc32(mark) for mark in (b"u", b"b", b"s", b"e", b"v", b"x"))
"""What the hashes of a line's words begin with, by what the words are in it."""

_NO_NEIGHBOURS = -5.0
_HEADING_WORDS = 6

Floats = npt.NDArray[np.float64]


class WordScores(NamedTuple):
    """What a model's word tables say of a line."""

    junk: float
    """Sum of the weights; above 0 for words of junk."""
    junk_mean: float
    headline_mean: float
    """Above 0 for a headline's words, against those of short lines of article text."""
    known: float
    """Share of the words that were met in training."""


class LineShape(NamedTuple):
    """One line by itself, which stays as it is whatever is cut around it; a tuple, as every line makes one."""

    text: str
    prose: bool
    sentence: bool
    """Whether it ends like one."""
    candidate: bool = False
    """Whether its words are read."""
    placed_rule: bool = False
    spelled: tuple[str, ...] = ()
    """Words of a candidate as they are written."""
    words: tuple[str, ...] = ()
    """Lower case; at most :data:`READ_WORDS`."""
    hints: tuple[float, ...] = ()
    """The last columns of its row."""


class LineMarks(NamedTuple):
    """What a line that is judged shows by itself beyond its shape."""

    own: tuple[float, ...]
    """The first columns of its row."""
    content: frozenset[str]
    """Its words of content."""
    capitals: float
    """Share of its longer words that begin with one."""
    styled: bool
    """Whether it looks like a headline."""


@dataclass(frozen=True, slots=True)
class LineView:
    """A document's lines that are not empty, as the rules leave them; one entry a line in each field."""

    numbers: tuple[int, ...]
    """Lines of the extracted text, from 1."""
    texts: tuple[str, ...]
    """Without what is cut inside them, and without white space around them."""
    placed_rule: tuple[bool, ...]
    """Whether a rule that is bound to a place in the text has matched it."""
    cut_kinds: tuple[str | None, ...]
    """The kind of junk of a line that is cut already."""


@dataclass(slots=True)
class Line:
    """A line of a document as the model looks at it."""

    shape: LineShape
    cut: bool = False
    heads_links: bool = False
    """Whether it is cut and, standing alone, opens a list of links to other stories."""
    _marks: LineMarks | None = None

    @property
    def prose(self) -> bool:
        """Whether it is a paragraph that stays."""
        return self.shape.prose and not self.cut

    @property
    def marks(self) -> LineMarks:
        """Read when it is first judged: two thirds of the candidates never are."""
        if self._marks is None:
            self._marks = _marks_of(self.shape)
        return self._marks


def column_names(hints: Hints) -> tuple[str, ...]:
    """The columns of a row, in order."""
    return (*FEATURES, *(hint.id for hint in hints.hints))


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return text.endswith(_SENTENCE_END)


def outline_of(text: str) -> LineShape:
    """What a line that is cut shows to the lines around it."""
    return LineShape(text, prose=False, sentence=False)


def shape_of(text: str, hints: Hints, placed_rule: bool = False) -> LineShape:
    """A line's shape.

    Args:
        text: the line without white space around it.
        hints: the wordings to look for.
        placed_rule: whether a rule that is bound to another place of the text would take it.
    """
    if not text:
        return outline_of(text)
    ends = ends_sentence(text)
    prose = ends and len(text) >= prose_length(text)
    if ends and len(text) >= CANDIDATE_LENGTH and not _has_cue(text):
        return LineShape(text, prose, ends)
    read = text[:READ_CHARACTERS]
    spelled = tuple(_WORD.findall(read))
    words = tuple([word.lower() for word in spelled[:READ_WORDS]])
    return LineShape(text, prose, ends, True, placed_rule, spelled, words, hints.of(read))


def is_prose(text: str) -> bool:
    """Whether a line is a paragraph of text."""
    return bool(text) and ends_sentence(text) and len(text) >= prose_length(text)


def prose_length(text: str) -> int:
    """Characters from which a line in the script of its middle counts as prose."""
    return DENSE_PROSE_LENGTH if text[len(text) // 2] >= _DENSE_FROM else PROSE_LENGTH


def _marks_of(shape: LineShape) -> LineMarks:
    content = frozenset(word for word in shape.words if len(word) >= LONG_WORD and word not in _STOP_WORDS)
    capitals = _capital_share(shape.spelled)
    styled = capitals >= HEADLINE_CAPITALS and len(shape.words) >= HEADLINE_WORDS and not shape.sentence
    own = (*_own_features(shape, capitals), float(len(content)), float(shape.placed_rule))
    return LineMarks(own, content, capitals, styled)


def _has_cue(text: str) -> bool:
    if len(text) < CUED_LENGTH:
        for cue in _CUES:  # not any(): a third of the time
            if cue in text:
                return True
    return False


def _capital_share(words: Sequence[str]) -> float:
    long = [word for word in words if len(word) >= LONG_WORD]
    return sum(word[0].isupper() for word in long) / len(long) if long else 0.0


def _own_features(shape: LineShape, capitals: float) -> tuple[float, ...]:
    line, found, words = shape.text[:READ_CHARACTERS], shape.spelled, shape.words
    count, length = len(found) or 1, len(line)
    first, last = line[0], line[-1]
    colon = line.find(":")
    return (
        math.log1p(len(found)),
        math.log1p(length),
        float(shape.sentence),
        float(last == ":"),
        float(last == "?"),
        float(line.endswith(("…", "..."))),
        float(first.islower()),
        float(first.isdigit()),
        float(first in "\"“‘'"),
        float(not first.isalnum() and first not in "\"“‘'"),
        float('"' in line or "“" in line),
        float(0 < colon <= MAX_LABEL and colon < length - 1),
        float(first in "([" and last in ")]"),
        float(last in ")]"),
        float(sum(map(line.count, "|/•·»"))),
        float("@" in line or "http" in line or "www." in line or ".com" in line),
        capitals,
        sum(len(word) > 1 and word.isupper() for word in found) / count,
        sum(map(line.count, "0123456789")) / length,
        sum(map(len, found)) / length,
        line.count(",") / count,
        sum(map(_STOP_WORDS.__contains__, words)) / count,
        sum(map(_VERBS.__contains__, words)) / count,
        float("you" in words or "your" in words),
    )


def lines_of(view: LineView, hints: Hints) -> list[Line]:
    """A document's lines with their shapes."""
    return [
        Line(shape_of(text, hints, placed))
        if kind is None
        else Line(outline_of(text), cut=True, heads_links=heads_links(text, kind))
        for text, placed, kind in zip(view.texts, view.placed_rule, view.cut_kinds, strict=True)
    ]


def grams(shape: LineShape) -> list[int]:
    """CRC-32 of the features of a judged line's words: single words and pairs, its first and last, its length and ends.

    Of a short line also each word as a short line's, and all of it together.
    """
    encoded = "\n".join(shape.words).encode("utf-8", "replace").split(b"\n")
    # Not strict: a line without words is split into one empty string, which is no word.
    words = [b"0" if word.isdigit() else data for word, data in zip(shape.words, encoded, strict=False)]
    count, line = len(words), shape.text
    features = [crc32(word, _ALONE) for word in words]
    features += [crc32(b" " + after, crc32(word, _PAIR)) for word, after in itertools.pairwise(words)]
    features += [crc32(b" ".join(words[:size]), _START) for size in range(1, min(3, count) + 1)]
    features += [crc32(b" ".join(words[-size:]), _END) for size in range(1, min(2, count) + 1)]
    if count <= SHORT_WORDS:
        features += [crc32(word, _SHORT) for word in words]
    if count <= WHOLE_WORDS:
        features.append(crc32(b" ".join(words), _WHOLE))
    first = line[0] if not line[0].isalpha() else "A" if line[0].isupper() else "a"
    size = "S" if count < SHORT_WORDS else "L"
    for feature in (f"l{min(count, 12)}", f"c{line[-1]}{size}", f"f{first}"):
        features.append(crc32(feature.encode("utf-8", "replace")))
    return list(set(features))


def word_hashes(shape: LineShape) -> list[int]:
    """CRC-32 of a judged line's single words, by which a model knows whether it has met them."""
    return [word_hash(word) for word in shape.words if not word.isdigit()]


def first_words(text: str, count: int = READ_CHARACTERS) -> list[str]:
    """The first words of any line, in lower case, numbers left out; no more than stand in its first characters."""
    words = _WORD.findall(text[: min(READ_CHARACTERS, count * _WORD_SPACE)].lower())
    return [word for word in words if not word.isdigit()][:count]


def sample_hashes(text: str, count: int) -> list[int]:
    """CRC-32 of the first words of any line."""
    return [word_hash(word) for word in first_words(text, count)]


def word_hash(word: str) -> int:
    """CRC-32 of one word in lower case."""
    return crc32(word.encode("utf-8", "replace"), _ALONE)


def text_words(lines: Iterable[Line]) -> frozenset[str]:
    """The words of the first lines of prose, in lower case, without the punctuation at their ends."""
    prose = " ".join(line.shape.text for line in lines if line.prose)[:TEXT_CHARACTERS].lower()
    for mark in _MARKS:
        prose = prose.replace(mark, " ")
    return frozenset(prose.split())


def title_words(title: str | None) -> frozenset[str]:
    """The words of content of a title."""
    words = (word.lower() for word in _WORD.findall((title or "")[:READ_CHARACTERS]))
    return frozenset(word for word in words if len(word) >= LONG_WORD and word not in _STOP_WORDS)


def suspects(lines: Sequence[Line], scores: Sequence[WordScores | None]) -> list[int]:
    """The positions of the lines that are to be judged: candidates that are not cut and not plainly text.

    Args:
        lines: the document's lines in order.
        scores: of each candidate; None for the others.
    """
    return [
        place
        for place, (line, score) in enumerate(zip(lines, scores, strict=True))
        if score is not None and not line.cut and suspect(line.shape, score)
    ]


def rows(
    lines: Sequence[Line],
    scores: Sequence[WordScores | None],
    judged: Sequence[int],
    title: frozenset[str],
    text: frozenset[str],
    known: float,
) -> Floats:
    """The rows of the lines that are to be judged, a matrix (judged lines, features and hints).

    Args:
        lines: the document's lines in order; those that are cut still show their neighbours what stood there.
        scores: of each candidate; None for the others.
        judged: positions of :func:`suspects`; at least one.
        title: :func:`title_words` of the document's title.
        text: :func:`text_words` of its lines.
        known: share of the words of its prose that were met in training.
    """
    whole, styled = _document_features(lines, judged)
    alike = [_alike(lines[place].shape.text) for place in judged]
    copies = Counter(alike)
    places = _place_features(lines, scores, judged)
    matrix = []
    for place, same, around in zip(judged, alike, places, strict=True):
        marks, score = lines[place].marks, scores[place]
        assert score is not None
        relations = (
            marks.capitals - whole[2],
            min(styled - marks.styled, NEAR),
            *_shared_words(marks.content, title, text),
            min(copies[same] - 1, 3),
        )
        matrix.append((*marks.own, *score, known, *whole, *relations, *around, *lines[place].shape.hints))
    return np.array(matrix)


def is_sub_heading(lines: Sequence[Line], place: int) -> bool:
    """Whether a few plain words stand alone between two sentences of a text, as its sub-headings do.

    Of 580 such judged lines 42 are junk, and three of these look more like it than the others do.
    """
    if not 0 < place < len(lines) - 1:
        return False
    around = (lines[place - 1], lines[place + 1])
    if any(line.cut or not line.shape.sentence or len(line.shape.text) < PARAGRAPH_LENGTH for line in around):
        return False
    shape = lines[place].shape
    plain = all(character.isalpha() or character in " '’-" for character in shape.text)
    few = 1 < len(shape.words) <= SUB_HEADING_WORDS and len(shape.text) <= SUB_HEADING_LENGTH
    return few and plain and not shape.text[0].islower()


def suspect(shape: LineShape, score: WordScores) -> bool:
    """Whether a candidate is judged at all: what ends like a sentence and has neither a hint nor words of junk is text.

    Two thirds of the candidates are such lines, and one in fifty of those that the trees would take.
    """
    return not shape.sentence or score.junk > 0 or any(shape.hints)


def _document_features(lines: Sequence[Line], judged: Sequence[int]) -> tuple[tuple[float, ...], int]:
    """What is the same for all lines of a document, and how many lines are in the style of headlines."""
    marks = [lines[place].marks for place in judged]
    short = sum(len(line.shape.text) < PROSE_LENGTH for line in lines) / len(lines)
    capitals = sum(one.capitals for one in marks) / len(judged)
    return (math.log1p(len(lines)), short, capitals), sum(one.styled for one in marks)


def _alike(line: str) -> str:
    return _DIGITS.sub("0", line.lower())


def _shared_words(content: frozenset[str], title: frozenset[str], text: frozenset[str]) -> tuple[float, float, float]:
    count, shared = len(content) or 1, len(content & title)
    return shared / count, shared / (len(title) or 1), len(content & text) / count


def _place_features(
    lines: Sequence[Line], scores: Sequence[WordScores | None], judged: Sequence[int]
) -> list[tuple[float, ...]]:
    """The last columns but the hints of the rows of some lines."""
    count = len(lines)
    cut = [line.cut for line in lines]
    prose = [line.prose for line in lines]
    junk = [_junk_of(line, score) for line, score in zip(lines, scores, strict=True)]
    headline = [0.0 if score is None else score.headline_mean for score in scores]
    lengths = [len(line.shape.text) for line in lines]
    prose_above = [0, *itertools.accumulate(prose)]
    cuts_above = [0, *itertools.accumulate(cut)]
    since, until = _distances(cut), _distances(reversed(cut))[::-1]
    headings_above = [0, *itertools.accumulate(line.heads_links for line in lines)]
    spans = [math.log1p(length) for length in lengths]
    features = []
    summed = 0, 0
    for place, (start, end) in zip(judged, _runs(prose, judged), strict=True):
        if (start, end) != summed:
            sums = (sum(junk[start:end]), sum(headline[start:end]), cuts_above[end] - cuts_above[start])
            summed = start, end
        features.append(
            (
                min(place, NEAR),
                min(count - 1 - place, NEAR),
                place / count,
                min(prose_above[place], NEAR),
                min(prose_above[count] - prose_above[place + 1], NEAR),
                0 if prose[place] else min(end - start, NEAR),
                min(place - start, NEAR),
                *_of_the_others(sums, (junk[place], headline[place], cut[place]), end - start - 1),
                spans[place - 1] if place else 0.0,
                spans[place + 1] if place + 1 < count else 0.0,
                junk[place - 1] if place else 0.0,
                junk[place + 1] if place + 1 < count else 0.0,
                junk[place + 2] if place + 2 < count else 0.0,
                since[place],
                until[place],
                min(cuts_above[place], NEAR),
                min(cuts_above[count] - cuts_above[place + 1], NEAR),
                headings_above[place] > headings_above[start],
            )
        )
    return features


def _junk_of(line: Line, score: WordScores | None) -> float:
    if line.cut:
        return CUT_SCORE
    return PROSE_SCORE if score is None else score.junk_mean


def _runs(prose: Sequence[bool], places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """For lines in order the stretch that each is in: lines that are not prose together, a line of prose by itself."""
    start = end = 0
    for place in places:
        if prose[place]:
            yield place, place + 1
            continue
        if place >= end:
            start = end = place
            while start and not prose[start - 1]:
                start -= 1
            while end < len(prose) and not prose[end]:
                end += 1
        yield start, end


def _of_the_others(sums: tuple[float, float, int], own: tuple[float, float, bool], count: int) -> tuple[float, ...]:
    """Means over the other lines of a run."""
    if not count:
        return _NO_NEIGHBOURS, 0.0, -1.0
    return tuple((total - mine) / count for total, mine in zip(sums, own, strict=True))


def _distances(marks: Iterable[bool]) -> list[int]:
    """How many lines lie between each line and the marked one before it, :data:`NEAR` where there is none so near."""
    distances = []
    distance = NEAR
    for marked in marks:
        distances.append(min(distance, NEAR))
        distance = 0 if marked else distance + 1
    return distances


def heads_links(text: str, kind: str) -> bool:
    """Whether a cut line opens a list of links: a pointer of few words or with a colon at its end, no address."""
    short = text.endswith(":") or len(text.split()) <= _HEADING_WORDS
    return kind == "related link" and short and "://" not in text
