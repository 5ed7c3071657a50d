"""Fit the content model from your own articles and ratings, and write its weights with their figures.

Run from the repository: ``python -m bench.train_credibility --warehouse FILE [--target SET] [--output FILE]``, after
``copydesk run``, ``copydesk ratings import`` and ``copydesk score``. Only numbers are written: weights, means and
deviations, and how well they did on sources that they were not fitted on. No text, rating or source is among them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

from bench.fit_content import DIRECTIONS, fit
from bench.quality_credibility import ContentFigures, content_figures, training_of
from flows.score import load_score_tools
from transforms.score import ContentModel
from warehouse import Warehouse
from warehouse.credibility import Credibility

OUTPUT = Path(__file__).parents[1] / "transforms" / "credibility" / "data" / "credibility_model.json"
LANGUAGES = ("en",)
DIGITS = 5


def main() -> int:
    """Fit and write; see the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--warehouse", type=Path, required=True, help="the published database with signals and ratings")
    parser.add_argument("--target", default="lin2023", help="the rating set to fit on")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where to write the model")
    options = parser.parse_args()
    with Warehouse.open_published(options.warehouse) as warehouse:
        training = training_of(Credibility(warehouse), options.target, load_score_tools().names)
    figures = content_figures(training)
    model = fit(training, LANGUAGES, "")
    options.output.write_text(model_text(model, figures, options.target, dt.datetime.now(dt.UTC).date()), "utf-8")
    print(f"written: {options.output}")
    print("\n".join(figures.lines()))
    return 0


def model_text(model: ContentModel, figures: ContentFigures, target: str, today: dt.date) -> str:
    """The model's file: the numbers, and beside them what they were fitted on and how well they did."""
    signals = [
        {"name": one.name, "direction": one.direction, "reason": f"{'more' if one.direction > 0 else 'less'} is better"}
        | {key: round(getattr(one, key), DIGITS) for key in ("mean", "deviation")}
        for one in model.signals
    ]
    numbers: dict[str, Any] = {
        "languages": list(model.languages),
        "slope": round(model.slope, DIGITS),
        "prior_mean": round(model.prior_mean, DIGITS),
        "prior_deviation": round(model.prior_deviation, DIGITS),
        "residual_deviation": round(model.residual_deviation, DIGITS),
        "shrinkage_articles": model.shrinkage_articles,
        "lower_reach": round(model.lower_reach, DIGITS),
        "upper_reach": round(model.upper_reach, DIGITS),
        "rated_lower_reach": round(model.rated_lower_reach, DIGITS),
        "rated_upper_reach": round(model.rated_upper_reach, DIGITS),
        "signals": signals,
    }
    assert [signal["name"] for signal in signals] == list(DIRECTIONS)
    digest = hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:8]
    about = {
        "version": f"{today.isoformat()}-{digest}",
        "fitted_on": today.isoformat(),
        "target": target,
        "figures": figures.values(),
    }
    return json.dumps(about | numbers, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
