"""Fitting finds what is there, keeps the directions, and refuses to fit on too little."""

import numpy as np
import pytest

from tests.credibility import RATES, make_facts
from transforms.fit_content import DIRECTIONS, MIN_REACH, TooFewSources, Training, content_estimate, fit
from transforms.score import to_quality


def made_up(sources: int, strength: float = 0.8) -> Training:
    """Sources whose quality falls with loaded words and rises, against the set direction, with exclamation marks."""
    random = np.random.default_rng(1)
    loaded, exclaimed = random.normal(size=sources), random.normal(size=sources)
    logits = 0.9 - strength * loaded + 0.5 * exclaimed + random.normal(scale=0.4, size=sources)
    facts = tuple(
        make_facts(source=f"s{place}.example", loaded_words=1 + 0.2 * loaded[place], exclamations=1 + exclaimed[place])
        for place in range(sources)
    )
    return Training(facts, np.array([to_quality(logit) for logit in logits]))


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


def test_a_source_without_headlines_can_be_fitted_on() -> None:
    training = made_up(40)
    without = (make_facts(heated_headlines=None), *training.facts[1:])
    assert fit(Training(without, training.quality), ("en",), "v").signals


def test_too_few_sources_are_refused() -> None:
    with pytest.raises(TooFewSources, match="fewer than 30"):
        fit(made_up(29), ("en",), "v")
