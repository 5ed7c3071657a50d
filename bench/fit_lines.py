"""Fits the parts of the line model: runs in the environment of ``make bench-peers``, called by ``train_lines``.

Reads a job and writes what was fitted, both NumPy archives. It needs scikit-learn and LightGBM and nothing of Copydesk,
so that neither is among Copydesk's own dependencies.

    python -m bench.fit_lines words JOB.npz RESULT.npz    linear weights of hashed features
    python -m bench.fit_lines trees JOB.npz RESULT.npz    boosted trees
"""

from __future__ import annotations

import sys
from typing import Any

import lightgbm
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bench.boosted import tree_arrays

TREES = 300
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "max_depth": 7,
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
        for name, array in tree_arrays([booster.dump_model()]).items():
            results[f"{name}_{number}"] = array
    return results


def main() -> None:
    """Do the job named by the arguments."""
    task, source, target = sys.argv[1:]
    with np.load(source) as archive:
        job = {name: archive[name] for name in archive.files}
    results = {"words": fit_words, "trees": fit_trees}[task](job)
    np.savez(target, **results)


if __name__ == "__main__":
    main()
