"""The persons who answered everything, group by group: S-X² and M₂ need whole tables.

A group need not have been given all items (forms of a test, or items with parameters of their own in each group): whole
is a row that has a response to every item that anybody of its group has one to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.fitted import FittedModel


@dataclass(frozen=True, eq=False)
class WholeSample:
    """The whole rows of one group: `scores` (n_rows, n_given) on its `items` (n_given,), `weights` (n_rows,)."""

    group: int
    items: IntArray
    scores: IntArray
    weights: FloatArray

    @property
    def n_persons(self) -> float:
        """How many persons the rows stand for."""
        return float(self.weights.sum())


def whole_samples(model: FittedModel) -> list[WholeSample]:
    """The whole rows of every group that has any."""
    samples = []
    for group in range(len(model.node_weights)):
        rows = np.flatnonzero(model.group == group)
        scores = model.scores[rows]
        items = np.flatnonzero((scores >= 0).any(axis=0))
        if items.size < scores.shape[1]:
            scores = scores[:, items]
        is_whole = (scores >= 0).all(axis=1)
        if items.size and is_whole.any():
            samples.append(WholeSample(group, items, scores[is_whole], model.weights[rows[is_whole]]))
    return samples


def doubts_about(samples: list[WholeSample], model: FittedModel, statistic: str) -> tuple[str, ...]:
    """What a reader must know of a statistic that whole rows alone make: how many persons it leaves out."""
    n_all = float(model.weights.sum())
    n_left_out = n_all - sum(sample.n_persons for sample in samples)
    if n_left_out <= 0:
        return ()
    return (f"{statistic} is of complete rows only: {n_left_out:g} of {n_all:g} persons lack a response",)
