"""How good source scores are, on articles and ratings in ``../shared/data``: every figure on sources not fitted on.

The articles go through a whole run into a temporary warehouse, the ratings through the importers, so that what is
measured is what users get. The target is Lin et al.'s pc1. Content models are fitted anew for every fold, options and
interval included (nested); the committed model is measured too, which is fair only on sources that it has not seen.
"""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from flows.run import run
from flows.score import ScoreTools, load_score_tools, measure_articles
from flows.settings import load_settings
from transforms.fit_content import TooFewSources, Training, fit
from transforms.ratings import parse_ratings
from transforms.records import Rating, SourceFacts
from transforms.score import (
    HIGHEST_QUALITY,
    LOW_QUALITY,
    LOWEST_QUALITY,
    MIN_ARTICLES,
    SETTLED_ARTICLES,
    ContentModel,
    score_source,
)
from warehouse import Warehouse
from warehouse.credibility import Credibility, CredibilityStore, RatingImport

Numbers = npt.NDArray[np.float64]
Chosen = npt.NDArray[np.bool_]

TARGET = "lin2023"
FILES = {
    "lin2023": "lin2023_domain_pc1.csv",
    "mbfc": "mbfc_2023.csv",
    "cred1": "cred1_current.csv",
    "wikipedia": "wikipedia_perennial_sources.json",
}
FOLDS = 10
SEEDS = (0, 1, 2)
BINS = 5
"""Of equal numbers of sources, for the calibration error; more would hold too few."""
DRAWS = 400
_LOADED_AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_NOTHING = SourceFacts("", 0, 0, 0, *([None] * 10))


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates for sources that the model was not fitted on, beside what experts say."""

    facts: tuple[SourceFacts, ...]
    truth: Numbers
    quality: Numbers
    low: Numbers
    high: Numbers
    low_chance: Numbers

    @property
    def articles(self) -> Numbers:
        """Measured articles of each source."""
        return np.array([facts.known_articles for facts in self.facts], float)

    def held(self) -> Chosen:
        """Whether the interval holds the truth, which is brought within the ends of the scale."""
        truth = np.clip(self.truth, LOWEST_QUALITY, HIGHEST_QUALITY)
        return (self.low <= truth) & (truth <= self.high)


@dataclass(frozen=True, slots=True)
class ContentFigures:
    """What estimates from content alone are worth."""

    sources: int
    settled_sources: int
    low_sources: int
    spearman: float
    spearman_deviation: float
    """Bootstrap standard deviation."""
    low_auc: float
    calibration_error: float
    calibration_noise: float
    """The calibration error that a perfectly calibrated forecast would show by chance on as many sources."""
    coverage: Mapping[str, tuple[float, int]]
    """Share of sources that the 90% interval holds, and their number, by slice."""

    def lines(self) -> list[str]:
        """For people."""
        spread = f"± {self.spearman_deviation:.3f}"
        return [
            f"  rated sources with articles: {self.sources}; with {SETTLED_ARTICLES} or more: {self.settled_sources}, "
            f"of which {self.low_sources} under {LOW_QUALITY}",
            f"  Spearman with pc1: {self.spearman:.3f} {spread} (need 0.60, aim 0.65)",
            f"  AUC for pc1 under {LOW_QUALITY}: {self.low_auc:.3f} (need 0.82)",
            f"  calibration error: {self.calibration_error:.3f} (need 0.04; a perfect forecast would show "
            f"{self.calibration_noise:.3f} by chance on so few)",
            *coverage_lines(self.coverage),
        ]

    def values(self) -> dict[str, object]:
        """For the model's file."""
        rounded = {
            name: round(getattr(self, name), 3)
            for name in ("spearman", "spearman_deviation", "low_auc", "calibration_error", "calibration_noise")
        }
        coverage = {name: round(share, 3) for name, (share, _) in self.coverage.items()}
        return {"sources": self.sources, "settled_sources": self.settled_sources, **rounded, "coverage": coverage}


