"""The line model: how much a line that no rule takes looks like junk, for reasons that can be said.

Two tables of hashed words (is it worded like junk; like a headline) and a sum of small trees over the rows of
``line_features``. The weights come as bytes that ``bench/train_lines.py`` has made; no word stands in them. What is
done with a line that the model takes belongs to ``strip``.

The model keeps what it knows nothing about: a document with too little prose to compare with, and in a text whose words
it knows a line whose words it has not met. A text in words that it has not met it judges by shape, place and sequence,
and from a score of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.junk.features import (
    FEATURES,
    Floats,
    Line,
    LineShape,
    LineView,
    WordScores,
    column_names,
    grams,
    is_sub_heading,
    lines_of,
    rows,
    sample_hashes,
    suspects,
    text_words,
    title_words,
    word_hashes,
)
from transforms.junk.hints import Hints, parse_hints
from transforms.trees import TREE_ARRAYS, Trees, read_trees, read_weights

MIN_PROSE_LINES = 3
"""Lines of prose that a document must have: with less there is nothing to tell its junk from."""

MIN_KNOWN_SHARE = 0.8
"""Share of the words of a document's first lines of prose that must be known. English articles have 0.9 and more, other
languages that share words with English 0.4 and less."""

MIN_KNOWN_OF_LINE = 0.57
"""The same share of a line's own words: of a headline, names and a foreign word leave four of seven."""

SAMPLE_LINES = 3
SAMPLE_WORDS = 16
REASONS_GIVEN = 3
_SMOOTHING = 3.0
"""Added to the count of a line's word features: a mean of few is little evidence."""

OTHER_KIND = "other"

_OPENED, _SENTENCE = list(FEATURES).index("opened"), list(FEATURES).index("sentence_end")
"""Under a heading of links a line that is no sentence is a link in any language: of 980 judged ones 917 are junk."""

