"""Fits the parts of the line model: runs in the environment of ``make bench-peers``, called by ``train_lines``.

Reads a job and writes what was fitted, both NumPy archives. It needs scikit-learn and LightGBM and nothing of Copydesk,
so that neither is among Copydesk's own dependencies.

    python fit_lines.py words JOB.npz RESULT.npz    linear weights of hashed features
    python fit_lines.py trees JOB.npz RESULT.npz    boosted trees
"""

from __future__ import annotations

import sys
from collections import deque
from typing import Any

import lightgbm
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

TREES = 150
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.06,
    "num_leaves": 16,
    "max_depth": 5,
    "min_data_in_leaf": 6,
    "feature_fraction": 0.25,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
WORD_PENALTY = 0.3


def fit_words(job: dict[str, Any]) -> dict[str, Any]:
    """One weight vector for each row of ``weights`` (fits, examples); 0 leaves an example out."""
    ends = np.cumsum(job["counts"])
    matrix = csr_matrix(
        (np.ones(len(job["slots"]), np.float32), job["slots"], np.concatenate(([0], ends))),
        shape=(len(ends), int(job["size"])),
    )
    matrix.sum_duplicates()
    fitted = []
    for weights in job["weights"]:
        used = weights > 0
        model = LogisticRegression(C=WORD_PENALTY, solver="liblinear", max_iter=60, random_state=1)
        model.fit(matrix[used], job["labels"][used], sample_weight=weights[used])
        fitted.append(model.coef_[0].astype(np.float32))
    return {"coefficients": np.array(fitted)}


def fit_trees(job: dict[str, Any]) -> dict[str, Any]:
    """Trees for each row of ``weights`` (fits, examples), and the scores that they give all examples."""
    results: dict[str, Any] = {}
    for number, weights in enumerate(job["weights"]):
        used = weights > 0
        data = lightgbm.Dataset(job["rows"][used], job["labels"][used], weight=weights[used])
        booster = lightgbm.train(PARAMETERS, data, TREES)
        results[f"scores_{number}"] = booster.predict(job["rows"], raw_score=True)
        for name, array in _arrays(booster).items():
            results[f"{name}_{number}"] = array
    return results


def _arrays(booster: Any) -> dict[str, Any]:
    """The trees as arrays (trees, nodes), as ``line_model.Trees`` wants them."""
    trees = [_nodes(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    width = max(map(len, trees))
    columns = {"feature": np.int16, "threshold": np.float64, "child": np.int16, "value": np.float32}
    arrays = {f"tree_{name}": np.zeros((len(trees), width), kind) for name, kind in columns.items()}
    for row, nodes in enumerate(trees):
        for place, node in enumerate(nodes):
            for name, value in zip(columns, node[:-1], strict=True):
                arrays[f"tree_{name}"][row, place] = value
    depth = max(node[-1] for nodes in trees for node in nodes)
    return arrays | {"tree_depth": np.array(depth)}


def _nodes(root: dict[str, Any]) -> list[tuple[float, ...]]:
    """Feature, threshold, left child, value and depth of each node, the root first; right stands behind left."""
    nodes: list[tuple[float, ...]] = []
    waiting = deque([(root, 0)])
    while waiting:
        node, depth = waiting.popleft()
        if "leaf_value" in node:
            nodes.append((0, np.inf, len(nodes), node["leaf_value"], depth))
        else:
            left = len(nodes) + 1 + len(waiting)
            nodes.append((node["split_feature"], node["threshold"], left, node["internal_value"], depth))
            waiting += [(node["left_child"], depth + 1), (node["right_child"], depth + 1)]
    return nodes


def main() -> None:
    """Do the job named by the arguments."""
    task, source, target = sys.argv[1:]
    with np.load(source) as archive:
        job = {name: archive[name] for name in archive.files}
    results = {"words": fit_words, "trees": fit_trees}[task](job)
    np.savez(target, **results)


if __name__ == "__main__":
    main()
