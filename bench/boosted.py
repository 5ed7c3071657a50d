"""Boosted trees of LightGBM as the arrays that ``transforms.trees`` reads."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np


def tree_arrays(dumps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The mean of models as arrays (trees, nodes); each is given as ``Booster.dump_model`` returns it."""
    trees = [_nodes(tree["tree_structure"]) for dump in dumps for tree in dump["tree_info"]]
    width = max(map(len, trees))
    columns = {"feature": np.int16, "threshold": np.float64, "child": np.int16, "value": np.float32}
    arrays = {f"tree_{name}": np.zeros((len(trees), width), kind) for name, kind in columns.items()}
    for row, nodes in enumerate(trees):
        for place, (feature, threshold, child, value, _) in enumerate(nodes):
            arrays["tree_feature"][row, place] = feature
            arrays["tree_threshold"][row, place] = threshold
            arrays["tree_child"][row, place] = child
            arrays["tree_value"][row, place] = value / len(dumps)
    depth = max(node[-1] for nodes in trees for node in nodes)
    return arrays | {"tree_depth": np.array(depth)}


def _nodes(root: dict[str, Any]) -> list[tuple[int, float, int, float, int]]:
    """Feature, threshold, left child, value and depth of each node, the root first; right follows left."""
    nodes: list[tuple[int, float, int, float, int]] = []
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
