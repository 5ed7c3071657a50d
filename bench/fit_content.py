"""Fitting the content model: what sources' signals say about the quality that experts see in them.

Ridge regression on the logit of quality over a few standardised signals, each held to the direction that was fixed
before fitting, sources weighed and their signals shrunk by how many articles they were measured on. Which signals, how
much ridge and how wide an interval is chosen by cross-validation within the sources that are given, so that those left
out are an honest test. Pure numbers in and out; where ratings and articles come from, and where the weights go, does
not belong here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from transforms.records import Rating, SourceFacts
from transforms.score import MAX_DEVIATION, MIN_ARTICLES, ContentModel, SignalWeight, rated_estimate, to_logit

Numbers = npt.NDArray[np.float64]

DIRECTIONS: dict[str, int] = {
    "loaded_words": -1,
    "camp_labels": -1,
    "intensifiers": -1,
    "loaded_speech_verbs": -1,
    "exclamations": -1,
    "heated_headlines": -1,
    "qualifiers": 1,
    "named_speakers": 1,
    "comment_sought": 1,
    "numbers": 1,
}
"""The signals of the model and whether more of it goes with higher (1) or lower (-1) quality. The directions are those
that held over several collections of news (of NEWER_SIGNALS, what editors hold), so no fit on one collection may turn
them round."""

NEWER_SIGNALS = ("camp_labels", "qualifiers")
"""Signals whose worth is known from one collection only; whether to use them is chosen anew at every fit."""

LEAST_STEP = 1e-7
"""Of a weight in a sweep of coordinate descent; smaller ones are no change any more."""

SWEEPS = 200
"""Of coordinate descent at most; ten signals are settled after about thirty."""

MIN_SOURCES = 30
"""Rated sources with MIN_ARTICLES articles under which a fit means nothing."""

FOLDS = 10

LOW_END, HIGH_END = 0.5, 0.8
"""Where quality is low, middling and high, for the interval's two reaches."""

END_COVERAGE = 0.88
"""Share of low and of high sources that the interval must hold. Middling ones, nearest the prior, are held nearly
always, so the whole comes to about 0.9 and no end is left behind."""

USUAL_REACH = 1.645
"""Of a normal distribution's 90%; where there are too few low or high sources to measure."""

MIN_REACH = 1.5
"""Little under the usual reach: a small sample must not talk the interval narrower."""


class TooFewSources(ValueError):
    """There is not enough to fit a model on."""


@dataclass(frozen=True, slots=True)
class FitOptions:
    """What is not fitted; chosen by cross-validation within the training sources."""

    signals: tuple[str, ...] = tuple(DIRECTIONS)
    ridge: float = 2.0
    shrinkage_articles: float = 20.0
    weight_articles: float = 30.0
    """Articles at which a source weighs half of what it weighs with very many."""


SIGNAL_CHOICES = tuple(
    tuple(name for name in DIRECTIONS if name not in NEWER_SIGNALS or name in newer)
    for newer in ((), NEWER_SIGNALS[:1], NEWER_SIGNALS[1:], NEWER_SIGNALS)
)

GRID = tuple(
    FitOptions(signals, ridge, shrinkage)
    for signals in SIGNAL_CHOICES
    for ridge in (1.0, 4.0, 12.0)
    for shrinkage in (20.0, 40.0, 80.0)
)


@dataclass(frozen=True, slots=True)
class Training:
    """Sources with what is known of them and the quality that experts see in them."""

    facts: tuple[SourceFacts, ...]
    quality: Numbers
    """0..1, one for each source."""
    ratings: tuple[tuple[Rating, ...], ...]
    """Of each source, by families that the target is not made from."""

    def only(self, chosen: Sequence[int] | npt.NDArray[np.int64]) -> Training:
        """The sources at these places."""
        return Training(
            tuple(self.facts[place] for place in chosen),
            self.quality[list(chosen)],
            tuple(self.ratings[place] for place in chosen),
        )

    def where(self, kept: Callable[[SourceFacts], bool]) -> Training:
        """The sources whose facts are of some kind."""
        return self.only([place for place, facts in enumerate(self.facts) if kept(facts)])


