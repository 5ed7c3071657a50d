"""Learn what tells articles from other pages of ../shared: ``python -m bench.train_page_kind ../shared``.

Ridge logistic regressions; writes ``transforms/page/data/page_kind_weights.toml`` and prints what it reaches on sites
that it has not seen. Run it after ``bench.train_main_text``, whose choice of text is among the facts.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.page_sets import FOLDS, extract_options, gold_pages
from transforms.extract import read_page_facts
from transforms.page.kind import FAMILIES, FamilyWeights, PageKindRules, page_kind
from transforms.page.main_text import parse_model

RIDGE = 50.0
"""Strength of the penalty on squared weights of standardised facts; 20 to 100 give the same."""
FAMILY_RIDGE = 50.0
ROUNDS = 12
SHARES = {"news": 3.0, "article": 1.0}
"""How much a page counts: news pages are what the desk reads, and there are few among the pages."""
OTHER_SHARE = 2.0
ACCEPTED = 0.971
"""Share of the articles on unseen sites that the threshold accepts; what it costs is in the printed curve."""
CURVE = (0.96, 0.965, 0.97, 0.975, 0.98, 0.985)
FAMILY_OF = {
    "product": "product page",
    "collection": "section page",
    "listing": "section page",
    "forum": "forum",
    "documentation": "reference page",
    "service": "service page",
}
"""What a person calls pages, to the families that reasons name."""
WEIGHTS = Path("transforms/page/data/page_kind_weights.toml")
FOLD_MODELS = Path(__file__).parent / "folds"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page's facts and what a person calls it."""

    id: str
    fold: int
    kind: str
    """``news``, ``article``, or one of FAMILY_OF."""
    facts: dict[str, float]


def read_rows(shared: Path) -> list[PageRow]:
    """The facts of all pages with a known kind, their main text chosen by models that have not seen their site."""
    options = extract_options()
    folds = [
        dataclasses.replace(options, main_text=parse_model((FOLD_MODELS / f"main_text_{k}.npz").read_bytes()))
        for k in range(FOLDS)
    ]
    rows = []
    for name in ("wcxb-dev", "fundus"):
        for page in gold_pages(shared, name):
            facts = read_page_facts(page.raw, folds[page.fold])
            if facts is not None:
                kind = "news" if name == "fundus" else page.gold["type"]
                rows.append(PageRow(page.gold["id"], page.fold, kind, facts))
    return rows


def learn(rows: list[PageRow], rules: PageKindRules) -> PageKindRules:
    """Weights of the raw facts for article or not and for each family, and the threshold.

    The threshold is set on sites that the weights were not learned on: articles learned from would flatter it.
    """
    names = list(rows[0].facts)
    facts, other = _facts(rows, names), np.array([row.kind in FAMILY_OF for row in rows], float)
    shares = np.array([SHARES.get(row.kind, OTHER_SHARE) for row in rows])
    weights, intercept = fit_logistic(facts, other, shares, RIDGE)
    folds = np.array([row.fold for row in rows])
    unseen = np.zeros(len(rows))
    for fold in set(folds.tolist()):
        seen = folds != fold
        inner, constant = fit_logistic(facts[seen], other[seen], shares[seen], RIDGE)
        unseen[~seen] = facts[~seen] @ inner + constant
    articles = np.array([row.kind == "article" for row in rows])
    families = []
    for family in FAMILIES:
        wanted = np.array([FAMILY_OF.get(row.kind) == family for row in rows], float)
        own, constant = fit_logistic(facts, wanted, np.ones(len(rows)), FAMILY_RIDGE)
        families.append(FamilyWeights(family, constant, tuple(zip(names, own.tolist(), strict=True))))
    return dataclasses.replace(
        rules,
        weights=tuple(zip(names, weights.tolist(), strict=True)),
        intercept=intercept,
        threshold=float(np.quantile(unseen[articles], ACCEPTED)),
        families=tuple(families),
    )


def _facts(rows: list[PageRow], names: list[str]) -> Floats:
    return np.array([[row.facts[name] for name in names] for row in rows])


def fit_logistic(facts: Floats, wanted: Floats, shares: Floats, ridge: float) -> tuple[Floats, float]:
    """Weights of raw facts and the intercept, by Newton's method on standardised facts; it is not penalised."""
    mean, scale = facts.mean(axis=0), np.maximum(facts.std(axis=0), 1e-6)
    inputs = np.hstack([(facts - mean) / scale, np.ones((len(facts), 1))])
    penalty = np.full(inputs.shape[1], ridge)
    penalty[-1] = 0.0
    weights: Floats = np.zeros(inputs.shape[1])
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (shares * (chance - wanted)) + penalty * weights
        curvature = (inputs * (shares * chance * (1 - chance))[:, None]).T @ inputs + np.diag(penalty)
        weights = weights - np.linalg.solve(curvature, gradient)
    raw = weights[:-1] / scale
    return raw, float(weights[-1] - raw @ mean)


def print_unseen(rows: list[PageRow], rules: PageKindRules) -> None:
    """What weights reach on sites that they were not learned on, and the curve of the threshold."""
    odds: dict[str, float] = {}
    counts: dict[str, Counter[str]] = {}
    for fold in range(FOLDS):
        learned = learn([row for row in rows if row.fold != fold], rules)
        for row in rows:
            if row.fold == fold:
                odds[row.id] = learned.odds(row.facts) - learned.threshold
                answer = page_kind(row.facts, learned) or ""
                counts.setdefault(row.kind, Counter())[answer.partition(":")[0]] += 1
    for kind, count in sorted(counts.items()):
        print(f"{kind}: {dict(count.most_common())}")
    articles = np.array([odds[row.id] for row in rows if row.kind == "article"])
    others = np.array([odds[row.id] for row in rows if row.kind in FAMILY_OF])
    print("if the threshold accepted this share of the articles, this share of the other pages would be turned away:")
    print("  " + "  ".join(f"{share}: {(others >= np.quantile(articles, share)).mean():.3f}" for share in CURVE))


def main(shared: Path) -> None:
    """Learn, say what it reaches on unseen sites, and write the weights."""
    rows = read_rows(shared)
    rules = extract_options().page_kinds
    print_unseen(rows, rules)
    learned = learn(rows, rules)
    lines = [
        "# What tells articles from other pages: log-odds against an article for each fact of transforms/page/kind.py,",
        "# and log-odds of each family of other pages.",
        "# Learned by python -m bench.train_page_kind; not to be edited by hand.",
        f"intercept = {learned.intercept:.4f}",
        f"threshold = {learned.threshold:.4f}",
        "[weights]",
        *(f"{name} = {weight:.4f}" for name, weight in learned.weights),
    ]
    for family in learned.families:
        lines += ["[[family]]", f'name = "{family.name}"', f"intercept = {family.intercept:.4f}", "[family.weights]"]
        lines += [f"{name} = {weight:.4f}" for name, weight in family.weights]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=Path("../shared"))
    main(parser.parse_args().shared)
