"""Learn how far main texts can be trusted, on the pages of ../shared: ``python -m bench.train_confidence ../shared``.

A ridge logistic regression on two facts; writes ``transforms/page/data/confidence_weights.toml`` and prints what it
reaches on sites that it has not seen. Both facts come from models that have not seen the page's site either: a model
is surer of what it was trained on. Run it after ``bench.train_main_text`` and ``bench.train_page_kind``.

The pages are those with whole texts marked (WCXB's, of all kinds, and Fundus'); trafilatura's set marks passages only.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.page_sets import FOLDS, extract_options, gold_pages, load_scorer, site_of
from bench.train_page_kind import FOLD_MODELS, PageRow, fit_logistic, learn, read_rows
from transforms.extract import ExtractOptions, extract, read_confidence_facts
from transforms.page.confidence import GOOD_F1, ConfidenceFacts, ConfidenceWeights
from transforms.page.kind import ARTICLE
from transforms.page.main_text import parse_model
from transforms.records import ExtractedDocument

SETS = ("wcxb-dev", "fundus")
RIDGE = 2.0
"""Strength of the penalty on squared weights of standardised facts; 0.5 to 10 give the same."""
WEIGHTS = Path("transforms/page/data/confidence_weights.toml")
BINS = 10
DRAWS = 1000
"""Of sites with replacement, for the interval."""
SHOWN_LIMITS = (0.3, 0.5, 0.7, 0.8)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ConfidenceRow:
    """A page with what the confidence in it is told by, and how well it was read."""

    id: str
    site: str
    fold: int
    is_accepted: bool
    """Whether the page's kind lets it pass as an article."""
    facts: ConfidenceFacts
    f1: float
    """Of the main text, over words, against what a person marked."""


def read_confidence_rows(shared: Path, kinds: list[PageRow]) -> list[ConfidenceRow]:
    """All pages that have a main text, each read by models that have not seen its site."""
    scorer = load_scorer(shared)
    options = [_fold_options(fold, kinds) for fold in range(FOLDS)]
    rows = []
    for name in SETS:
        for page in gold_pages(shared, name):
            found = extract(page.raw, options[page.fold])
            facts = read_confidence_facts(page.raw, options[page.fold])
            if not isinstance(found, ExtractedDocument) or facts is None:
                continue
            standfirst = (found.standfirst or "") if name == "fundus" else ""
            prediction = {page.gold["id"]: {"text": f"{standfirst}\n{found.text}".strip()}}
            f1 = scorer.evaluate(name, [page.gold], prediction, boot=0)[0]["score"]["f1"]
            accepted = found.page_kind == ARTICLE
            rows.append(ConfidenceRow(page.gold["id"], site_of(page.gold), page.fold, accepted, facts, f1))
    return rows


def _fold_options(fold: int, kinds: list[PageRow]) -> ExtractOptions:
    options = extract_options()
    model = parse_model((FOLD_MODELS / f"main_text_{fold}.npz").read_bytes())
    learned = learn([row for row in kinds if row.fold != fold], options.page_kinds)
    return dataclasses.replace(options, main_text=model, page_kinds=learned, confidence=None)


def fit(rows: Sequence[ConfidenceRow]) -> ConfidenceWeights:
    """Weights of the facts for a text that is not nearly right."""
    facts = np.array([dataclasses.astuple(row.facts) for row in rows])
    weights, intercept = fit_logistic(facts, _bad(rows).astype(float), np.ones(len(rows)), RIDGE)
    return ConfidenceWeights(intercept, *weights.tolist())


def _bad(rows: Sequence[ConfidenceRow]) -> npt.NDArray[np.bool_]:
    return np.array([row.f1 < GOOD_F1 for row in rows])


def unseen_confidences(rows: Sequence[ConfidenceRow]) -> Floats:
    """The confidence in each page by weights that were fitted without its site."""
    fitted = [fit([row for row in rows if row.fold != fold]) for fold in range(FOLDS)]
    return np.array([fitted[row.fold].confidence(row.facts) for row in rows])


