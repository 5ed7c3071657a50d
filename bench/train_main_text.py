"""Learn the main text model from the gold pages of ../shared: ``python -m bench.train_main_text ../shared``.

Needs LightGBM, which nothing else does: ``pip install lightgbm`` into a separate environment with the project in it.
Writes ``transforms/page/data/main_text_model.npz``, learned from all pages, and one model a fold to ``bench/folds``,
each learned without that fold's sites, by which ``make quality`` measures. No text is written.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.boosted import tree_arrays
from bench.page_sets import FOLDS, SETS, GoldPage, extract_options, gold_pages, load_scorer
from transforms.extract import read_candidates
from transforms.page.main_text import FEATURES
from transforms.trees import FEATURE_NAMES

ROUNDS = 80
SEEDS = (1, 7, 11)
"""Models of several seeds are averaged: 0.001 better on all three sets than one."""
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.18,
    "num_leaves": 15,
    "max_depth": 4,
    "min_data_in_leaf": 60,
    "min_sum_hessian_in_leaf": 1,
    "lambda_l2": 2.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "max_bin": 63,
    "num_threads": 1,
    "deterministic": True,
    "verbose": -1,
}
SET_WEIGHTS = {"wcxb-dev": 1.0, "fundus": 3.0, "trafeval": 0.3}
"""Of one page: Fundus has few pages, but they are all news; of trafilatura's set only snippets are labelled."""

MIN_AGREEMENT = 0.6
"""Share of a block's word triples that must stand in the gold text."""

MODEL = Path("transforms/page/data/main_text_model.npz")
FOLD_MODELS = Path("bench/folds")


def main(shared: Path) -> None:
    """Learn and write all models."""
    scorer = load_scorer(shared)
    options = extract_options()
    rows: list[tuple[int, npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]] = []
    for name in SETS:
        for page in gold_pages(shared, name):
            if name == "wcxb-dev" and page.gold["type"] != "article":
                continue
            candidates = read_candidates(page.raw, options)
            if candidates is None or not len(candidates.blocks):
                continue
            labels = _labels(page, candidates.blocks.texts, candidates.blocks.tags, scorer)
            known = ~np.isnan(labels)
            if known.any():
                weights = _weights(name, candidates.blocks.texts, labels)
                rows.append((page.fold, candidates.features[known], labels[known], weights[known]))
    FOLD_MODELS.mkdir(exist_ok=True)
    for fold in range(FOLDS):
        _learn([row for row in rows if row[0] != fold], FOLD_MODELS / f"main_text_{fold}.npz")
    _learn(rows, MODEL)


def _labels(page: GoldPage, texts: Sequence[str], tags: Sequence[str], scorer: ModuleType) -> npt.NDArray[np.float64]:
    """1 for main text, 0 for none, NaN for unknown."""
    gold = page.gold
    if "paragraphs" not in gold and "text" not in gold:
        return _snippet_labels(texts, gold)
    if "paragraphs" not in gold:
        return _text_labels(texts, tags, gold["text"], scorer)
    body = "\n".join(block["text"] for block in gold["paragraphs"] if block["kind"] != "summary")
    summary = "\n".join(block["text"] for block in gold["paragraphs"] if block["kind"] == "summary")
    labels = _text_labels(texts, tags, body, scorer)
    labels[_text_labels(texts, tags, summary, scorer) == 1.0] = np.nan
    return labels


def _text_labels(texts: Sequence[str], tags: Sequence[str], gold: str, scorer: ModuleType) -> npt.NDArray[np.float64]:
    haystack = scorer.Haystack(gold)
    lines = {" ".join(scorer.words_cjk(line)) for line in gold.split("\n")}
    return np.array([_text_label(text, tag, haystack, lines, scorer) for text, tag in zip(texts, tags, strict=True)])


def _text_label(text: str, tag: str, haystack: Any, lines: set[str], scorer: ModuleType) -> float:
    words = scorer.words_cjk(text)
    if not words:
        return np.nan
    joined = " ".join(words)
    if len(words) < 4 and tag not in ("td", "th"):
        return float(joined in lines)
    if f" {joined} " in haystack.joined or (len(words) >= 6 and "".join(words) in haystack.solid):
        return 1.0
    triples = list(zip(words, words[1:], words[2:], strict=False))
    return float(bool(triples) and sum(triple in haystack.tri for triple in triples) >= MIN_AGREEMENT * len(triples))


def _snippet_labels(texts: Sequence[str], gold: dict[str, Any]) -> npt.NDArray[np.float64]:
    labels = np.full(len(texts), np.nan)
    lines = [" ".join(text.split()) for text in texts]
    for snippet in (" ".join(snippet.split()) for snippet in gold["without"]):
        labels[[number for number, line in enumerate(lines) if snippet in line]] = 0.0
    for snippet in (" ".join(snippet.split()) for snippet in gold["with"]):
        found = [number for number, line in enumerate(lines) if snippet in line]
        if found:
            labels[max(found, key=lambda number: len(lines[number]))] = 1.0
    return labels


def _weights(name: str, texts: Sequence[str], labels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A page weighs the same however long it is; within it, blocks weigh by their length."""
    if name == "trafeval":
        return np.full(len(texts), SET_WEIGHTS[name] / max(int((~np.isnan(labels)).sum()), 1))
    lengths = np.array([len("".join(text.split())) for text in texts], float)
    return SET_WEIGHTS[name] * np.minimum(lengths + 5, 2000) / max(float((lengths * (labels == 1.0)).sum()), 300.0)


def _learn(rows: Sequence[Any], path: Path) -> None:
    import lightgbm  # type: ignore[import-not-found,import-untyped,unused-ignore]

    features = np.concatenate([row[1] for row in rows])
    labels = np.concatenate([row[2] for row in rows])
    weights = np.concatenate([row[3] for row in rows])
    data = lightgbm.Dataset(features, labels, weight=weights / weights.mean(), free_raw_data=False)
    models = [lightgbm.train(PARAMETERS | {"seed": seed}, data, ROUNDS).dump_model() for seed in SEEDS]
    np.savez_compressed(path, **tree_arrays(models), **{FEATURE_NAMES: np.array(FEATURES)})
    print(f"{path}: {len(labels):,} blocks of {len(rows):,} pages")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=Path("../shared"))
    main(parser.parse_args().shared)
