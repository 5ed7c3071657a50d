"""Fitting the content model for sources that nobody looked at: one slope, and how far it errs on sources left out.

Every signal counts alike, in standard deviations and in the direction that was fixed before fitting; their mean is the
style of a source. Weights of their own for ten signals fit the sources that they were fitted on and few others: fitted
on the sources with :data:`MIN_ARTICLES` articles and more, they rank those with fewer at 0.23, equal weights at 0.31.
So four numbers are fitted: the prior's mean and deviation, the slope, and the deviation of what is left. The slope is
multiplied by what sources left out say of it. Pure numbers in and out; where ratings and articles come from, and where
the model goes, does not belong here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from transforms.records import Rating, SourceFacts
from transforms.score import MAX_DEVIATION, MIN_ARTICLES, ContentModel, SignalScale, rated_estimate, to_logit

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

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
"""The signals of the model and whether more of it goes with higher (1) or lower (-1) quality: what editors hold, and
what several collections of news agree on. No fit on one collection may turn a direction round."""

SHRINKAGE_ARTICLES = 5.0
"""Articles at which what was observed and the prior weigh the same. With 5, estimates of sources with one to four
articles, by a model fitted on the others, rise as fast as their quality (slope 0.93); with 20 half as fast as that."""

WEIGHT_ARTICLES = 30.0
"""Articles at which a source weighs half of what it weighs with very many."""

MIN_SOURCES = 30
"""Rated sources with MIN_ARTICLES articles under which a fit means nothing."""

COLLECTION_SHARE = 2 / 3
"""Weight of the sources of the collection in the prior, the rest of it that of all sources that the target set rates.
Whose articles you hold cannot be known: mostly sources that are read, as in the collection; but experts rate the worst
of the web too, of which a collection of well-known sources has few."""

LOW_END, HIGH_END = 0.5, 0.8
"""Where quality is low, middling and high, for the interval's two reaches."""

END_COVERAGE = 0.88
"""Share of low and of high sources that the interval must hold. Middling ones, nearest the prior, are held nearly
always, so the whole comes to 0.9 and neither end is left behind."""

USUAL_REACH = 1.645
"""Of a normal distribution's 90%; where there are too few low or high sources to measure."""

MIN_REACH = 1.4
"""Little under the usual reach: a small sample must not argue the interval narrow."""

LEAST_AT_END = 10


class TooFewSources(ValueError):
    """There is not enough to fit a model on."""


@dataclass(frozen=True, slots=True)
class Training:
    """Sources with what is known of them and the quality that experts see in them."""

    facts: tuple[SourceFacts, ...]
    quality: Numbers
    """0..1, one for each source."""
    ratings: tuple[tuple[Rating, ...], ...]
    """Of each source, by families that the target is not made from."""

    def only(self, chosen: Sequence[int] | Places) -> Training:
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

    @property
    def weights(self) -> Numbers:
        return np.asarray(self.articles / (self.articles + WEIGHT_ARTICLES))

    @property
    def shares(self) -> Numbers:
        """How much of what was observed counts."""
        return np.asarray(self.articles / (self.articles + SHRINKAGE_ARTICLES))

    def only(self, chosen: Places) -> _Sample:
        return _Sample(self.rates[chosen], self.articles[chosen], self.target[chosen])


@dataclass(frozen=True, slots=True)
class _Line:
    """Quality as a straight line over style."""

    means: Numbers
    deviations: Numbers
    middle: float
    """Logit of quality where style is average."""
    slope: float

    def styles(self, sample: _Sample) -> Numbers:
        """Mean deviation of a source's signals, each in its direction, shrunk by how many articles there are."""
        rates = np.where(np.isnan(sample.rates), self.means, sample.rates)
        held = np.clip((rates - self.means) / self.deviations, -MAX_DEVIATION, MAX_DEVIATION)
        return np.asarray((held * list(DIRECTIONS.values())).mean(axis=1) * sample.shares)


def fit(training: Training, languages: Sequence[str], version: str) -> ContentModel:
    """Fit the prior, the slope, the deviations and the interval's reaches.

    Raises:
        TooFewSources: fewer than MIN_SOURCES rated sources with articles.
    """
    measured = training.where(lambda facts: facts.known_articles > 0)
    if sum(facts.known_articles >= MIN_ARTICLES for facts in measured.facts) < MIN_SOURCES:
        raise TooFewSources(f"fewer than {MIN_SOURCES} rated sources have {MIN_ARTICLES} articles; load more of either")
    sample, everyone = _sample(measured), np.array([to_logit(quality) for quality in training.quality])
    line = _fit_line(sample)
    left_out = _left_out(sample)
    model = _sized(_model(line, languages, version), sample, everyone, left_out)
    return _with_rated_reaches(model, training)