def main(shared: Path, warehouse: Path | None = None) -> int:
    """Measure and print; says ``skipped: no data`` where articles or ratings are not there.

    Args:
        shared: folder with ``data/articles`` and ``data/ratings``.
        warehouse: a warehouse that has the articles already, to save the run.
    """
    articles, ratings = shared / "data" / "articles", shared / "data" / "ratings"
    if not articles.is_dir() or not all((ratings / name).exists() for name in FILES.values()):
        print("credibility: skipped: no data")
        return 0
    tools = load_score_tools()
    with _prepared(articles, ratings, tools, warehouse) as prepared:
        training = training_of(prepared, TARGET)
        others: dict[str, list[Rating]] = {facts.source: [] for facts in training.facts}
        for rating in prepared.ratings_of(list(others)):
            others[rating.source].append(rating)
    print("credibility, content only, fitted anew for every fold:")
    try:
        print("\n".join(content_figures(training).lines()))
    except TooFewSources as error:
        print(f"  not fitted: {error}")
    print("credibility, content only, committed model:")
    committed = estimates(training, lambda _: tools.model, {}, [np.arange(len(training.facts))])
    print("\n".join(figures_of([committed]).lines()))
    print("credibility, content and every family but the target's:")
    rest = {source: [one for one in rows if one.family != TARGET] for source, rows in others.items()}
    fused = nested(training, rest, SEEDS[0])
    print("\n".join(coverage_lines(coverage(fused))))
    print(f"  Spearman with pc1 over all {len(fused.truth)}: {spearman(fused.quality, fused.truth):.3f}")
    print("ratings, fused against the best single set, on a set left out:")
    print("\n".join(fusion_lines(ratings, tools)))
    return 0


@contextmanager
def _prepared(articles: Path, ratings: Path, tools: ScoreTools, warehouse: Path | None) -> Iterator[CredibilityStore]:
    """A warehouse with the articles measured and the ratings imported."""
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as folder:
        path = warehouse or Path(folder) / "work.duckdb"
        if warehouse is None:
            run(
                load_settings({"warehouse": path, "published": Path(folder) / "published.duckdb"}, environment={}),
                [str(articles)],
            )
        with Warehouse.open(path) as opened:
            store = CredibilityStore(opened)
            measure_articles(store, tools)
            for rating_set, file_name in FILES.items():
                read = read_set(ratings, rating_set, tools)
                store.load_ratings(RatingImport(rating_set, rating_set, file_name, "", read, 0), _LOADED_AT)
            yield store


def read_set(folder: Path, rating_set: str, tools: ScoreTools) -> tuple[Rating, ...]:
    """The ratings of one of FILES."""
    text = (folder / FILES[rating_set]).read_text("utf-8-sig")
    return parse_ratings(text, tools.formats[rating_set], tools.names).ratings


def training_of(warehouse: Credibility, target: str) -> Training:
    """The sources of a warehouse that have own articles and a rating of the target set."""
    rated = {one.source: one.quality_mean for one in warehouse.ratings_in(target) if one.quality_mean is not None}
    facts = [one for one in warehouse.source_facts(sorted(rated)) if one.known_articles]
    return Training(tuple(facts), np.array([rated[one.source] for one in facts], float))


def content_figures(training: Training) -> ContentFigures:
    """Figures of content alone, nested: every source estimated by a model that has not seen it, over several deals."""
    return figures_of([nested(training, {}, seed) for seed in SEEDS])


def nested(training: Training, ratings: Mapping[str, Sequence[Rating]], seed: int) -> Estimates:
    """Estimates by models that were fitted, options and interval included, without the source's fold."""
    order = np.random.default_rng(seed).permutation(len(training.facts))
    folds = np.array_split(order, FOLDS)

    def without(fold: npt.NDArray[np.int64]) -> ContentModel:
        rest = np.setdiff1d(np.arange(len(training.facts)), fold)
        return fit(training.only(rest), ("en",), "fold")

    return estimates(training, without, ratings, folds)


def estimates(
    training: Training,
    model_for: Callable[[npt.NDArray[np.int64]], ContentModel],
    ratings: Mapping[str, Sequence[Rating]],
    folds: Sequence[npt.NDArray[np.int64]],
) -> Estimates:
    """Score every source with the model of its fold; sources that come out unknown or unscored are left out."""
    rows = np.full((len(training.facts), 4), np.nan)
    for fold in folds:
        model = model_for(fold)
        for place in fold:
            facts = training.facts[place]
            score = score_source(facts, ratings.get(facts.source, ()), model).score
            if score.quality is not None:
                rows[place] = (score.quality, score.quality_low, score.quality_high, score.low_quality_chance)
    shown = np.flatnonzero(~np.isnan(rows[:, 0]))
    return Estimates(tuple(training.facts[place] for place in shown), training.quality[shown], *rows[shown].T)


def figures_of(deals: Sequence[Estimates]) -> ContentFigures:
    """The means of every figure over several deals of the folds."""
    first = deals[0]
    settled = first.articles >= SETTLED_ARTICLES
    low = first.truth < LOW_QUALITY
    errors = [calibration_error(one.low_chance[settled], low[settled]) for one in deals]
    slices = [coverage(one) for one in deals]
    return ContentFigures(
        sources=len(first.truth),
        settled_sources=int(settled.sum()),
        low_sources=int((settled & low).sum()),
        spearman=float(np.mean([spearman(one.quality[settled], one.truth[settled]) for one in deals])),
        spearman_deviation=_bootstrap(first.quality[settled], first.truth[settled]),
        low_auc=float(np.mean([auc(-one.quality[settled], low[settled]) for one in deals])),
        calibration_error=float(np.mean(errors)),
        calibration_noise=_chance_error(first.low_chance[settled]),
        coverage={name: (float(np.mean([one[name][0] for one in slices])), slices[0][name][1]) for name in slices[0]},
    )