@dataclass(frozen=True, slots=True)
class _Sample:
    """The same as numbers, one row for each measured source."""

    rates: Numbers
    """Sources by signals, in the order of DIRECTIONS; not a number where a source has no headlines."""
    articles: Numbers
    target: Numbers
    """Logit of quality."""

    def only(self, chosen: npt.NDArray[np.int64]) -> _Sample:
        return _Sample(self.rates[chosen], self.articles[chosen], self.target[chosen])


@dataclass(frozen=True, slots=True)
class _Weights:
    """What was fitted under some options, one number for each of DIRECTIONS."""

    options: FitOptions
    means: Numbers
    deviations: Numbers
    weights: Numbers
    prior_mean: float

    def moved(self, sample: _Sample) -> Numbers:
        """Deviations of each rate in its direction, shrunk by how many articles it was measured on."""
        share = sample.articles / (sample.articles + self.options.shrinkage_articles)
        rates = np.where(np.isnan(sample.rates), self.means, sample.rates)
        deviations = np.clip((rates - self.means) / self.deviations, -MAX_DEVIATION, MAX_DEVIATION)
        return np.asarray(deviations * _DIRECTIONS * share[:, None])

    def estimates(self, sample: _Sample) -> Numbers:
        """Logits that signals alone give each source."""
        return np.asarray(self.prior_mean + self.moved(sample) @ self.weights)


_DIRECTIONS = np.array(list(DIRECTIONS.values()), float)


def fit(training: Training, languages: Sequence[str], version: str, grid: Sequence[FitOptions] = GRID) -> ContentModel:
    """Fit weights, deviations and the interval's reaches, with the options that cross-validation within prefers.

    Raises:
        TooFewSources: fewer than MIN_SOURCES rated sources with articles.
    """
    measured = training.where(lambda facts: facts.known_articles > 0)
    if sum(facts.known_articles >= MIN_ARTICLES for facts in measured.facts) < MIN_SOURCES:
        raise TooFewSources(f"fewer than {MIN_SOURCES} rated sources have {MIN_ARTICLES} articles; load more of either")
    sample = _sample(measured)
    by_options = {options: _out_of_fold(sample, options) for options in grid}
    options = min(grid, key=lambda one: _loss(sample, by_options[one], one))
    model = _model(_fit_weights(sample, options), languages, version)
    sized = _with_deviations(model, sample, by_options[options])
    return _with_rated_reaches(sized, training)


def content_estimate(facts: SourceFacts, model: ContentModel) -> float:
    """The logit that signals alone give a source."""
    return model.prior_mean + sum(model.contributions(facts).values())


def _sample(training: Training) -> _Sample:
    return _Sample(
        rates=np.array([[getattr(facts, name) for name in DIRECTIONS] for facts in training.facts], float),
        articles=np.array([facts.known_articles for facts in training.facts], float),
        target=np.array([to_logit(quality) for quality in training.quality]),
    )


def _out_of_fold(sample: _Sample, options: FitOptions) -> Numbers:
    """Content estimates of each source by weights that have not seen it; folds are dealt out by order of quality."""
    estimates = np.zeros(len(sample.target))
    order = np.argsort(sample.target, kind="stable")
    for fold in range(FOLDS):
        held_out = order[fold::FOLDS]
        rest = np.setdiff1d(order, held_out)
        estimates[held_out] = _fit_weights(sample.only(rest), options).estimates(sample.only(held_out))
    return estimates


def _loss(sample: _Sample, estimates: Numbers, options: FitOptions) -> float:
    weights = sample.articles / (sample.articles + options.weight_articles)
    return float(np.average((sample.target - estimates) ** 2, weights=weights))


