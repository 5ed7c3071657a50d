"""The credibility of a source: prior, expert ratings and observed signals weighed by their precision, with an interval.

Everything is added on the logit scale of quality (0 worst, 1 best) as normal evidence. What a label or an estimate
means was measured as the quality of the sources that have it, the prior included; so each stands for what it adds to
the prior, which counts once, and one rating alone means what it says. The shifts of all pieces add up to the score,
and more evidence can only narrow the interval. The content model's numbers are data
(``transforms/credibility/data/credibility_model.json``); how they are fitted belongs to :mod:`bench.fit_content`.
Nothing here speaks about single articles.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from transforms.errors import DataFileError
from transforms.records import EvidenceKind, Rating, ScoreEvidence, ScoreStatus, SourceFacts, SourceScore

MIN_ARTICLES = 5
"""Own articles under which what was observed says too little: the estimate from one article ranks sources like their
full sample at 0.41, from five at 0.68 (measured on 467 sources)."""

STYLE_ONLY = (
    "style does not detect falsehood; nobody rated the source, and this is how {articles} of its articles are written"
)
"""Said beside every number that no rating stands behind."""

LOWEST_QUALITY, HIGHEST_QUALITY = 0.02, 0.98
"""Ends of the scale; experts' scales end somewhere, and a logit must not."""

LOGITS_AT_MIDDLE = 4.0
"""Logits to a unit of quality where quality is 0.5: the slope of the logit there."""

FURTHER_FAMILIES = 0.4
"""Share of its precision with which a further family moves the score beside the most precise one. Families err
together: the errors of MBFC, OpenSources and Wikipedia against Lin et al. correlate at 0.42 to 0.71, and regression on
two of them gives the second one half to four fifths of the weight of the first. It moves the score but does not narrow
the interval: where two families rate a source, the fused score errs as much as the better family does alone
(``bench.quality_credibility``)."""

LEAST_ADDED = 0.05
"""Share of its precision that a rating adds at least: one less sure than the prior would else take some away."""

LOW_QUALITY = 0.5
"""Under this a source counts as of low quality, on the scale of Lin et al. 2023."""

MAX_DEVIATION = 4.0
"""Standard deviations at which a signal's rate is held, so that one odd page layout cannot decide a score."""

_NORMAL = NormalDist()
_DECIMALS = 6


class ModelError(DataFileError):
    """The content model's file is wrong; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class SignalScale:
    """How one signal is measured; all signals count alike."""

    name: str
    """A column of ``SourceFacts``."""
    direction: int
    """1 where more of it goes with higher quality, -1 where with lower; fixed before fitting."""
    mean: float
    """Of the signal's rate over the training sources."""
    deviation: float
    """Standard deviation of it."""


@dataclass(frozen=True, slots=True)
class ContentModel:
    """The fitted numbers."""

    version: str
    languages: tuple[str, ...]
    signals: tuple[SignalScale, ...]
    slope: float
    """Logits for one deviation of the mean over all signals, each in its direction."""
    prior_mean: float
    """Logit of the quality of a source of which nothing is known."""
    prior_deviation: float
    residual_deviation: float
    """Of the estimate from very many articles."""
    shrinkage_articles: float
    """Articles at which what was observed and the prior weigh the same."""
    lower_reach: float
    """Standard deviations from the mean to the lower end of the 90% interval, where nobody rated the source."""
    upper_reach: float
    rated_lower_reach: float
    """The same where somebody did: a rating errs otherwise than a text."""
    rated_upper_reach: float

    def deviation(self, articles: int) -> float:
        """Standard deviation of the estimate from so many articles, between the prior's and the residual one."""
        share = articles / (articles + self.shrinkage_articles)
        return math.sqrt(self.prior_deviation**2 * (1 - share) + self.residual_deviation**2 * share)

    def reaches(self, *, rated: bool) -> tuple[float, float]:
        """Standard deviations to the lower and to the upper end of the interval."""
        if rated:
            return self.rated_lower_reach, self.rated_upper_reach
        return self.lower_reach, self.upper_reach

    def contributions(self, facts: SourceFacts) -> dict[str, float]:
        """Logits that each signal of a source moves the content estimate away from the prior mean."""
        articles = facts.known_articles
        share = articles / (articles + self.shrinkage_articles)
        moved = {}
        for signal in self.signals:
            rate = getattr(facts, signal.name)
            if rate is None or not articles:
                moved[signal.name] = 0.0
                continue
            deviations = (rate - signal.mean) / signal.deviation
            held = max(-MAX_DEVIATION, min(MAX_DEVIATION, deviations))
            moved[signal.name] = signal.direction * held * share * self.slope / len(self.signals)
        return moved


