"""How good source scores are, on articles and ratings in ``../shared/data``: every figure on sources not fitted on.

The articles go through a whole run into a temporary warehouse, the ratings through the importers, so that what is
measured is what users get. The target is Lin et al.'s pc1. Content models are fitted again for every fold, prior,
deviations and interval included, over several deals of the folds; and for whole kinds of sources that are left out:
those with few articles, and each kind of medium. What the measures are stands in :mod:`bench.credibility_measures`;
leaving out sets of ratings in :mod:`bench.quality_fusion`.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.credibility_measures import Calibration, Chosen, Numbers, auc, bootstrap, calibration, interval, spearman
from bench.fit_content import TooFewSources, Training, content_estimate, fit
from bench.quality_fusion import FILES, fusion_lines, read_set
from flows.relate import relate_warehouse
from flows.run import run
from flows.score import ScoreTools, load_score_tools, measure_articles
from flows.settings import load_settings
from transforms.credibility.sources import SourceNames
from transforms.records import Rating, SourceFacts
from transforms.score import (
    HIGHEST_QUALITY,
    LOW_QUALITY,
    LOWEST_QUALITY,
    MIN_ARTICLES,
    ContentModel,
    score_source,
)
from warehouse import Warehouse
from warehouse.credibility import Credibility, CredibilityStore, RatingImport

TARGET = "lin2023"
FOLDS = 10
SEEDS = (0, 1, 2, 3, 4)
HIGH_QUALITY = 0.8
"""From here on a source counts as of high quality in the slices."""
CALIBRATION_NEEDED = 0.08
RATED_CALIBRATION_NEEDED = 0.025
SETTLED_ARTICLES = 20
"""Articles from which on more of them hardly change an estimate: it ranks sources like their full sample at 0.88."""
_LOADED_AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates for sources that the model was not fitted on, beside what experts say."""

    facts: tuple[SourceFacts, ...]
    truth: Numbers
    quality: Numbers
    low: Numbers
    high: Numbers
    low_chance: Numbers
    families: Numbers
    """Families of ratings that each rests on."""

    @property
    def articles(self) -> Numbers:
        """Measured articles of each source."""
        return np.array([facts.known_articles for facts in self.facts], float)

    @property
    def bad(self) -> Chosen:
        """Which are of low quality."""
        return np.asarray(self.truth < LOW_QUALITY)

    def held(self) -> Chosen:
        """Whether the interval holds the truth, which is brought within the ends of the scale."""
        truth = np.clip(self.truth, LOWEST_QUALITY, HIGHEST_QUALITY)
        return np.asarray((self.low <= truth) & (truth <= self.high))

    def where(self, chosen: Chosen | Places) -> Estimates:
        """Those of some sources."""
        numbers = (self.truth, self.quality, self.low, self.high, self.low_chance, self.families)
        return Estimates(tuple(np.array(self.facts, object)[chosen]), *(values[chosen] for values in numbers))


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal of the folds: what models fitted without a source's fold say about it."""

    content: Estimates
    fused: Estimates
    """Content and every family but the target's, of the sources that another family rates."""
    rated: Estimates
    """The same sources by ratings alone."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with what chance makes of it: the middle nine tenths of bootstrap samples of the sources."""

    value: float
    low: float
    high: float

    def line(self) -> str:
        """For people."""
        return f"{self.value:.3f} [{self.low:.2f}, {self.high:.2f}]"

    def values(self) -> list[float]:
        """For the model's file."""
        return [round(self.value, 3), round(self.low, 2), round(self.high, 2)]


