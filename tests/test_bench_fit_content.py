"""Fitting finds what is there, keeps the directions, and refuses to fit on too little."""

from dataclasses import replace

import numpy as np
import pytest

from bench.fit_content import DIRECTIONS, MIN_REACH, TooFewSources, Training, content_estimate, fit
from tests.credibility import RATES, make_facts, make_rating
from transforms.score import to_quality


def made_up(sources: int, strength: float = 0.8, against: float = 0.2) -> Training:
    """Sources whose quality falls with loaded words and rises, against the set direction, with exclamation marks."""
    random = np.random.default_rng(1)
    loaded, exclaimed = random.normal(size=sources), random.normal(size=sources)
    logits = 0.9 - strength * loaded + against * exclaimed + random.normal(scale=0.4, size=sources)
    facts = tuple(
        make_facts(source=f"s{place}.example", loaded_words=1 + 0.2 * loaded[place], exclamations=1 + exclaimed[place])
        for place in range(sources)
    )
    return Training(facts, np.array([to_quality(logit) for logit in logits]), ((),) * sources)


def test_every_direction_is_of_a_signal() -> None:
    assert DIRECTIONS.keys() == RATES.keys()


def test_a_fit_finds_that_style_says_something_and_counts_every_signal_alike() -> None:
    training = made_up(80)
    model = fit(training, ("en",), "v")
    assert 0 < model.residual_deviation <= model.prior_deviation
    assert min(model.lower_reach, model.upper_reach) >= MIN_REACH
    facts = replace(training.facts[0], **{signal.name: signal.mean + signal.deviation for signal in model.signals})
    moved = model.contributions(facts)
    assert [abs(logits) for logits in moved.values()] == pytest.approx([abs(moved["loaded_words"])] * len(moved))
    assert moved["exclamations"] < 0 < moved["comment_sought"]
    only_loaded = fit(made_up(80, against=0.0), ("en",), "v")
    estimates = [content_estimate(facts, only_loaded) for facts in training.facts]
    assert np.corrcoef(estimates, made_up(80, against=0.0).quality)[0, 1] > 0.3


def test_the_slope_of_noise_does_not_hold_on_sources_left_out() -> None:
    random = np.random.default_rng(4)
    training = made_up(80)
    noise = replace(training, quality=np.array([to_quality(logit) for logit in random.normal(size=80)]))
    assert fit(noise, ("en",), "v").slope < 0.2 * fit(made_up(80, against=0.0), ("en",), "v").slope


def test_the_prior_is_of_more_than_the_collection() -> None:
    """Sources that the target rates and nobody collected are mostly worse, and one of them may be met."""
    training = made_up(80)
    worse = make_facts(own_articles=0, copied_articles=0, known_articles=0, **dict.fromkeys(RATES))
    broad = Training(
        (*training.facts, *[worse] * 80), np.concatenate([training.quality, np.full(80, 0.2)]), ((),) * 160
    )
    alone, wide = fit(training, ("en",), "v"), fit(broad, ("en",), "v")
    assert wide.prior_mean < alone.prior_mean - 0.2
    assert wide.prior_deviation > alone.prior_deviation


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
