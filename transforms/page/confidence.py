"""How far a page's main text can be trusted: the chance that it is nearly what a person would have marked.

Two facts tell it, and a logistic regression that ``bench/train_confidence.py`` fits puts them together. The first is
the doubt of the main text model, in which the agreement of the witnesses (trafilatura's text, JSON-LD's body, the
page's description) and the margin of the choice are weighed already. The second is how far the page's kind is from
where pages stop being articles: forums and shops that look like articles are read badly. How the text is chosen does
not belong here.
"""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.errors import DataFileError
from transforms.trees import Floats

GOOD_F1 = 0.8
"""F1 over words from which on a text counts as nearly right."""

DECIMALS = 4
"""What machines agree on, whatever the order in which they add."""


class ConfidenceError(DataFileError):
    """The weights are wrong; the message names the key and the remedy."""


@dataclass(frozen=True, slots=True)
class ConfidenceFacts:
    """What the confidence in one page's main text is told by."""

    doubt: float
    """0..1; 0 where the model is sure of every block, 1 where it is as unsure as there is text, or has nothing to
    choose from."""
    kind_margin: float
    """Log-odds against an article, from the threshold on; negative for articles."""


@dataclass(frozen=True, slots=True)
class ConfidenceWeights:
    """How the log-odds of a bad text are summed up."""

    intercept: float
    doubt: float
    kind_margin: float

    def confidence(self, facts: ConfidenceFacts) -> float:
        """The chance of a text with an F1 of at least GOOD_F1, 0..1."""
        odds = self.intercept + self.doubt * facts.doubt + self.kind_margin * facts.kind_margin
        return round(1 / (1 + math.exp(min(odds, 700.0))), DECIMALS)


def parse_confidence(text: str) -> ConfidenceWeights | None:
    """The weights from the text of ``confidence.toml``; None where it is empty, as before the first fit.

    Raises:
        ConfidenceError: the text is not TOML, or a weight is missing or no number.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfidenceError(f"confidence weights are not TOML: {error}") from error
    if not data:
        return None
    names = [field.name for field in dataclasses.fields(ConfidenceWeights)]
    if wrong := [name for name in names if not isinstance(data.get(name), float)]:
        raise ConfidenceError(f"confidence weights: {wrong[0]} is no number; run bench.train_confidence")
    return ConfidenceWeights(**{name: data[name] for name in names})


def doubt_of(probabilities: Floats, characters: Floats, chosen: Sequence[int]) -> float:
    """How unsure a choice of blocks is, 0..1: the standard deviation that the model expects of each character's answer.

    The variance of a block's answer is p(1 - p); the sum over the page's characters is set against those chosen, so
    that doubtful text that was left out counts as much as doubtful text that was taken.

    Args:
        probabilities: of each block to be main text, 0..1.
        characters: of each block.
        chosen: indices of the blocks that were chosen.
    """
    size = float(characters[list(chosen)].sum())
    if size == 0.0:
        return 1.0
    variance = float(np.sum(probabilities * (1 - probabilities) * characters))
    return math.sqrt(min(variance / size, 1.0))