_ARRAYS = TREE_ARRAYS | {"junk", "headline", "scale", "known", "kinds", "kind_names", "usual", "cut_above"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A line that the model takes."""

    score: float
    """Log-odds that the line is junk, as far as the training data go."""
    kind: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class WordTables:
    """Weights of hashed words: how much they are junk's, how much a headline's, and whether they were ever met."""

    junk: npt.NDArray[np.int8]
    headline: npt.NDArray[np.int8]
    scale: float
    """Of the weights in both tables."""
    known: bytes
    """1 where a word with such a hash was met in training, by the lowest bits of the hash, else 0."""

    def scores(self, shapes: Sequence[LineShape]) -> list[WordScores | None]:
        """What the tables say of each line; None for lines that are not judged."""
        judged = [place for place, shape in enumerate(shapes) if shape.candidate]
        scores: list[WordScores | None] = [None] * len(shapes)
        if not judged:
            return scores
        hashed = [grams(shapes[place]) for place in judged]
        counts = np.array([len(one) for one in hashed])
        starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        slots = np.array([value for one in hashed for value in one]) & (len(self.junk) - 1)
        junk = np.add.reduceat(self.junk[slots].astype(np.int64), starts) * self.scale
        headline = np.add.reduceat(self.headline[slots].astype(np.int64), starts) * self.scale
        root = np.sqrt(counts + _SMOOTHING)
        columns = (junk.tolist(), (junk / root).tolist(), (headline / root).tolist())
        for place, total, junk_mean, headline_mean in zip(judged, *columns, strict=True):
            known = self.known_share(word_hashes(shapes[place]))
            scores[place] = WordScores(total, junk_mean, headline_mean, known)
        return scores

    def known_share(self, hashes: Sequence[int]) -> float:
        """Share of words that were met in training; 0 of none."""
        if not hashes:
            return 0.0
        mask = len(self.known) - 1
        return sum([self.known[value & mask] for value in hashes]) / len(hashes)

    def known_of_text(self, lines: Iterable[Line]) -> float | None:
        """Share of the words of a document's prose that were met in training; None where it has too little prose."""
        prose = [line.shape.text for line in lines if line.prose]
        if len(prose) < MIN_PROSE_LINES:
            return None
        hashes = [value for text in prose[:SAMPLE_LINES] for value in sample_hashes(text, SAMPLE_WORDS)]
        return self.known_share(hashes)


@dataclass(frozen=True, slots=True, eq=False)
class LineModel:
    """Word tables, trees and the score from which a line is cut; :func:`parse_line_model` reads it from bytes."""

    words: WordTables
    kinds: npt.NDArray[np.int8]
    """Weights of each kind (kinds, hashes)."""
    kind_names: tuple[str, ...]
    trees: Trees
    usual: Floats
    """The middle value of each feature over the lines of article text."""
    cut_above: float
    """In texts whose words are known: the score from which a line is cut."""
    cut_above_unknown: float
    """In all others, but for the lines under a heading of links."""
    hints: Hints

    def look(self, view: LineView, title: str | None) -> Look:
        """A first look at a document's lines, with its title where it is known."""
        return Look(self, lines_of(view, self.hints), title)

    def kind_of(self, shape: LineShape) -> str:
        """The likeliest kind of a junk line by its words; ``other`` where they say nothing."""
        slots = np.array(grams(shape)) & (self.kinds.shape[1] - 1)
        votes = self.kinds[:, slots].astype(np.int64).sum(axis=1)
        best = int(votes.argmax())
        return self.kind_names[best] if votes[best] > 0 else OTHER_KIND

    def reason(self, row: Floats, score: float) -> str:
        """The score, and the features that add most to it, in words."""
        added = self.trees.contributions(row)
        phrases = (*FEATURES.values(), *((f"does not say it {hint.says}", hint.says) for hint in self.hints.hints))
        said: list[str] = []
        for place in np.argsort(-added, kind="stable")[: 2 * REASONS_GIVEN].tolist():
            phrase = phrases[place][int(row[place] > self.usual[place])]
            if added[place] > 0 and phrase not in said:
                said.append(phrase)
        return f"Looks like junk (score {score:.1f}): {', '.join(said[:REASONS_GIVEN])}."


class Look:
    """A document's lines as the model sees them while some are cut."""

    __slots__ = ("_known", "_model", "_scores", "_text", "_title", "lines")

    def __init__(self, model: LineModel, lines: list[Line], title: str | None) -> None:
        self._model = model
        self.lines = lines
        self._title = title
        self._read_prose()
        self._scores = [] if self._known is None else model.words.scores([line.shape for line in lines])

    def _read_prose(self) -> None:
        self._known = self._model.words.known_of_text(self.lines)
        self._text: frozenset[str] | None = None

    def verdicts(self) -> dict[int, Verdict]:
        """The lines that the model takes, by their position in ``lines``."""
        if self._known is None or not (judged := suspects(self.lines, self._scores)):
            return {}
        if self._text is None:
            self._text = text_words(self.lines)
        matrix = rows(self.lines, self._scores, judged, title_words(self._title), self._text, self._known)
        model = self._model
        known = self._known >= MIN_KNOWN_SHARE
        cut_above = model.cut_above if known else model.cut_above_unknown
        taken: dict[int, Verdict] = {}
        for place, row, score in zip(judged, matrix, model.trees.scores(matrix).tolist(), strict=True):
            shape = self.lines[place].shape
            above = model.cut_above if row[_OPENED] and not row[_SENTENCE] else cut_above
            if score > above and not (known and self._is_foreign(place)) and not is_sub_heading(self.lines, place):
                taken[place] = Verdict(score, model.kind_of(shape), model.reason(row, score))
        return taken

    def _is_foreign(self, place: int) -> bool:
        """Whether a line is in words that the model knows nothing of."""
        scores = self._scores[place]
        return scores is not None and scores.known < MIN_KNOWN_OF_LINE

    def forget(self, cut: Sequence[bool]) -> bool:
        """Leave out the lines that are cut, as they are not there for who sees what is left; whether any was."""
        stay = [place for place, gone in enumerate(cut) if not gone]
        if len(stay) == len(cut):
            return False
        prose = sum(line.prose for line in self.lines)
        self.lines = [self.lines[place] for place in stay]
        if self._scores:
            self._scores = [self._scores[place] for place in stay]
        if sum(line.prose for line in self.lines) < prose:
            self._read_prose()
        return True


def parse_line_model(data: bytes, hints: str) -> LineModel:
    """A line model from the bytes of its file and the text of its hints.

    Raises:
        HintError: a hint is wrong.
        DataFileError: the bytes are no such file, or the model was trained on other features or hints.
    """
    parsed = parse_hints(hints)
    arrays = read_weights(data, "line model", _ARRAYS, column_names(parsed), "bench.train_lines")
    return LineModel(
        words=WordTables(
            junk=arrays["junk"],
            headline=arrays["headline"],
            scale=float(arrays["scale"]),
            known=np.unpackbits(arrays["known"]).tobytes(),
        ),
        kinds=arrays["kinds"],
        kind_names=tuple(arrays["kind_names"].tolist()),
        trees=read_trees(arrays),
        usual=arrays["usual"],
        cut_above=float(arrays["cut_above"][0]),
        cut_above_unknown=float(arrays["cut_above"][1]),
        hints=parsed,
    )
