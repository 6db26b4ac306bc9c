"""Posterior weights of the nodes for each row of a fitted model, a chunk of rows at a time.

    p(θ_q | x_i) ∝ w_gq Π_j P_j(x_ij | θ_q),   over the items that row i answered

Sums over persons of anything that depends on θ are sums over these weights; memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.fitted import FittedModel
from irt_core.models.bank import ItemBank

_CELLS_AT_ONCE = 2_000_000  # of the working arrays of a chunk, 16 MB each

GroupBank = tuple[ItemBank, IntArray]
"""The bank of a group, and which of the model's items are in it, in its order."""


class Chunk(NamedTuple):
    """Some rows of one group.

    `rows` (n,) are their places in the model and `weights` (n,) theirs; `indicators` (n, n_items, K) is 1 where an item
    was answered in a category and 0 elsewhere; `posterior` is (n, n_nodes).
    """

    group: int
    rows: IntArray
    weights: FloatArray
    indicators: FloatArray
    posterior: FloatArray

    @property
    def observed(self) -> FloatArray:
        """1 where there is a response, (n, n_items)."""
        given: FloatArray = self.indicators.sum(axis=2)
        return given


def chunks(model: FittedModel) -> Iterator[Chunk]:
    """All rows with their posteriors, group by group."""
    n_items, n_categories, n_nodes = model.probability.shape
    tables = log_probability(model).reshape(n_items * n_categories, n_nodes)
    size = max(16, _CELLS_AT_ONCE // max(n_items * n_categories, n_nodes))
    categories = np.arange(n_categories)
    for group, node_weights in enumerate(model.node_weights):
        log_weights = np.log(np.maximum(node_weights, np.finfo(float).tiny))
        members = np.flatnonzero(model.group == group)
        for start in range(0, members.size, size):
            rows = members[start : start + size]
            indicators = (model.scores[rows][:, :, None] == categories).astype(np.float64)
            joint = indicators.reshape(len(rows), -1) @ tables
            joint += log_weights
            joint -= joint.max(axis=1, keepdims=True)
            np.exp(joint, out=joint)
            joint /= joint.sum(axis=1, keepdims=True)
            yield Chunk(group, rows, model.weights[rows], indicators, joint)


def log_probability(model: FittedModel) -> FloatArray:
    """log P of every category at every node, (n_items, K, n_nodes); finite for categories that an item has not."""
    logs: FloatArray = np.log(np.maximum(model.probability, np.finfo(float).tiny))
    return logs


def posterior_moments(model: FittedModel) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of ability in each dimension given each row (EAP), both (n_rows, D)."""
    means, squares = np.empty((2, len(model.scores), model.nodes.shape[1]))
    for chunk in chunks(model):
        means[chunk.rows] = chunk.posterior @ model.nodes
        squares[chunk.rows] = chunk.posterior @ model.nodes**2
    return means, np.sqrt(np.maximum(squares - means**2, 0.0))


def expected_scores(model: FittedModel) -> FloatArray:
    """E(X | θ) of each item at each node, categories scored 0, 1, …; (n_items, n_nodes)."""
    scores: FloatArray = np.einsum("c,jcq->jq", np.arange(model.probability.shape[1], dtype=float), model.probability)
    return scores
