"""Fitting the content model: what sources' signals say about the quality that experts see in them.

Ridge regression on the logit of quality over a few standardised signals, each held to the direction that was fixed
before fitting, sources weighed and their signals shrunk by how many articles they were measured on. Pure numbers in and
out; where ratings and articles come from, and where the weights go, does not belong here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from transforms.records import SourceFacts
from transforms.score import MAX_DEVIATION, MIN_ARTICLES, ContentModel, SignalWeight, to_logit

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
that held over several collections of news, so no fit on one collection may turn them round."""

SWEEPS = 200
"""Of coordinate descent; ten signals are settled to six digits after about fifty."""

MIN_SOURCES = 30
"""Rated sources with MIN_ARTICLES articles under which a fit means nothing."""

FOLDS = 10
COVERAGE = 0.90
"""What the interval is to hold."""

LOW_END, HIGH_END = 0.5, 0.8
"""Where quality is low, middling and high, for the interval's two reaches."""

END_COVERAGE = 0.88
"""Share of low and of high sources that the interval must hold. Middling ones, nearest the prior, are held nearly
always, so the whole comes to about 0.9 and no end is left behind."""


USUAL_REACH = 1.645
"""Of a normal distribution's 90%; where there are too few low or high sources to measure."""

MIN_REACH = 1.6
"""Little under the usual reach: a small sample must not talk the interval narrower."""


class TooFewSources(ValueError):
    """There is not enough to fit a model on."""


@dataclass(frozen=True, slots=True)
class FitOptions:
    """What is not fitted; chosen by cross-validation within the training sources."""

    ridge: float = 2.0
    shrinkage_articles: float = 20.0
    weight_articles: float = 30.0
    """Articles at which a source weighs half of what it weighs with very many."""


GRID = tuple(FitOptions(ridge, shrinkage) for ridge in (1.0, 4.0, 12.0) for shrinkage in (10.0, 20.0, 40.0))


@dataclass(frozen=True, slots=True)
class Training:
    """Sources with what was measured of them and the quality that experts see in them."""

    facts: tuple[SourceFacts, ...]
    quality: Numbers
    """0..1, one for each source."""

    @property
    def articles(self) -> Numbers:
        """Measured articles of each source."""
        return np.array([facts.known_articles for facts in self.facts], float)

    def only(self, chosen: Sequence[int] | npt.NDArray[np.int64]) -> Training:
        """The sources at these places."""
        return Training(tuple(self.facts[place] for place in chosen), self.quality[list(chosen)])


def fit(training: Training, languages: Sequence[str], version: str) -> ContentModel:
    """Fit weights, deviations and the interval's reaches, with the options that cross-validation within prefers.

    Raises:
        TooFewSources: fewer than MIN_SOURCES rated sources with articles.
    """
    measured = training.only([place for place, facts in enumerate(training.facts) if facts.known_articles > 0])
    if sum(facts.known_articles >= MIN_ARTICLES for facts in measured.facts) < MIN_SOURCES:
        raise TooFewSources(f"fewer than {MIN_SOURCES} rated sources have {MIN_ARTICLES} articles; load more of either")
    target = np.array([to_logit(quality) for quality in measured.quality])
    by_options = {options: out_of_fold(measured, target, options) for options in GRID}
    options = min(GRID, key=lambda one: _loss(target - by_options[one], measured.articles, one))
    model = _fit_weights(measured, target, options, languages, version)
    return _with_deviations(model, measured, target, by_options[options])


def out_of_fold(training: Training, target: Numbers, options: FitOptions) -> Numbers:
    """Content estimates (logits) of each source by a model that has not seen it; folds are dealt out by order."""
    estimates = np.zeros(len(target))
    order = np.argsort(target, kind="stable")
    for fold in range(FOLDS):
        held_out = order[fold::FOLDS]
        rest = np.setdiff1d(np.arange(len(target)), held_out)
        model = _fit_weights(training.only(rest), target[rest], options, (), "")
        estimates[held_out] = [content_estimate(training.facts[place], model) for place in held_out]
    return estimates


