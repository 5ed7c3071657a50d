"""Learn what tells articles from other pages of ../shared: ``python -m bench.train_page_kind ../shared``.

A ridge logistic regression; writes ``transforms/data/page_kind_weights.toml`` and prints what it reaches on sites that
it has not seen. Run it after ``bench.train_main_text``, whose choice of text is among the facts.
"""

from __future__ import annotations

import argparse
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.page_sets import FOLDS, extract_options, gold_pages
from transforms.extract import read_page_facts
from transforms.main_text import parse_model

RIDGE = 15.0
"""Strength of the penalty on squared weights of standardised facts; 10 to 50 give the same."""
ROUNDS = 12
ACCEPTED = 0.986
"""Share of the articles learned from that the threshold accepts."""
WEIGHTS = Path("transforms/data/page_kind_weights.toml")
FOLD_MODELS = Path(__file__).parent / "folds"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page's facts and what a person calls it."""

    id: str
    fold: int
    kind: str
    facts: dict[str, float]


def read_rows(shared: Path) -> list[PageRow]:
    """The facts of all pages with a known kind, their main text chosen by models that have not seen their site."""
    options = extract_options()
    folds = [
        dataclasses.replace(options, main_text=parse_model((FOLD_MODELS / f"main_text_{k}.toml").read_text("utf-8")))
        for k in range(FOLDS)
    ]
    rows = []
    for name in ("wcxb-dev", "fundus"):
        for page in gold_pages(shared, name):
            facts = read_page_facts(page.raw, folds[page.fold])
            if facts is not None:
                kind = "article" if name == "fundus" else page.gold["type"]
                rows.append(PageRow(page.gold["id"], page.fold, kind, facts))
    return rows


def learn(rows: list[PageRow]) -> tuple[dict[str, float], float, float]:
    """Weights of the raw facts, intercept, and the threshold in log-odds."""
    names = list(rows[0].facts)
    facts = np.array([[row.facts[name] for name in names] for row in rows])
    other = np.array([row.kind != "article" for row in rows], float)
    mean, scale = facts.mean(axis=0), np.maximum(facts.std(axis=0), 1e-6)
    inputs = np.hstack([(facts - mean) / scale, np.ones((len(rows), 1))])
    weights = _fit(inputs, other)
    odds = inputs @ weights
    raw = weights[:-1] / scale
    threshold = float(np.quantile(odds[other == 0.0], ACCEPTED))
    return dict(zip(names, raw.tolist(), strict=True)), float(weights[-1] - raw @ mean), threshold


def _fit(inputs: Floats, wanted: Floats) -> Floats:
    """Newton's method; the last input is the constant, which is not penalised."""
    penalty = np.full(inputs.shape[1], RIDGE)
    penalty[-1] = 0.0
    weights: Floats = np.zeros(inputs.shape[1])
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (chance - wanted) + penalty * weights
        curvature = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + np.diag(penalty)
        weights = weights - np.linalg.solve(curvature, gradient)
    return weights


def turned_away(rows: list[PageRow], seen: list[PageRow]) -> dict[str, list[bool]]:
    """By kind, whether each page is taken for no article by weights learned on ``seen``."""
    weights, intercept, threshold = learn(seen)
    answers: dict[str, list[bool]] = {}
    for row in rows:
        odds = intercept + sum(weights[name] * value for name, value in row.facts.items())
        answers.setdefault(row.kind, []).append(odds >= threshold)
    return answers


def main(shared: Path) -> None:
    """Learn, say what it reaches on unseen sites, and write the weights."""
    rows = read_rows(shared)
    reached: dict[str, list[bool]] = {}
    for fold in range(FOLDS):
        answers = turned_away([r for r in rows if r.fold == fold], [r for r in rows if r.fold != fold])
        for kind, values in answers.items():
            reached.setdefault(kind, []).extend(values)
    for kind, values in sorted(reached.items()):
        print(f"{kind}: {sum(values)} of {len(values)} turned away on unseen sites")
    weights, intercept, threshold = learn(rows)
    lines = [
        "# What tells articles from other pages: log-odds against an article for each fact of transforms/page_kind.py.",
        "# Learned by python -m bench.train_page_kind; not to be edited by hand.",
        f"intercept = {intercept:.4f}",
        f"threshold = {threshold:.4f}",
        "[weights]",
        *(f"{name} = {weight:.4f}" for name, weight in weights.items()),
    ]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=Path("../shared"))
    main(parser.parse_args().shared)
