"""The credibility bench: it says so where there is no data, and its measures are right on cases that can be counted."""

from pathlib import Path

import numpy as np
import pytest

from bench.quality_credibility import auc, calibration_error, main, spearman


def test_without_data_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path) == 0
    assert "skipped: no data" in capsys.readouterr().out


def test_measures_on_cases_that_can_be_counted() -> None:
    assert spearman(np.array([1.0, 2, 3]), np.array([10.0, 20, 15])) == pytest.approx(0.5)
    assert auc(np.array([3.0, 1, 2, 2]), np.array([True, False, True, False])) == pytest.approx(0.875)
    assert calibration_error(np.full(10, 0.3), np.arange(10) < 3) == pytest.approx(0.36)
