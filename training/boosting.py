"""Gradient-boosted trees by LightGBM, written as the data file that `copydesk.cleaning.label.scorer` reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import lightgbm

from training.examples import Examples

TREES = 120
"""Trees of a model: more gained nothing on folds that had been left out, and cost time on every document."""
_PARAMETERS: Mapping[str, Any] = {
    "objective": "cross_entropy",  # labels are shares: a unit may belong in part
    "learning_rate": 0.09,
    "num_leaves": 31,
    "max_depth": 7,  # steps that scoring takes
    "min_data_in_leaf": 80,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "max_bin": 127,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,  # else a timing chooses the order of sums
    "num_threads": 2,
    "verbose": -1,
}


def train(examples: Examples, *, name: str, trees: int = TREES, data: Mapping[str, object]) -> str:
    """Train a model.

    Parameters:
        examples: the units to learn from.
        name: name and version, as ledgers state them.
        trees: how many trees.
        data: what the model was learnt from, written into its file.

    Returns:
        The model as JSON: nodes of all trees in arrays, leaves their own children, log odds rounded to 4 decimals.
    """
    dataset = lightgbm.Dataset(examples.features, label=examples.shares, weight=examples.weights)
    booster = lightgbm.train(dict(_PARAMETERS), dataset, trees)
    nodes = _Nodes()
    roots = [nodes.add(tree["tree_structure"], 0) for tree in booster.dump_model()["tree_info"]]
    return json.dumps(
        {
            "name": name,
            "data": dict(data),
            "made_with": f"lightgbm {version('lightgbm')}",
            "columns": examples.features.shape[1],
            "depth": nodes.depth,
            "roots": roots,
            "feature": nodes.feature,
            "threshold": nodes.threshold,
            "left": nodes.left,
            "right": nodes.right,
            "value": nodes.value,
        },
        separators=(",", ":"),
    )


class _Nodes:
    """The nodes of all trees, as arrays."""

    def __init__(self) -> None:
        self.feature: list[int] = []
        self.threshold: list[float] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self.value: list[float] = []
        self.depth = 0

    def add(self, node: Mapping[str, Any], depth: int) -> int:
        """Add a node and all below it; its index."""
        self.depth = max(self.depth, depth)
        index = len(self.feature)
        self.feature.append(0)
        self.threshold.append(0)
        self.left.append(index)
        self.right.append(index)
        self.value.append(0)
        if "leaf_value" in node:
            self.value[index] = round(node["leaf_value"], 4)
            return index
        if node["decision_type"] != "<=":
            raise ValueError(f"a test of the kind {node['decision_type']!r}, which the scorer does not know")
        self.feature[index] = node["split_feature"]
        self.threshold[index] = float(f"{node['threshold']:.7g}")
        self.left[index] = self.add(node["left_child"], depth + 1)
        self.right[index] = self.add(node["right_child"], depth + 1)
        return index