@dataclass(frozen=True, slots=True)
class ContentFigures:
    """What estimates from content alone are worth; means over the deals."""

    sources: int
    settled_sources: int
    low_sources: int
    ranked: Measured
    """Spearman of all."""
    settled_ranked: Measured
    low_auc: Measured
    calibration: Calibration
    coverage: Mapping[str, tuple[float, int]]
    """Share of sources that the 90% interval holds, and their number, by slice."""

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"  rated sources with {MIN_ARTICLES} articles or more: {self.sources}, Spearman with pc1 "
            f"{self.ranked.line()}; with {SETTLED_ARTICLES} or more: {self.settled_sources}, of which "
            f"{self.low_sources} under {LOW_QUALITY}; of these:",
            f"  Spearman with pc1: {self.settled_ranked.line()} (need 0.55)",
            f"  AUC for pc1 under {LOW_QUALITY}: {self.low_auc.line()} (need 0.82)",
            f"  {self.calibration.line(CALIBRATION_NEEDED)}",
            *coverage_lines(self.coverage),
        ]

    def values(self) -> dict[str, object]:
        """For the model's file."""
        calibrated = {
            "calibration_error_debiased": round(self.calibration.debiased, 3),
            "calibration_error_plain": round(self.calibration.plain, 3),
            "calibration_error_plain_of_perfect": round(self.calibration.plain_of_perfect, 3),
        }
        coverage = {name: round(share, 3) for name, (share, _) in self.coverage.items()}
        return {
            "sources": self.sources,
            "settled_sources": self.settled_sources,
            "spearman": self.ranked.values(),
            "settled_spearman": self.settled_ranked.values(),
            "settled_low_auc": self.low_auc.values(),
            **calibrated,
            "coverage": coverage,
        }


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
        training = training_of(prepared, TARGET, tools.names)
    try:
        print("\n".join(nested_lines(training)))
    except TooFewSources as error:
        print(f"  not fitted: {error}")
    print("ratings, fused against the best single set, on a family left out:")
    print("\n".join(fusion_lines(ratings, tools)))
    return 0


def nested_lines(training: Training) -> list[str]:
    """Everything that is measured with models fitted for the folds."""
    deals = [nested(training, seed) for seed in SEEDS]
    return [
        f"credibility, content only, fitted again for every fold, {len(SEEDS)} deals of {FOLDS} folds:",
        *figures_of([deal.content for deal in deals]).lines(),
        "credibility, content only, whole kinds of sources left out:",
        few_articles_line(training),
        "credibility, content and every family but the target's, fitted again for every fold:",
        *fused_lines([deal.fused for deal in deals]),
        *added_lines(training, deals),
    ]


def few_articles_line(training: Training) -> str:
    """How sources with few articles are ranked by a model fitted on the others; users are shown no number for them."""
    measured = training.where(lambda facts: facts.known_articles > 0)
    few = measured.where(lambda facts: facts.known_articles < MIN_ARTICLES)
    model = fit(measured.where(lambda facts: facts.known_articles >= MIN_ARTICLES), ("en",), "few")
    estimated = np.array([content_estimate(facts, model) for facts in few.facts])
    ranked = measured_over(len(few.facts), lambda places: spearman(estimated[places], few.quality[places]))
    return (
        f"  1 to {MIN_ARTICLES - 1} articles, fitted on the others: {len(few.facts)} sources, Spearman {ranked.line()}"
    )


def added_lines(training: Training, deals: Sequence[Deal]) -> list[str]:
    """What content adds to ratings, on the sources that have both."""
    chosen = np.array([deal.fused.articles >= MIN_ARTICLES for deal in deals])[0]
    both = [deal.fused.where(chosen) for deal in deals]
    alone = [deal.rated.where(chosen) for deal in deals]
    truth = both[0].truth

    def gain(places: Places) -> float:
        ours, theirs = (
            np.mean([spearman(one.quality[places], truth[places]) for one in each]) for each in (both, alone)
        )
        return float(ours - theirs)

    held = [np.mean([one.held().mean() for one in each]) for each in (alone, both)]
    return [
        f"  ratings with content less ratings alone, {len(truth)} sources with both: Spearman "
        f"{measured_over(len(truth), gain).line()} (never under 0), the interval holds {held[0]:.1%} alone and "
        f"{held[1]:.1%} with content"
    ]


