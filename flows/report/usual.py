"""A run against the runs before it: what is usual, and whether this one is.

The earlier runs are those that read the same inputs and finished; few of them say nothing.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from flows.report import words
from warehouse.reporting import RunFacts, RunSource

EARLIER_RUNS = 30
"""Runs before this one that are looked at."""

ENOUGH_RUNS = 5
"""Earlier runs from which on a range is worth something."""

COUNT_SLACK = 0.25
"""A count is unusual where it is outside the range of the earlier runs and so far from their middle, as a share.

Without it the fourth visitor of a page that always had three would be news.
"""

SHARE_SLACK = 0.05
"""The same for shares, in shares."""

Verdict = Literal["usual", "higher", "lower", "too few runs"]


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is counted of every run."""

    name: str
    of: Callable[[RunFacts], float | None]
    kind: Literal["count", "share", "number"] = "count"
    matters: bool = False
    """Whether an unusual value is worth a word at the head of the report."""


MEASURES: tuple[Measure, ...] = (
    Measure("documents read", lambda run: run.read, matters=True),
    Measure("new documents", lambda run: run.new),
    Measure("articles loaded", lambda run: run.loaded, matters=True),
    Measure("sent to quarantine, of the new", lambda run: run.quarantine_share, "share", matters=True),
    Measure("published within a day of loading", lambda run: words.part(run.fresh, run.dated), "share", matters=True),
    Measure("with a date of publication", lambda run: words.part(run.dated, run.loaded), "share"),
    Measure("cuts in an article", lambda run: words.part(run.cuts, run.loaded), "number"),
    Measure("confidence in the main texts", lambda run: run.confidence, "share", matters=True),
    Measure("seconds", lambda run: run.seconds, "number"),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure of a run beside the same of the runs before."""

    measure: Measure
    value: float | None
    low: float | None
    middle: float | None
    high: float | None
    runs: int
    """Earlier runs that have a value."""

    @property
    def verdict(self) -> Verdict:
        """Whether the value is usual."""
        if self.value is None or self.middle is None or self.low is None or self.high is None:
            return "too few runs"
        if self.runs < ENOUGH_RUNS:
            return "too few runs"
        slack = SHARE_SLACK if self.measure.kind == "share" else COUNT_SLACK * self.middle
        if abs(self.value - self.middle) <= slack or self.low <= self.value <= self.high:
            return "usual"
        return "higher" if self.value > self.middle else "lower"

    def text(self, value: float | None) -> str:
        """A value of this measure in words."""
        if value is None:
            return "–"
        if self.measure.kind == "share":
            return words.share(value)
        return words.count(round(value)) if self.measure.kind == "count" else f"{value:,.1f}"


def earlier(runs: Sequence[RunFacts]) -> list[RunFacts]:
    """The finished runs of the same inputs before the first of these, which are in order, the newest first."""
    return [run for run in runs[1:] if run.state == "finished" and run.inputs == runs[0].inputs][:EARLIER_RUNS]


def compared(run: RunFacts, before: Sequence[RunFacts]) -> list[Compared]:
    """Every measure of a run beside that of the runs before."""
    return [_compared(measure, run, before) for measure in MEASURES]


def _compared(measure: Measure, run: RunFacts, before: Sequence[RunFacts]) -> Compared:
    values = [value for value in map(measure.of, before) if value is not None]
    if not values:
        return Compared(measure, measure.of(run), None, None, None, 0)
    return Compared(measure, measure.of(run), min(values), statistics.median(values), max(values), len(values))


def silent_sources(sources: Sequence[RunSource], run: RunFacts, before: Sequence[RunFacts]) -> list[str]:
    """Sources that all of the last runs that loaded anything had, and this one, which loaded something, has not."""
    busy = [one.run_id for one in before if one.loaded][:ENOUGH_RUNS]
    if not run.loaded or len(busy) < ENOUGH_RUNS:
        return []
    runs_of: dict[str, set[str]] = {}
    for source in sources:
        if source.domain is not None:
            runs_of.setdefault(source.domain, set()).add(source.run_id)
    return sorted(name for name, seen in runs_of.items() if run.run_id not in seen and seen.issuperset(busy))