def content_estimate(facts: SourceFacts, model: ContentModel) -> float:
    """The logit that signals alone give a source."""
    return model.prior_mean + sum(model.contributions(facts).values())


def _sample(training: Training) -> _Sample:
    return _Sample(
        rates=np.array([[getattr(facts, name) for name in DIRECTIONS] for facts in training.facts], float),
        articles=np.array([facts.known_articles for facts in training.facts], float),
        target=np.array([to_logit(quality) for quality in training.quality]),
    )


def _fit_line(sample: _Sample) -> _Line:
    weights = sample.weights
    rates = np.where(np.isnan(sample.rates), np.nanmean(sample.rates, axis=0), sample.rates)
    means = np.average(rates, axis=0, weights=weights)
    deviations = np.sqrt(np.average((rates - means) ** 2, axis=0, weights=weights)) + 1e-9
    middle = float(np.average(sample.target, weights=weights))
    flat = _Line(means, deviations, middle, 0.0)
    return replace(flat, slope=max(0.0, _slope(flat.styles(sample), sample.target - middle, weights)))


def _slope(along: Numbers, target: Numbers, weights: Numbers) -> float:
    """Least squares through the origin."""
    return float(np.sum(weights * along * target) / max(1e-9, float(np.sum(weights * along**2))))


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """What lines that have not seen a source make of it."""

    moved: Numbers
    """Logits away from the middle."""
    held: float
    """Share of a fitted slope that holds on sources left out, at most 1."""


def _left_out(sample: _Sample) -> _LeftOut:
    """Each source by the line of all others."""
    moved, middles = np.zeros(len(sample.target)), np.zeros(len(sample.target))
    for place in range(len(sample.target)):
        line = _fit_line(sample.only(np.delete(np.arange(len(sample.target)), place)))
        moved[place] = line.slope * line.styles(sample.only(np.array([place])))[0]
        middles[place] = line.middle
    held = _slope(moved, sample.target - middles, sample.weights)
    return _LeftOut(moved, min(1.0, max(0.0, held)))


def _model(line: _Line, languages: Sequence[str], version: str) -> ContentModel:
    return ContentModel(
        version=version,
        languages=tuple(languages),
        signals=tuple(
            SignalScale(name, direction, float(mean), float(deviation))
            for (name, direction), mean, deviation in zip(DIRECTIONS.items(), line.means, line.deviations, strict=True)
        ),
        slope=line.slope,
        prior_mean=line.middle,
        prior_deviation=1.0,
        residual_deviation=1.0,
        shrinkage_articles=SHRINKAGE_ARTICLES,
        lower_reach=USUAL_REACH,
        upper_reach=USUAL_REACH,
        rated_lower_reach=USUAL_REACH,
        rated_upper_reach=USUAL_REACH,
    )


def _sized(model: ContentModel, sample: _Sample, everyone: Numbers, left_out: _LeftOut) -> ContentModel:
    """With the prior of what may be met, the slope that holds, and deviations and reaches from errors on sources left
    out."""
    shares = (COLLECTION_SHARE, 1 - COLLECTION_SHARE)
    prior = shares[0] * float(sample.target.mean()) + shares[1] * float(everyone.mean())
    variance = sum(
        share * float(np.mean((logits - prior) ** 2))
        for share, logits in zip(shares, (sample.target, everyone), strict=True)
    )
    errors = sample.target - prior - left_out.held * left_out.moved
    # The variance falls from the prior's to the residual one as the share rises: least squares for the latter.
    residual = float(np.sum(sample.shares * (errors**2 - variance * (1 - sample.shares))) / np.sum(sample.shares**2))
    residual = min(variance * 0.95, max(variance * 0.25, residual))
    sized = replace(
        model,
        slope=left_out.held * model.slope,
        prior_mean=prior,
        prior_deviation=variance**0.5,
        residual_deviation=residual**0.5,
    )
    shown = sample.articles >= MIN_ARTICLES
    standard = errors / np.array([sized.deviation(int(count)) for count in sample.articles])
    lower, upper = _reaches(standard[shown], sample.target[shown])
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
    lower = float(np.quantile(-low, END_COVERAGE)) if len(low) >= LEAST_AT_END else USUAL_REACH
    upper = float(np.quantile(high, END_COVERAGE)) if len(high) >= LEAST_AT_END else USUAL_REACH
    return max(MIN_REACH, lower), max(MIN_REACH, upper)
