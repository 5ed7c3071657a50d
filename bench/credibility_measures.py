"""Measures of forecasts for sources: rank correlation, discrimination, calibration, and how far chance moves them.

Pure numbers in and out; what is forecast, and for whom, belongs to :mod:`bench.quality_credibility`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Chosen = npt.NDArray[np.bool_]

BINS = 5
"""Of equal numbers of sources, for the calibration error; more would hold too few."""

DRAWS = 1000
_CERTAINTY = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far forecast chances are from frequencies, beside what chance would make of a perfect forecast."""

    plain: float
    """Expected calibration error: mean difference over BINS bins, which is above 0 even of a perfect forecast."""
    plain_of_perfect: float
    """What a perfectly calibrated forecast with these very chances would show on average (simulated)."""
    worse_of_perfect: float
    """Share of perfect forecasts that would show at least as much."""
    debiased: float
    """The same without what chance adds: root of the mean squared difference less its sampling variance (Kumar et al.
    2019, Verified Uncertainty Calibration); 0 where that variance explains it all."""
    debiased_of_perfect: float
    """What 19 perfect forecasts in 20 on as many sources stay under."""

    def line(self, needed: float) -> str:
        """For people."""
        return (
            f"calibration error, debiased: {self.debiased:.3f} (need {needed}; 1 perfect forecast in 20 for as many "
            f"sources shows over {self.debiased_of_perfect:.3f}); plain: {self.plain:.3f} (perfect ones show "
            f"{self.plain_of_perfect:.3f}, and {self.worse_of_perfect:.0%} of them this much or more)"
        )


def calibration(deals: Sequence[Numbers], happened: Chosen) -> Calibration:
    """Calibration of the chances that each of several deals of the folds gave to the same sources."""
    plain = float(np.mean([calibration_error(chances, happened) for chances in deals]))
    square = float(np.mean([debiased_square(chances, happened) for chances in deals]))
    random = np.random.default_rng(0)
    drawn = [(chances, random.random(len(chances)) < chances) for chances in deals for _ in range(DRAWS // len(deals))]
    plain_drawn = np.array([calibration_error(*one) for one in drawn])
    return Calibration(
        plain=plain,
        plain_of_perfect=float(plain_drawn.mean()),
        worse_of_perfect=float(np.mean(plain_drawn >= plain)),
        debiased=_root(square),
        debiased_of_perfect=_root(float(np.quantile([debiased_square(*one) for one in drawn], _CERTAINTY[1]))),
    )


def calibration_error(chances: Numbers, happened: Chosen) -> float:
    """Mean difference between forecast and frequency over BINS bins of equal numbers."""
    gaps = [abs(chances[part].mean() - happened[part].mean()) * len(part) for part in _bins(chances)]
    return float(sum(gaps) / len(chances))


def debiased_square(chances: Numbers, happened: Chosen) -> float:
    """Mean squared difference between forecast and frequency over the same bins, less its sampling variance.

    Unbiased (Kumar et al. 2019, section 4), so under 0 where there is less difference than chance makes on average.
    """
    total = 0.0
    for part in _bins(chances):
        frequency = happened[part].mean()
        variance = frequency * (1 - frequency) / (len(part) - 1)
        total += len(part) * ((chances[part].mean() - frequency) ** 2 - variance)
    return float(total / len(chances))


def spearman(first: Numbers, second: Numbers) -> float:
    """Rank correlation, ties at their mean rank."""
    return float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])


def auc(scores: Numbers, positive: Chosen) -> float:
    """Chance that a positive has the higher score, ties half."""
    ours, theirs = scores[positive][:, None], scores[~positive][None, :]
    return float(np.mean((ours > theirs) + 0.5 * (ours == theirs)))


def bootstrap(count: int, measure: Callable[[npt.NDArray[np.int64]], float]) -> Numbers:
    """A measure over DRAWS samples of as many sources, drawn with replacement."""
    random = np.random.default_rng(0)
    return np.array([measure(random.integers(0, count, count)) for _ in range(DRAWS)])


def interval(values: Numbers) -> tuple[float, float]:
    """The middle nine tenths."""
    low, high = np.nanquantile(values, _CERTAINTY)
    return float(low), float(high)


def _bins(chances: Numbers) -> list[npt.NDArray[np.int64]]:
    order = np.argsort(chances, kind="stable")
    return [part for part in np.array_split(order, BINS) if len(part) > 1]


def _root(square: float) -> float:
    return max(0.0, square) ** 0.5


def _ranks(values: Numbers) -> Numbers:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[places], float)
