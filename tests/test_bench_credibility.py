"""The credibility bench: it says so where there is no data, and its measures are right on cases that can be counted."""

from pathlib import Path

import numpy as np
import pytest

from bench.credibility_measures import auc, calibration, calibration_error, debiased_square, spearman
from bench.fit_content import Training
from bench.quality_credibility import main, nested
from tests.credibility import make_facts
from transforms.score import to_quality


def test_without_data_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path) == 0
    assert "skipped: no data" in capsys.readouterr().out


def test_measures_on_cases_that_can_be_counted() -> None:
    assert spearman(np.array([1.0, 2, 3]), np.array([10.0, 20, 15])) == pytest.approx(0.5)
    assert auc(np.array([3.0, 1, 2, 2]), np.array([True, False, True, False])) == pytest.approx(0.875)
    assert calibration_error(np.full(10, 0.3), np.arange(10) < 3) == pytest.approx(0.36)


@pytest.mark.parametrize("off", [0.0, 0.1])
def test_the_debiased_error_is_right_on_average_where_the_plain_one_is_too_high(off: float) -> None:
    random = np.random.default_rng(0)
    chances = np.linspace(0.15, 0.75, 50)
    drawn = [random.random(50) < chances + off for _ in range(3000)]
    assert np.mean([debiased_square(chances, happened) for happened in drawn]) == pytest.approx(off**2, abs=0.001)
    assert np.mean([calibration_error(chances, happened) for happened in drawn]) > off + 0.02


def test_a_perfect_forecast_is_told_from_a_wrong_one() -> None:
    random = np.random.default_rng(0)
    chances = random.random(2000)
    happened = random.random(2000) < chances
    right, wrong = calibration([chances], happened), calibration([chances**3], happened)
    assert right.worse_of_perfect > 0.05
    assert right.debiased <= right.debiased_of_perfect
    assert wrong.worse_of_perfect == 0
    assert wrong.debiased > 0.1 > wrong.debiased_of_perfect


def test_no_source_is_estimated_by_a_model_that_has_seen_it() -> None:
    """Were a source's own quality among what its model was fitted on, noise would come out as knowledge."""
    random = np.random.default_rng(5)
    names = ("loaded_words", "exclamations", "comment_sought", "numbers", "qualifiers", "camp_labels")
    facts = tuple(
        make_facts(source=f"s{place}.example", **dict(zip(names, random.random(6), strict=True))) for place in range(60)
    )
    noise = np.array([to_quality(logit) for logit in random.normal(size=60)])
    deal = nested(Training(facts, noise, ((),) * 60), 0)
    assert spearman(deal.content.quality, noise) < 0.25