def content_estimate(facts: SourceFacts, model: ContentModel) -> float:
    """The logit that signals alone give a source."""
    return model.prior_mean + sum(model.contributions(facts).values())


def _loss(errors: Numbers, articles: Numbers, options: FitOptions) -> float:
    weights = articles / (articles + options.weight_articles)
    return float(np.average(errors**2, weights=weights))


def _fit_weights(
    training: Training, target: Numbers, options: FitOptions, languages: Sequence[str], version: str
) -> ContentModel:
    rates = np.array([[getattr(facts, name) for name in DIRECTIONS] for facts in training.facts], float)
    articles = training.articles
    weights = articles / (articles + options.weight_articles)
    rates = np.where(np.isnan(rates), np.nanmean(rates, axis=0), rates)  # a source without headlines
    means = np.average(rates, axis=0, weights=weights)
    deviations = np.sqrt(np.average((rates - means) ** 2, axis=0, weights=weights)) + 1e-9
    prior_mean = float(np.average(target, weights=weights))
    directions = np.array(list(DIRECTIONS.values()), float)
    share = articles / (articles + options.shrinkage_articles)
    moved = np.clip((rates - means) / deviations, -MAX_DEVIATION, MAX_DEVIATION) * directions * share[:, None]
    fitted = _ridge_from_zero_up(moved, target - prior_mean, weights, options.ridge)
    return ContentModel(
        version=version,
        languages=tuple(languages),
        signals=tuple(
            SignalWeight(name, direction, *map(float, numbers))
            for (name, direction), *numbers in zip(DIRECTIONS.items(), means, deviations, fitted, strict=True)
        ),
        prior_mean=prior_mean,
        prior_deviation=1.0,
        residual_deviation=1.0,
        shrinkage_articles=options.shrinkage_articles,
        lower_reach=USUAL_REACH,
        upper_reach=USUAL_REACH,
    )


def _ridge_from_zero_up(rates: Numbers, target: Numbers, weights: Numbers, ridge: float) -> Numbers:
    """Weighted ridge regression with coefficients of zero or more, by coordinate descent."""
    gram = (rates * weights[:, None]).T @ rates + ridge * np.eye(rates.shape[1])
    pull = (rates * weights[:, None]).T @ target
    fitted = np.zeros(rates.shape[1])
    for _ in range(SWEEPS):
        for place in range(len(fitted)):
            step = (pull[place] - gram[place] @ fitted) / gram[place, place]
            fitted[place] = max(0.0, fitted[place] + step)
    return fitted


def _with_deviations(model: ContentModel, training: Training, target: Numbers, estimates: Numbers) -> ContentModel:
    """Deviations from what models that had not seen a source got wrong about it, then the interval's reaches."""
    articles = training.articles
    share = articles / (articles + model.shrinkage_articles)
    prior_variance = float(np.mean((target - model.prior_mean) ** 2))
    errors = target - estimates
    # The variance falls from the prior's to the residual one as the share rises: least squares for the latter.
    residual = float(np.sum(share * (errors**2 - prior_variance * (1 - share))) / np.sum(share**2))
    residual = min(prior_variance * 0.95, max(prior_variance * 0.25, residual))
    sized = replace(model, prior_deviation=prior_variance**0.5, residual_deviation=residual**0.5)
    standard = errors / np.array([sized.deviation(int(count)) for count in articles])
    lower, upper = _reaches(standard, training.quality)
    return replace(sized, lower_reach=lower, upper_reach=upper)


def _reaches(standard: Numbers, quality: Numbers) -> tuple[float, float]:
    """How many deviations the interval must reach down and up to hold END_COVERAGE of low and of high sources."""
    low, high = standard[quality < LOW_END], standard[quality >= HIGH_END]
    lower = float(np.quantile(-low, END_COVERAGE)) if len(low) >= FOLDS else USUAL_REACH
    upper = float(np.quantile(high, END_COVERAGE)) if len(high) >= FOLDS else USUAL_REACH
    return max(MIN_REACH, lower), max(MIN_REACH, upper)