def coverage(found: Estimates) -> dict[str, tuple[float, int]]:
    """Share of intervals that hold the truth and number of sources, overall and by slice; empty slices left out."""
    articles, truth, held = found.articles, found.truth, found.held()
    slices = {
        "overall": np.ones(len(truth), bool),
        "under 5 articles": articles < MIN_ARTICLES,
        "5 to 19 articles": (articles >= MIN_ARTICLES) & (articles < SETTLED_ARTICLES),
        "20 articles or more": articles >= SETTLED_ARTICLES,
        "low quality (under 0.5)": truth < LOW_QUALITY,
        "middling (0.5 to 0.8)": (truth >= LOW_QUALITY) & (truth < 0.8),
        "high (0.8 and more)": truth >= 0.8,
    }
    return {name: (float(held[chosen].mean()), int(chosen.sum())) for name, chosen in slices.items() if chosen.any()}


def coverage_lines(slices: Mapping[str, tuple[float, int]]) -> list[str]:
    """For people."""
    shown = ", ".join(f"{name} {share:.1%} of {count}" for name, (share, count) in slices.items())
    return [f"  the 90% interval holds (need 86-94% overall, 80% in each slice): {shown}"]


def fusion_lines(folder: Path, tools: ScoreTools) -> list[str]:
    """Each set left out in turn: fused ratings of the others against each other set, all on the same sources.

    A source that a single set does not rate is put at the prior, as the fused score would put it.
    """
    sets = {name: read_set(folder, name, tools) for name in FILES}
    lines = []
    for target, rows in sets.items():
        truth = {one.source: one.quality_mean for one in rows if one.quality_mean is not None}
        families = {one.family for one in rows}
        kept = {
            name: [one for one in others if one.family not in families and not families & set(one.covers)]
            for name, others in sets.items()
            if name != target
        }
        rated = {one.source for others in kept.values() for one in others if one.quality_mean is not None}
        sources = sorted(truth.keys() & rated)
        if len(sources) < 30:
            lines.append(f"  {target} left out: only {len(sources)} sources that an independent set rates")
            continue
        wanted = [truth[source] for source in sources]
        singles = {name: _fused(sources, others, tools.model) for name, others in kept.items() if others}
        everything = _fused(sources, [one for others in kept.values() for one in others], tools.model)
        ranked = {name: spearman(np.array(found), np.array(wanted, float)) for name, found in singles.items()}
        shown = ", ".join(f"{name} {value:.3f}" for name, value in sorted(ranked.items(), key=lambda item: -item[1]))
        fused = spearman(np.array(everything), np.array(wanted, float))
        lines.append(f"  {target} left out ({len(sources)} sources): fused {fused:.3f}; alone {shown}")
    return lines


def _fused(sources: Sequence[str], ratings: Sequence[Rating], model: ContentModel) -> list[float]:
    by_source: dict[str, list[Rating]] = {}
    for rating in ratings:
        by_source.setdefault(rating.source, []).append(rating)
    return [_quality_of(by_source.get(source, []), model) for source in sources]


def _quality_of(ratings: Sequence[Rating], model: ContentModel) -> float:
    usable = [one for one in ratings if one.quality_mean is not None]
    score = score_source(_NOTHING, usable, model).score
    return score.quality if score.quality is not None else 1 / (1 + math.exp(-model.prior_mean))


def spearman(first: Numbers, second: Numbers) -> float:
    """Rank correlation, ties at their mean rank."""
    return float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])


def auc(scores: Numbers, positive: Chosen) -> float:
    """Chance that a positive has the higher score, ties half."""
    ours, theirs = scores[positive][:, None], scores[~positive][None, :]
    return float(np.mean((ours > theirs) + 0.5 * (ours == theirs)))


def calibration_error(chances: Numbers, happened: Chosen) -> float:
    """Mean difference between forecast and frequency over BINS bins of equal numbers."""
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    gaps = [abs(chances[part].mean() - happened[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(chances))


def _chance_error(chances: Numbers) -> float:
    random = np.random.default_rng(0)
    return float(np.mean([calibration_error(chances, random.random(len(chances)) < chances) for _ in range(DRAWS)]))


def _bootstrap(first: Numbers, second: Numbers) -> float:
    random = np.random.default_rng(0)
    drawn = (random.integers(0, len(first), len(first)) for _ in range(DRAWS))
    return float(np.std([spearman(first[places], second[places]) for places in drawn]))


def _ranks(values: Numbers) -> Numbers:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[places], float)
