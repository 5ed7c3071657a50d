"""Whether fused ratings say more of a family left out than the best single set does, on the same sources.

Sets are left out by family, with every set that copies it or is made from it, for a copy predicts its original. Sources
that a single set does not rate are put at the prior, as the fused score puts them; the comparison is shown on the
sources that the best single set rates too, where breadth is no help.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bench.credibility_measures import Numbers, bootstrap, interval, spearman
from flows.score import ScoreTools
from transforms.credibility.ratings import parse_ratings
from transforms.records import Rating
from transforms.score import ContentModel, rated_estimate

FILES = {
    "lin2023": "lin2023_domain_pc1.csv",
    "mbfc": "mbfc_2023.csv",
    "cred1": "cred1_current.csv",
    "wikipedia": "wikipedia_perennial_sources.json",
}
FAMILIES = ("lin2023", "mbfc", "opensources", "wikipedia")
MIN_SHARED = 30
"""Sources that must be rated by the family left out and by another, for a comparison."""

Sets = Mapping[str, Sequence[Rating]]


def read_set(folder: Path, rating_set: str, tools: ScoreTools) -> tuple[Rating, ...]:
    """The ratings of one of FILES."""
    text = (folder / FILES[rating_set]).read_text("utf-8-sig")
    return parse_ratings(text, tools.formats[rating_set], tools.names).ratings


def fusion_lines(folder: Path, tools: ScoreTools) -> list[str]:
    """Each family left out in turn: fused ratings of the others against each other set."""
    sets = {name: _usable(read_set(folder, name, tools)) for name in FILES}
    return [line for family in FAMILIES for line in _family_lines(family, sets, tools.model)]


def _family_lines(family: str, sets: Sets, model: ContentModel) -> list[str]:
    truth = {one.source: one.quality_mean for rows in reversed(sets.values()) for one in rows if one.family == family}
    others = {
        name: [one for one in rows if one.family != family and family not in one.covers] for name, rows in sets.items()
    }
    others = {name: rows for name, rows in others.items() if rows}
    sources = sorted(truth.keys() & {one.source for rows in others.values() for one in rows})
    if len(sources) < MIN_SHARED:
        return [f"  {family} left out: only {len(sources)} sources that an independent set rates"]
    wanted = np.array([truth[source] for source in sources], float)
    fused = _estimates(sources, [one for rows in others.values() for one in rows], model)
    singles = {name: _estimates(sources, rows, model) for name, rows in others.items()}
    ranked = {name: spearman(found, wanted) for name, found in singles.items() if np.ptp(found) > 0}
    best = max(ranked, key=lambda name: ranked[name])
    shown = ", ".join(f"{name} {value:.3f}" for name, value in sorted(ranked.items(), key=lambda item: -item[1]))
    rated = np.isin(sources, [one.source for one in others[best]])
    return [
        f"  {family} left out ({len(sources)} sources): fused {spearman(fused, wanted):.3f}; alone {shown}",
        f"    fused less {best}: {_difference(fused, singles[best], wanted)}; on the {rated.sum()} that {best} rates: "
        + _difference(fused[rated], singles[best][rated], wanted[rated]),
    ]


def _difference(fused: Numbers, single: Numbers, wanted: Numbers) -> str:
    """Difference of the rank correlations with its bootstrap interval."""
    difference = spearman(fused, wanted) - spearman(single, wanted)
    low, high = interval(
        bootstrap(
            len(wanted),
            lambda places: spearman(fused[places], wanted[places]) - spearman(single[places], wanted[places]),
        )
    )
    return f"{difference:+.3f} (90%: {low:+.3f} to {high:+.3f})"


def _estimates(sources: Sequence[str], ratings: Sequence[Rating], model: ContentModel) -> Numbers:
    """Logits from ratings alone; the prior where there is none."""
    by_source: dict[str, list[Rating]] = {source: [] for source in sources}
    for rating in ratings:
        if rating.source in by_source:
            by_source[rating.source].append(rating)
    return np.array([rated_estimate(rows, model)[0] for rows in by_source.values()])


def _usable(ratings: Sequence[Rating]) -> list[Rating]:
    return [rating for rating in ratings if rating.quality_mean is not None]