def _fit_weights(sample: _Sample, options: FitOptions) -> _Weights:
    weights = sample.articles / (sample.articles + options.weight_articles)
    rates = np.where(np.isnan(sample.rates), np.nanmean(sample.rates, axis=0), sample.rates)
    means = np.average(rates, axis=0, weights=weights)
    deviations = np.sqrt(np.average((rates - means) ** 2, axis=0, weights=weights)) + 1e-9
    prior_mean = float(np.average(sample.target, weights=weights))
    start = _Weights(options, means, deviations, np.zeros(len(DIRECTIONS)), prior_mean)
    used = np.array([name in options.signals for name in DIRECTIONS])
    fitted = np.zeros(len(DIRECTIONS))
    fitted[used] = _ridge_from_zero_up(start.moved(sample)[:, used], sample.target - prior_mean, weights, options.ridge)
    return replace(start, weights=fitted)


def _model(fitted: _Weights, languages: Sequence[str], version: str) -> ContentModel:
    return ContentModel(
        version=version,
        languages=tuple(languages),
        signals=tuple(
            SignalWeight(name, direction, *map(float, numbers))
            for (name, direction), *numbers in zip(
                DIRECTIONS.items(), fitted.means, fitted.deviations, fitted.weights, strict=True
            )
        ),
        prior_mean=fitted.prior_mean,
        prior_deviation=1.0,
        residual_deviation=1.0,
        shrinkage_articles=fitted.options.shrinkage_articles,
        lower_reach=USUAL_REACH,
        upper_reach=USUAL_REACH,
        rated_lower_reach=USUAL_REACH,
        rated_upper_reach=USUAL_REACH,
    )


def _ridge_from_zero_up(rates: Numbers, target: Numbers, weights: Numbers, ridge: float) -> Numbers:
    """Weighted ridge regression with coefficients of zero or more, by coordinate descent."""
    gram = (rates * weights[:, None]).T @ rates + ridge * np.eye(rates.shape[1])
    pull = (rates * weights[:, None]).T @ target
    fitted = np.zeros(rates.shape[1])
    for _ in range(SWEEPS):
        before = fitted.copy()
        for place in range(len(fitted)):
            step = (pull[place] - gram[place] @ fitted) / gram[place, place]
            fitted[place] = max(0.0, fitted[place] + step)
        if np.abs(fitted - before).max() < LEAST_STEP:
            break
    return fitted


def _with_deviations(model: ContentModel, sample: _Sample, estimates: Numbers) -> ContentModel:
    """Deviations from what weights that had not seen a source got wrong about it, then the interval's reaches."""
    share = sample.articles / (sample.articles + model.shrinkage_articles)
    prior_variance = float(np.mean((sample.target - model.prior_mean) ** 2))
    errors = sample.target - estimates
    # The variance falls from the prior's to the residual one as the share rises: least squares for the latter.
    residual = float(np.sum(share * (errors**2 - prior_variance * (1 - share))) / np.sum(share**2))
    residual = min(prior_variance * 0.95, max(prior_variance * 0.25, residual))
    sized = replace(model, prior_deviation=prior_variance**0.5, residual_deviation=residual**0.5)
    standard = errors / np.array([sized.deviation(int(count)) for count in sample.articles])
    lower, upper = _reaches(standard, sample.target)
    return replace(sized, lower_reach=lower, upper_reach=upper)


def _with_rated_reaches(model: ContentModel, training: Training) -> ContentModel:
    """The reaches of intervals with ratings, from what ratings alone get wrong."""
    errors, target = [], []
    for quality, ratings in zip(training.quality, training.ratings, strict=True):
        if any(rating.quality_mean is not None for rating in ratings):
            mean, deviation = rated_estimate(ratings, model)
            target.append(to_logit(quality))
            errors.append((target[-1] - mean) / deviation)
    lower, upper = _reaches(np.array(errors), np.array(target))
    return replace(model, rated_lower_reach=lower, rated_upper_reach=upper)


def _reaches(standard: Numbers, target: Numbers) -> tuple[float, float]:
    """How many deviations the interval must reach down and up to hold END_COVERAGE of low and of high sources."""
    low, high = standard[target < to_logit(LOW_END)], standard[target >= to_logit(HIGH_END)]
    lower = float(np.quantile(-low, END_COVERAGE)) if len(low) >= FOLDS else USUAL_REACH
    upper = float(np.quantile(high, END_COVERAGE)) if len(high) >= FOLDS else USUAL_REACH
    return max(MIN_REACH, lower), max(MIN_REACH, upper)
