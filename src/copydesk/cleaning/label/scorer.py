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

from copydesk.cleaning.label.columns import Matrix
from copydesk.cleaning.label.features import COLUMNS


@dataclass(frozen=True, slots=True)
class Model:
    """Boosted trees as arrays over all nodes; a leaf is its own child.

    Parameters:
        name: name and version, as ledgers state them.
        data: what it was learnt from.
        columns: how many features it was learnt with.
        roots: the node at which each tree begins.
        feature, threshold: a node's test: left where the feature is at most the threshold.
        children: of node n at 2 n and 2 n + 1, left and right.
        value: what a leaf adds to the log odds.
        depth: of the deepest tree.
    """

    name: str
    data: Mapping[str, Any]
    columns: int
    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: Matrix
    children: NDArray[np.int64]
    value: Matrix
    depth: int

    def scores(self, matrix: Matrix) -> Matrix:
        """Score units.

        Parameters:
            matrix: one row a unit, as `features` gives them.

        Returns:
            For each unit the probability, 0 to 1, that it belongs to the article.
        """
        values = matrix.astype(np.float32).ravel()  # as they were learnt from
        rows = np.arange(len(matrix))[:, None] * matrix.shape[1]
        nodes = np.repeat(self.roots[None, :], len(matrix), axis=0)
        for _ in range(self.depth):
            above = values.take(rows + self.feature.take(nodes)) > self.threshold.take(nodes)
            nodes = self.children.take(2 * nodes + above)
        result: Matrix = 1.0 / (1.0 + np.exp(-self.value.take(nodes).sum(axis=1)))
        return result


def parse(document: str) -> Model:
    """Read a model from its data file.

    Raises:
        ValueError: it was learnt with other features than `features` gives.
    """
    data = json.loads(document)
    if data["columns"] != COLUMNS:
        raise ValueError(f"the model {data['name']} has {data['columns']} features, copydesk {COLUMNS}; train it again")
    children = np.column_stack([np.array(data["left"], np.int64), np.array(data["right"], np.int64)])
    return Model(
        name=data["name"],
        data=data["data"],
        columns=data["columns"],
        roots=np.array(data["roots"], np.int64),
        feature=np.array(data["feature"], np.int64),
        children=children.ravel(),
        threshold=np.array(data["threshold"], float),
        value=np.array(data["value"], float),
        depth=data["depth"],
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
