"""Sums of trees, and the files in which models keep them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.boosted import tree_arrays
from transforms.errors import DataFileError
from transforms.trees import DECIMALS, FEATURE_NAMES, ROWS_AT_ONCE, TREE_ARRAYS, read_trees, read_weights

WIDTH = 3
VALUES = st.floats(-4, 4, width=32)
EXACT = 1e-6


def _inner(children: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "split_feature": st.integers(0, WIDTH - 1),
            "threshold": VALUES,
            "internal_value": VALUES,
            "left_child": children,
            "right_child": children,
        }
    )


TREE = st.recursive(st.fixed_dictionaries({"leaf_value": VALUES}), _inner, max_leaves=12)
"""A tree as LightGBM dumps it."""


def vote(node: dict[str, Any], row: list[float]) -> float:
    """What one tree says of a row, by its definition."""
    while "leaf_value" not in node:
        node = node["left_child" if row[node["split_feature"]] <= node["threshold"] else "right_child"]
    return float(node["leaf_value"])


def dumped(trees: list[dict[str, Any]]) -> dict[str, Any]:
    """A model as LightGBM dumps it."""
    return {"tree_info": [{"tree_structure": tree} for tree in trees]}


def packed(content: dict[str, Any]) -> bytes:
    """The bytes of a file of arrays."""
    buffer = io.BytesIO()
    np.savez(buffer, **content)
    return buffer.getvalue()


@given(
    st.lists(st.lists(TREE, min_size=1, max_size=4), min_size=1, max_size=3),
    st.lists(st.lists(VALUES, min_size=WIDTH, max_size=WIDTH), min_size=1, max_size=5),
)
@settings(max_examples=80)
def test_scores_are_the_mean_of_the_models_votes(models: list[list[dict[str, Any]]], rows: list[list[float]]) -> None:
    stored = read_trees(tree_arrays([dumped(trees) for trees in models]))
    expected = [sum(vote(tree, row) for trees in models for tree in trees) / len(models) for row in rows]
    assert stored.scores(np.array(rows)) == pytest.approx(expected, abs=EXACT)


@given(st.lists(TREE, min_size=1, max_size=4), st.lists(VALUES, min_size=WIDTH, max_size=WIDTH))
@settings(max_examples=60)
def test_contributions_add_up_to_the_score_beyond_the_roots(trees: list[dict[str, Any]], row: list[float]) -> None:
    stored = read_trees(tree_arrays([dumped(trees)]))
    roots = sum(tree.get("internal_value", tree.get("leaf_value")) for tree in trees)
    score = float(stored.scores(np.array([row]))[0])
    assert stored.contributions(np.array(row)).sum() == pytest.approx(score - roots, abs=2 * 10**-DECIMALS)


def test_rows_beyond_one_batch_are_scored_as_if_alone() -> None:
    tree = {
        "split_feature": 0,
        "threshold": 0.5,
        "internal_value": 0.0,
        "left_child": {"leaf_value": -1.0},
        "right_child": {"leaf_value": 1.0},
    }
    matrix = np.arange(2 * ROWS_AT_ONCE + 1, dtype=float)[:, None] % 2
    assert np.array_equal(read_trees(tree_arrays([dumped([tree])])).scores(matrix), 2 * matrix[:, 0] - 1)


def test_trees_follow_their_nodes() -> None:
    one = read_trees(
        {
            "tree_feature": np.array([[0, 0, 1, 0, 0]]),
            "tree_threshold": np.array([[0.5, np.inf, 2.0, np.inf, np.inf]]),
            "tree_child": np.array([[1, 1, 3, 3, 4]]),
            "tree_value": np.array([[0.1, -1.0, 0.5, 0.2, 0.9]]),
            "tree_depth": np.array(2),
        }
    )
    matrix = np.array([[0.5, 9.0], [0.6, 2.0], [0.6, 2.1]])
    assert one.scores(matrix).tolist() == [-1.0, 0.2, 0.9]
    assert one.contributions(matrix[2]).round(6).tolist() == [0.4, 0.4]


COMPLETE = tree_arrays([dumped([{"leaf_value": 1.0}])]) | {FEATURE_NAMES: np.array(["length", "links"])}
UNFIT = {
    "empty": (b"", "cannot be read"),
    "no archive": (b"PK\x03\x04 no archive", "cannot be read"),
    "objects": (packed(COMPLETE | {"tree_value": np.array([None])}), "cannot be read"),
    "array missing": (packed({k: v for k, v in COMPLETE.items() if k != "tree_child"}), "no array 'tree_child'"),
    "no features": (packed({k: v for k, v in COMPLETE.items() if k != FEATURE_NAMES}), "no array 'feature_names'"),
    "other features": (packed(COMPLETE | {FEATURE_NAMES: np.array(["length", "dates"])}), "other features"),
}


@pytest.mark.parametrize(("data", "message"), UNFIT.values(), ids=UNFIT)
def test_a_file_that_does_not_fit_names_model_and_remedy(data: bytes, message: str) -> None:
    with pytest.raises(DataFileError, match=rf"^line model: .*{message}.*python -m bench\.train_lines$"):
        read_weights(data, "line model", TREE_ARRAYS, ["length", "links"], "bench.train_lines")


def test_a_file_that_fits_gives_its_arrays() -> None:
    found = read_weights(packed(COMPLETE), "line model", TREE_ARRAYS, ["length", "links"], "bench.train_lines")
    assert found.keys() == COMPLETE.keys()