@dataclass(frozen=True, slots=True)
class Scored:
    """A source's score and everything that it was made from."""

    score: SourceScore
    evidence: tuple[ScoreEvidence, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one piece of evidence adds to the prior, on the logit scale."""

    kind: EvidenceKind
    name: str
    value: float
    """What it alone would make of a source."""
    precision: float
    pull: float
    """Logits away from the prior mean, times precision."""


def parse_model(text: str) -> ContentModel:
    """The content model from the text of its file.

    Raises:
        ModelError: the text is not JSON, or a number is missing or out of its range.
    """
    try:
        data = json.loads(text)
        model = ContentModel(
            version=data["version"],
            languages=tuple(data["languages"]),
            signals=tuple(SignalScale(**_scale(entry)) for entry in data["signals"]),
            **{name: float(data[name]) for name in _NUMBERS},
        )
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ModelError(
            f"credibility model: {type(error).__name__}: {error}; make it again with bench.train_credibility"
        ) from error
    wrong = [signal.name for signal in model.signals if signal.deviation <= 0]
    sound = 0 < model.residual_deviation <= model.prior_deviation and model.shrinkage_articles > 0 <= model.slope
    reaches = (*model.reaches(rated=False), *model.reaches(rated=True))
    if wrong or not sound or min(reaches) <= 0:
        raise ModelError(f"credibility model: numbers out of range ({', '.join(wrong) or 'deviations'}); make it again")
    return model


_NUMBERS = (
    "slope",
    "prior_mean",
    "prior_deviation",
    "residual_deviation",
    "shrinkage_articles",
    "lower_reach",
    "upper_reach",
    "rated_lower_reach",
    "rated_upper_reach",
)


def _scale(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("name", "direction", "mean", "deviation")}


def score_source(
    facts: SourceFacts, ratings: Sequence[Rating], model: ContentModel, *, not_asked: str | None = None
) -> Scored:
    """Score one source from what is known of it.

    Args:
        ratings: all ratings of this source, in any order.
        not_asked: why quality of reporting is not the question, whoever rates it, such as a platform or satire.

    Returns:
        A score of status ``scored``, ``style only``, ``unknown`` or ``unscored``; the last two have no number.
    """
    families = _families(ratings)
    pieces = [_prior(model), *_rating_pieces(families, model)]
    use_content = facts.known_articles >= MIN_ARTICLES
    moved = model.contributions(facts) if use_content else {}
    content = model.deviation(facts.known_articles) ** -2
    content_precision = max(0.0, content - model.prior_deviation**-2) if use_content else 0.0
    total = math.fsum([*(piece.precision for piece in pieces), content_precision])
    deviation = (_certain(families, model) + content_precision) ** -0.5
    shifts: dict[tuple[str, str], float] = {(piece.kind, piece.name): piece.pull / total for piece in pieces}
    shifts |= {("signal", name): logits * content / total for name, logits in moved.items()}
    mean = model.prior_mean + math.fsum(shifts.values())
    status, reason = _status(facts, ratings, model, rated=bool(families), not_asked=not_asked)
    score = _score(facts, status, reason, mean, deviation, len(families), model)
    return Scored(score, tuple(_evidence(facts, ratings, families, pieces, shifts, content_precision, total)))


def rated_estimate(ratings: Sequence[Rating], model: ContentModel) -> tuple[float, float]:
    """Mean and standard deviation (logits) of a source from the prior and its ratings alone."""
    families = _families(ratings)
    pieces = [_prior(model), *_rating_pieces(families, model)]
    total = math.fsum(piece.precision for piece in pieces)
    return model.prior_mean + math.fsum(piece.pull for piece in pieces) / total, _certain(families, model) ** -0.5


def to_logit(quality: float) -> float:
    """Quality on the logit scale, held within the ends of the scale."""
    held = min(HIGHEST_QUALITY, max(LOWEST_QUALITY, quality))
    return math.log(held / (1 - held))


def to_quality(logit: float) -> float:
    """A logit back on the scale 0..1."""
    return 1 / (1 + math.exp(-logit)) if logit >= 0 else math.exp(logit) / (1 + math.exp(logit))


def logit_of(rating: Rating) -> tuple[float, float]:
    """A rating's mean and standard deviation on the logit scale.

    The spread is stated at the middle of the scale, where a logit is a quarter wide, and holds in logits along all of
    it: measured, labels at the ends of the scale are no less certain in logits than those in the middle. So a better
    label can only raise a score.
    """
    assert rating.quality_mean is not None and rating.quality_spread is not None
    return to_logit(rating.quality_mean), rating.quality_spread * LOGITS_AT_MIDDLE


def _prior(model: ContentModel) -> _Piece:
    return _Piece("prior", "prior", model.prior_mean, model.prior_deviation**-2, 0.0)


def _rating_pieces(families: Mapping[str, Sequence[Rating]], model: ContentModel) -> list[_Piece]:
    """What each family adds to the prior: the most precise one wholly, the others by FURTHER_FAMILIES.

    A label's mean and spread are those of sources that have it, in which the prior is counted already.
    """
    if not families:
        return []
    found = {family: _of_family(rows) for family, rows in sorted(families.items())}
    added = {family: _added(precision, model) for family, (_, precision) in found.items()}
    most, whole = max(added.values()), math.fsum(added.values())
    counted = (most + FURTHER_FAMILIES * (whole - most)) / whole
    return [
        _Piece("rating", family, mean, counted * added[family], counted * precision * (mean - model.prior_mean))
        for family, (mean, precision) in found.items()
    ]


def _added(precision: float, model: ContentModel) -> float:
    """What a family of this precision adds to the prior's, which is part of it already."""
    return max(precision - model.prior_deviation**-2, LEAST_ADDED * precision)


def _certain(families: Mapping[str, Sequence[Rating]], model: ContentModel) -> float:
    """Precision that the interval rests on: of the prior and of the most precise family."""
    most = max((_added(_of_family(rows)[1], model) for rows in families.values()), default=0.0)
    return model.prior_deviation**-2 + most


def _families(ratings: Iterable[Rating]) -> dict[str, list[Rating]]:
    """The ratings that count, by family: those with a number whose family no other present one is made from."""
    usable = [rating for rating in ratings if rating.quality_mean is not None]
    present = {rating.family for rating in usable}
    covered = {family for rating in usable for family in rating.covers if family != rating.family} & present
    families: dict[str, list[Rating]] = {}
    for rating in usable:
        if rating.family not in covered:
            families.setdefault(rating.family, []).append(rating)
    return families


def _of_family(ratings: Sequence[Rating]) -> tuple[float, float]:
    """Mean and precision of one family: its sets' precision-weighted mean, with the best one's precision only."""
    values = [logit_of(rating) for rating in ratings]
    weights = [deviation**-2 for _, deviation in values]
    mean = math.fsum(weight * value for weight, (value, _) in zip(weights, values, strict=True)) / math.fsum(weights)
    return mean, max(weights)


def _status(
    facts: SourceFacts, ratings: Sequence[Rating], model: ContentModel, *, rated: bool, not_asked: str | None
) -> tuple[ScoreStatus, str | None]:
    reasons = sorted({rating.unscored_reason for rating in ratings if rating.unscored_reason})
    if not_asked:
        return "unscored", not_asked
    if reasons:
        return "unscored", f"{', '.join(reasons)}, says {_named(ratings)}"
    return ("scored", None) if rated else _status_by_content(facts, model)


def _status_by_content(facts: SourceFacts, model: ContentModel) -> tuple[ScoreStatus, str | None]:
    if facts.own_articles < MIN_ARTICLES:
        return "unknown", f"no rating and {facts.own_articles} own articles, fewer than {MIN_ARTICLES}"
    if facts.known_articles < MIN_ARTICLES:
        return "unknown", (
            f"no rating, and {facts.known_articles} own articles that can be measured; {facts.other_topics} are on "
            f"other topics than public affairs, the rest too short or in other languages than "
            f"{', '.join(model.languages)}"
        )
    return "style only", STYLE_ONLY.format(articles=facts.known_articles)


def _named(ratings: Iterable[Rating]) -> str:
    return ", ".join(sorted({rating.rating_set for rating in ratings if rating.unscored_reason}))


def _score(
    facts: SourceFacts,
    status: ScoreStatus,
    reason: str | None,
    mean: float,
    deviation: float,
    families: int,
    model: ContentModel,
) -> SourceScore:
    shown = status in ("scored", "style only")
    lower, upper = model.reaches(rated=families > 0)
    low, high = mean - lower * deviation, mean + upper * deviation
    chance = low_quality_chance(mean, deviation, lower, upper)
    return SourceScore(
        source=facts.source,
        status=status,
        reason=reason,
        quality=round(to_quality(mean), _DECIMALS) if shown else None,
        quality_low=round(to_quality(low), _DECIMALS) if shown else None,
        quality_high=round(to_quality(high), _DECIMALS) if shown else None,
        low_quality_chance=round(chance, _DECIMALS) if shown else None,
        rating_families=families,
        own_articles=facts.own_articles,
        known_articles=facts.known_articles,
        copied_articles=facts.copied_articles,
        model_version=model.version,
    )


def low_quality_chance(mean: float, deviation: float, lower_reach: float, upper_reach: float) -> float:
    """Chance that experts would put the source under LOW_QUALITY: what lies under it of the interval's distribution.

    That is a normal one, on each side of the mean as wide as the interval's reach there says.
    """
    distance = to_logit(LOW_QUALITY) - mean
    reach = lower_reach if distance < 0 else upper_reach
    return _NORMAL.cdf(distance / (deviation * reach / _NORMAL.inv_cdf(0.95)))


def _evidence(
    facts: SourceFacts,
    ratings: Iterable[Rating],
    families: Mapping[str, Sequence[Rating]],
    pieces: Iterable[_Piece],
    shifts: Mapping[tuple[str, str], float],
    content_precision: float,
    total: float,
) -> Iterable[ScoreEvidence]:
    for piece in pieces:
        shift = shifts[piece.kind, piece.name]
        value = round(to_quality(piece.value), _DECIMALS)
        yield _row(facts, piece.kind, piece.name, value, piece.precision / total, shift, None)
    for family in sorted({rating.family for rating in ratings if rating.quality_mean is not None} - families.keys()):
        yield _row(facts, "rating", family, None, 0.0, 0.0, "part of another family that rates the source")
    signals = {name: shift for (kind, name), shift in shifts.items() if kind == "signal"}
    for name, shift in sorted(signals.items()):
        share = content_precision / total
        yield _row(facts, "signal", name, getattr(facts, name), share, shift, None)


def _row(
    facts: SourceFacts,
    kind: EvidenceKind,
    name: str,
    value: float | None,
    weight: float,
    shift: float,
    note: str | None,
) -> ScoreEvidence:
    rounded = None if value is None else round(value, _DECIMALS)
    return ScoreEvidence(facts.source, kind, name, rounded, round(weight, _DECIMALS), round(shift, _DECIMALS), note)
