"""Sums of small decision trees, and the one form of file in which the weights of our models are kept.

Both the line model and the main text model are boosted trees (J. Friedman, "Greedy function approximation", 2001),
which ``bench`` trains. A model's file is a zip archive of NumPy arrays (``.npz``): those of its trees, the names of the
features it was trained on, and what else the model needs.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from transforms.errors import DataFileError

Floats: TypeAlias = npt.NDArray[np.float64]
Nodes: TypeAlias = npt.NDArray[np.intp]

TREE_ARRAYS = frozenset(f"tree_{name}" for name in ("feature", "threshold", "child", "value", "depth"))
FEATURE_NAMES = "feature_names"

ROWS_AT_ONCE = 1024
"""Rows that go through the trees together: bounds the memory that a document of very many rows takes."""

DECIMALS = 6
"""Scores are rounded to these before they are compared, so that the order of addition does not show."""


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """The nodes of all trees, one tree after the other."""

    feature: Nodes
    threshold: Floats
    """Infinity for a leaf, so that no value exceeds it."""
    child: Nodes
    """For each node the child for values up to its threshold; the child for greater ones follows it. A leaf has
    itself."""
    value: Floats
    """The vote of a leaf; of an inner node the mean of what its training rows are worth (0 where the file does not keep
    it), which only :meth:`contributions` reads."""
    roots: Nodes
    depth: int

    def scores(self, matrix: Floats) -> Floats:
        """The sum of the trees' votes for each row of a matrix (rows, features) with at least one row."""
        starts = range(0, len(matrix), ROWS_AT_ONCE)
        return np.concatenate([self._scores(matrix[start : start + ROWS_AT_ONCE]) for start in starts])

    def _scores(self, matrix: Floats) -> Floats:
        values, first = matrix.ravel(), self._first(matrix)
        node = np.broadcast_to(self.roots, (len(matrix), len(self.roots)))
        for _ in range(self.depth):
            node = self._step(values, first, node)
        scores: Floats = self.value.take(node).sum(axis=1).round(DECIMALS)
        return scores

    def contributions(self, row: Floats) -> Floats:
        """What each feature adds to the score of one row: the changes of value along its paths."""
        first = self._first(row[None, :])
        node = self.roots[None, :]
        added = np.zeros(len(row))
        for _ in range(self.depth):
            after = self._step(row, first, node)
            np.add.at(added, self.feature.take(node), self.value.take(after) - self.value.take(node))
            node = after
        return added

    @staticmethod
    def _first(matrix: Floats) -> Nodes:
        """Where each row begins among the values of all."""
        return np.arange(0, matrix.size, matrix.shape[1])[:, None]

    def _step(self, values: Floats, first: Nodes, node: Nodes) -> Nodes:
        """The nodes after these, (rows, trees)."""
        above = values.take(self.feature.take(node) + first) > self.threshold.take(node)
        after: Nodes = self.child.take(node) + above
        return after


def read_weights(
    data: bytes, model: str, arrays: Collection[str], features: Sequence[str], trainer: str
) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a model's file by name.

    Args:
        data: the bytes of the file.
        model: what messages call the model, such as ``"line model"``.
        arrays: names of the arrays that the file must have beside ``feature_names``.
        features: the features that this code measures, in their order.
        trainer: the module that writes the file, which is the remedy for a file that does not fit.

    Raises:
        DataFileError: the bytes are no such archive, an array is missing, or the features are others.
    """
    remedy = f"train it again: python -m {trainer}"
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            found = {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DataFileError(f"{model}: its file cannot be read ({error}); {remedy}") from error
    if missing := sorted({*arrays, FEATURE_NAMES} - found.keys()):
        raise DataFileError(f"{model}: its file has no array {missing[0]!r}; {remedy}")
    if found[FEATURE_NAMES].tolist() != list(features):
        raise DataFileError(f"{model}: it was trained on other features than this version measures; {remedy}")
    return found


def read_trees(arrays: Mapping[str, npt.NDArray[Any]]) -> Trees:
    """Trees from the arrays of a model's file, which are (trees, nodes), the root first."""
    count, width = arrays["tree_feature"].shape
    roots = np.arange(count, dtype=np.intp) * width
    return Trees(
        feature=arrays["tree_feature"].astype(np.intp).ravel(),
        threshold=arrays["tree_threshold"].astype(np.float64).ravel(),
        child=(arrays["tree_child"] + roots[:, None]).ravel(),
        value=arrays["tree_value"].astype(np.float64).ravel(),
        roots=roots,
        depth=int(arrays["tree_depth"]),
    )
