"""Evaluation of the learned scorer: boosted decision trees, read from a data file, run by numpy.

The recipe that makes the file is in `training/`, with LightGBM; to run it nothing but numpy is needed, which the
language identification needs anyway.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.label.features import COLUMNS, Matrix


@dataclass(frozen=True, slots=True)
class Model:
    """Boosted trees as arrays over all nodes; a leaf is its own child.

    Parameters:
        name: name and version, as ledgers state them.
        data: what it was learnt from.
        columns: how many features it was learnt with.
        roots: the node at which each tree begins.
        feature, threshold: a node's test: left where the feature is at most the threshold.
        left, right: indices of a node's children.
        value: what a leaf adds to the log odds.
        depth: of the deepest tree.
    """

    name: str
    data: Mapping[str, Any]
    columns: int
    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: Matrix
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: Matrix
    depth: int

    def scores(self, matrix: Matrix) -> Matrix:
        """Score units.

        Parameters:
            matrix: one row a unit, as `features` gives them.

        Returns:
            For each unit the probability, 0 to 1, that it belongs to the article.
        """
        rows = np.arange(len(matrix))[:, None]
        nodes = np.broadcast_to(self.roots, (len(matrix), len(self.roots)))
        for _ in range(self.depth):
            low = matrix[rows, self.feature[nodes]] <= self.threshold[nodes]
            nodes = np.where(low, self.left[nodes], self.right[nodes])
        result: Matrix = 1.0 / (1.0 + np.exp(-self.value[nodes].sum(axis=1)))
        return result


def parse(document: str) -> Model:
    """Read a model from its data file.

    Raises:
        ValueError: it was learnt with other features than `features` gives.
    """
    data = json.loads(document)
    if data["columns"] != COLUMNS:
        raise ValueError(f"the model {data['name']} has {data['columns']} features, copydesk {COLUMNS}; train it again")
    whole = {key: np.array(data[key], np.int64) for key in ("roots", "feature", "left", "right")}
    return Model(
        name=data["name"],
        data=data["data"],
        columns=data["columns"],
        threshold=np.array(data["threshold"], float),
        value=np.array(data["value"], float),
        depth=data["depth"],
        **whole,
    )


@cache
def load(form: str) -> Model:
    """The model for one form of rip.

    Parameters:
        form: "text" or "markdown".

    Returns:
        The model, read once in a process.
    """
    return parse((files("copydesk.cleaning.label") / f"{form}.json").read_text("utf-8"))