@contextmanager
def _prepared(articles: Path, ratings: Path, tools: ScoreTools, warehouse: Path | None) -> Iterator[CredibilityStore]:
    """A warehouse with the articles related and measured and the ratings imported."""
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as folder:
        path = warehouse or Path(folder) / "work.duckdb"
        if warehouse is None:
            run(
                load_settings({"warehouse": path, "published": Path(folder) / "published.duckdb"}, environment={}),
                [str(articles)],
            )
        with Warehouse.open(path) as opened:
            relate_warehouse(opened)
            store = CredibilityStore(opened)
            measure_articles(store, tools)
            for rating_set, file_name in FILES.items():
                read = read_set(ratings, rating_set, tools)
                store.load_ratings(RatingImport(rating_set, rating_set, file_name, "", read, 0), _LOADED_AT)
            yield store


def training_of(warehouse: Credibility, target: str, names: SourceNames) -> Training:
    """The sources that the target set rates, with what is known of them beside that set and what it is made from.

    Sources without articles are among them where another set rates them: they teach how far ratings can be trusted.
    """
    rows = warehouse.ratings_in(target)
    rated = {
        one.source: one.quality_mean
        for one in rows
        if one.quality_mean is not None and names.unscored(one.source) is None
    }
    families = {one.family for one in rows}
    others: dict[str, list[Rating]] = {source: [] for source in rated}
    for rating in warehouse.ratings_of(sorted(rated)):
        if rating.rating_set != target and rating.family not in families and not families & set(rating.covers):
            others[rating.source].append(rating)
    facts = [one for one in warehouse.source_facts(sorted(rated)) if one.known_articles or others[one.source]]
    quality = np.array([rated[one.source] for one in facts], float)
    return Training(tuple(facts), quality, tuple(tuple(others[one.source]) for one in facts))


def content_figures(training: Training) -> ContentFigures:
    """Figures of content alone, nested: every source estimated by a model that has not seen it, over several deals."""
    return figures_of([nested(training, seed).content for seed in SEEDS])


def nested(training: Training, seed: int) -> Deal:
    """Estimates by models that were fitted, prior and interval included, without the source's fold."""
    order = np.random.default_rng(seed).permutation(len(training.facts))
    folds = np.array_split(order, FOLDS)
    models = [fit(training.only(np.setdiff1d(order, fold)), ("en",), "fold") for fold in folds]
    unmeasured = replace(training, facts=tuple(replace(facts, known_articles=0) for facts in training.facts))
    rated = estimates(unmeasured, models, folds, rated=True)
    fused = estimates(training, models, folds, rated=True)
    both = np.isin([facts.source for facts in fused.facts], [facts.source for facts in rated.facts])
    return Deal(estimates(training, models, folds, rated=False), fused.where(both), rated)


def estimates(training: Training, models: Sequence[ContentModel], folds: Sequence[Places], *, rated: bool) -> Estimates:
    """Score every source with the model of its fold; sources that come out unknown or unscored are left out.

    Args:
        rated: with the ratings of other families than the target's, else by content alone.
    """
    rows = np.full((len(training.facts), 5), np.nan)
    for model, fold in zip(models, folds, strict=True):
        for place in fold:
            ratings = training.ratings[place] if rated else ()
            score = score_source(training.facts[place], ratings, model).score
            if score.quality is not None:
                numbers = (score.quality, score.quality_low, score.quality_high, score.low_quality_chance)
                rows[place] = (*numbers, score.rating_families)
    shown = np.flatnonzero(~np.isnan(rows[:, 0]))
    return Estimates(tuple(training.facts[place] for place in shown), training.quality[shown], *rows[shown].T)