def area_under_curve(confidences: Floats, bad: npt.NDArray[np.bool_]) -> float:
    """The chance that a bad text has a lower confidence than a good one; ties count half."""
    good = np.sort(confidences[~bad])
    lower = np.searchsorted(good, confidences[bad], side="left")
    not_higher = np.searchsorted(good, confidences[bad], side="right")
    return float(1 - (lower + not_higher).sum() / 2 / (bad.sum() * len(good)))


def calibration_error(confidences: Floats, bad: npt.NDArray[np.bool_]) -> float:
    """The mean distance of confidence and share of good texts over BINS bins of as many pages each."""
    bins = np.array_split(np.argsort(confidences, kind="stable"), BINS)
    return float(sum(abs(confidences[b].mean() - (~bad[b]).mean()) * len(b) for b in bins) / len(bad))


def print_confidence(rows: Sequence[ConfidenceRow]) -> None:
    """What the confidence is worth on sites that nothing in it was learned on."""
    confidences = unseen_confidences(rows)
    _print_part("all pages", rows, confidences)
    accepted = np.array([row.is_accepted for row in rows])
    kept = [row for row in rows if row.is_accepted]
    _print_part("pages that pass as articles", kept, confidences[accepted])
    bad = _bad(kept)
    for limit in SHOWN_LIMITS:
        under = confidences[accepted] < limit
        print(
            f"    under {limit}: {under.sum()} of {len(kept)} pages, {bad[under].sum()} of the {bad.sum()} bad ones;"
            f" mean F1 {np.mean([row.f1 for row, below in zip(kept, under, strict=True) if below]):.3f}"
        )


def _print_part(name: str, rows: Sequence[ConfidenceRow], confidences: Floats) -> None:
    bad = _bad(rows)
    area = area_under_curve(confidences, bad)
    low, high = _interval(rows, lambda some: area_under_curve(confidences[some], bad[some]))
    print(
        f"  {name}: {len(rows)} of {len({row.site for row in rows})} sites, {bad.sum()} with F1 under {GOOD_F1};"
        f" AUC {area:.3f} (90% interval {low:.3f} to {high:.3f}, drawn by site),"
        f" calibration error {calibration_error(confidences, bad):.3f};"
        f" confidence {confidences.mean():.3f} on average, standard deviation {confidences.std():.3f}"
    )


def _interval(rows: Sequence[ConfidenceRow], measure: Callable[[npt.NDArray[np.int64]], float]) -> tuple[float, float]:
    """The middle 90% of a measure over draws of sites with replacement."""
    sites: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        sites.setdefault(row.site, []).append(index)
    members = [np.array(indices) for indices in sites.values()]
    random = np.random.default_rng(0)
    draws = (
        np.concatenate([members[i] for i in random.integers(len(members), size=len(members))]) for _ in range(DRAWS)
    )
    low, high = np.quantile([measure(drawn) for drawn in draws], (0.05, 0.95))
    return float(low), float(high)


def main(shared: Path) -> None:
    """Fit, say what it reaches on unseen sites, and write the weights."""
    rows = read_confidence_rows(shared, read_rows(shared))
    print_confidence(rows)
    weights = fit(rows)
    lines = [
        f"# Log-odds of a main text with an F1 under {GOOD_F1}, by the facts of transforms/page/confidence.py: the",
        "# main text model's doubt (0 to 1), and how far the page is beyond the threshold of articles (log-odds).",
        f"# Learned on {len(rows)} pages of {len({row.site for row in rows})} sites.",
        "# Learned by python -m bench.train_confidence; not to be edited by hand.",
        *(f"{name} = {value:.4f}" for name, value in dataclasses.asdict(weights).items()),
    ]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=Path("../shared"))
    main(parser.parse_args().shared)
