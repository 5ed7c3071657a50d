"""Fitting finds what is there, keeps the directions, and refuses to fit on too little."""

from dataclasses import replace

import numpy as np
import pytest

from bench.fit_content import DIRECTIONS, MIN_REACH, TooFewSources, Training, content_estimate, fit
from tests.credibility import RATES, make_facts, make_rating
from transforms.score import to_logit, to_quality


def made_up(sources: int, strength: float = 0.8) -> Training:
    """Sources whose quality falls with loaded words and rises, against the set direction, with exclamation marks."""
    random = np.random.default_rng(1)
    loaded, exclaimed = random.normal(size=sources), random.normal(size=sources)
    logits = 0.9 - strength * loaded + 0.5 * exclaimed + random.normal(scale=0.4, size=sources)
    facts = tuple(
        make_facts(source=f"s{place}.example", loaded_words=1 + 0.2 * loaded[place], exclamations=1 + exclaimed[place])
        for place in range(sources)
    )
    return Training(facts, np.array([to_quality(logit) for logit in logits]), ((),) * sources)


def test_every_direction_is_of_a_signal() -> None:
    assert DIRECTIONS.keys() == RATES.keys()


def test_a_fit_finds_the_signal_and_keeps_the_directions() -> None:
    training = made_up(80)
    model = fit(training, ("en",), "v")
    weights = {signal.name: signal.weight for signal in model.signals}
    assert weights["loaded_words"] == pytest.approx(0.8, abs=0.35)
    assert weights["exclamations"] == 0.0
    assert min(weights.values()) >= 0
    assert 0 < model.residual_deviation <= model.prior_deviation
    assert min(model.lower_reach, model.upper_reach) >= MIN_REACH
    estimates = [content_estimate(facts, model) for facts in training.facts]
    assert np.corrcoef(estimates, training.quality)[0, 1] > 0.6


def test_a_newer_signal_is_left_out_where_it_does_not_help_within_the_training_sources() -> None:
    random = np.random.default_rng(2)
    training = made_up(80)
    chance = tuple(replace(facts, qualifiers=random.normal(1.6, 0.2)) for facts in training.facts)
    helping = tuple(
        replace(facts, qualifiers=1.6 + 0.2 * (to_logit(quality) - 0.9) + random.normal(scale=0.1))
        for facts, quality in zip(training.facts, training.quality, strict=True)
    )
    for facts, used in ((chance, False), (helping, True)):
        model = fit(Training(facts, training.quality, training.ratings), ("en",), "v")
        [weight] = [signal.weight for signal in model.signals if signal.name == "qualifiers"]
        assert (weight > 0.2) is used


def test_intervals_with_ratings_reach_as_far_as_ratings_err() -> None:
    """Sources without articles teach it too; labels that are too good make the interval reach further down."""
    random = np.random.default_rng(3)
    training = made_up(40)
    unmeasured = make_facts(own_articles=0, copied_articles=0, known_articles=0, **dict.fromkeys(RATES))
    logits = random.normal(0.5, 1.2, 600)

    def reaches(too_good: float) -> tuple[float, float]:
        labels = logits + too_good + random.normal(scale=0.4, size=600)
        rows = tuple((make_rating(quality_mean=to_quality(label), quality_spread=0.1),) for label in labels)
        quality = np.concatenate([training.quality, [to_quality(logit) for logit in logits]])
        model = fit(Training((*training.facts, *[unmeasured] * 600), quality, training.ratings + rows), ("en",), "v")
        assert fit(training, ("en",), "v").lower_reach == model.lower_reach
        return model.rated_lower_reach, model.rated_upper_reach

    assert reaches(0.0) == pytest.approx((MIN_REACH, MIN_REACH), abs=0.3)
    assert reaches(0.8)[0] > 2.5


def test_a_source_without_headlines_can_be_fitted_on() -> None:
    training = made_up(40)
    without = (make_facts(heated_headlines=None), *training.facts[1:])
    assert fit(Training(without, training.quality, training.ratings), ("en",), "v").signals


def test_too_few_sources_are_refused() -> None:
    with pytest.raises(TooFewSources, match="fewer than 30"):
        fit(made_up(29), ("en",), "v")