def figures_of(deals: Sequence[Estimates]) -> ContentFigures:
    """The means of every figure over several deals of the folds."""
    settled = [one.where(one.articles >= SETTLED_ARTICLES) for one in deals]
    first = settled[0]
    return ContentFigures(
        sources=len(deals[0].truth),
        settled_sources=len(first.truth),
        low_sources=int(first.bad.sum()),
        ranked=_over_deals(deals, _ranked),
        settled_ranked=_over_deals(settled, _ranked),
        low_auc=_over_deals(settled, _told_low),
        calibration=calibration([one.low_chance for one in settled], first.bad),
        coverage=mean_coverage(deals),
    )


def _ranked(found: Estimates) -> float:
    return spearman(found.quality, found.truth)


def _told_low(found: Estimates) -> float:
    """Draws without a low or without another source tell nothing."""
    return auc(-found.quality, found.bad) if 0 < found.bad.sum() < len(found.truth) else float("nan")


def _over_deals(deals: Sequence[Estimates], measure: Callable[[Estimates], float]) -> Measured:
    """Mean of a measure over the deals; what chance makes of it, on the first."""
    drawn = bootstrap(len(deals[0].truth), lambda places: measure(deals[0].where(places)))
    return Measured(float(np.mean([measure(one) for one in deals])), *interval(drawn))


def measured_over(count: int, measure: Callable[[Places], float]) -> Measured:
    """A measure of some sources by place, with what chance makes of it."""
    return Measured(measure(np.arange(count)), *interval(bootstrap(count, measure)))


def fused_lines(deals: Sequence[Estimates]) -> list[str]:
    """What scores from ratings and content are worth: over all rated sources, and over those met in the articles."""
    lines = []
    for name, chosen in (("all", np.ones(len(deals[0].truth), bool)), ("met in the articles", deals[0].articles > 0)):
        part = [one.where(chosen) for one in deals]
        ranked = np.mean([spearman(one.quality, one.truth) for one in part])
        lines.append(f"  {name}: {len(part[0].truth)} sources, Spearman with pc1 {ranked:.3f}")
        lines.append(
            "  " + f"  {calibration([one.low_chance for one in part], part[0].bad).line(RATED_CALIBRATION_NEEDED)}"
        )
        lines += ["  " + line for line in coverage_lines(mean_coverage(part))]
    return lines


def mean_coverage(deals: Sequence[Estimates]) -> dict[str, tuple[float, int]]:
    """Means of :func:`coverage` over several deals of the same sources."""
    slices = [coverage(one) for one in deals]
    return {name: (float(np.mean([one[name][0] for one in slices])), slices[0][name][1]) for name in slices[0]}


def coverage(found: Estimates) -> dict[str, tuple[float, int]]:
    """Share of intervals that hold the truth and number of sources, overall and by slice; empty slices left out."""
    articles, truth, held = found.articles, found.truth, found.held()
    slices = {
        "overall": np.ones(len(truth), bool),
        f"under {MIN_ARTICLES} articles": articles < MIN_ARTICLES,
        f"{MIN_ARTICLES} to {SETTLED_ARTICLES - 1} articles": (articles >= MIN_ARTICLES)
        & (articles < SETTLED_ARTICLES),
        f"{SETTLED_ARTICLES} articles or more": articles >= SETTLED_ARTICLES,
        f"low quality (under {LOW_QUALITY})": truth < LOW_QUALITY,
        f"middling ({LOW_QUALITY} to {HIGH_QUALITY})": (truth >= LOW_QUALITY) & (truth < HIGH_QUALITY),
        f"high ({HIGH_QUALITY} and more)": truth >= HIGH_QUALITY,
        "two families or more": found.families > 1,
    }
    return {name: (float(held[chosen].mean()), int(chosen.sum())) for name, chosen in slices.items() if chosen.any()}


def coverage_lines(slices: Mapping[str, tuple[float, int]]) -> list[str]:
    """For people."""
    shown = ", ".join(f"{name} {share:.1%} of {count}" for name, (share, count) in slices.items())
    return [f"  the 90% interval holds (need 88-92% overall, 80% of low ones): {shown}"]
