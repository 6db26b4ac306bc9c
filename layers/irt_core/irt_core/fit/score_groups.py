"""S-X²: observed against expected proportions of each category among persons with the same sum score.

With N_s persons of sum score s and the distribution r_j of the sum of all items but j,

    E_jsc = N_s Σ_q w_q P_jc(θ_q) r_j(s − c | θ_q) / Σ_q w_q f(s | θ_q),    S-X²_j = Σ_sc (O_jsc − E_jsc)² / E_jsc

for s between the lowest and the highest possible sum, where the item's category follows from the sum (Orlando & Thissen
2000, APM 24(1), 50-64; 2003, APM 27(4), 289-298; for more than two categories Kang & Chen 2008, JEM 45(4), 391-406).
Sparse cells are collapsed. The degrees of freedom are the free cells less the parameters that only this item has; one
that items share is estimated from all of them and costs none of them one. Groups have tables of their own, which add
up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.fitted import FittedModel
from irt_core.fit.cells import collapsed_chi_square
from irt_core.fit.samples import WholeSample
from irt_core.fit.sum_scores import rest_distributions


class ScoreGroupFit(NamedTuple):
    """S-X² and its degrees of freedom, (n_items,) each, and how many persons they are from."""

    statistic: FloatArray
    df: FloatArray
    n_persons: FloatArray


def score_group_fit(model: FittedModel, samples: list[WholeSample], minimum: float) -> ScoreGroupFit:
    """S-X² of every item; NaN, with 0 persons, for one that no whole row has, or that collapsing leaves no cells of."""
    n_items = len(model.probability)
    statistic, n_free, n_persons = np.zeros((3, n_items))
    for sample in samples:
        n_persons[sample.items] += sample.n_persons
        for item, observed, expected in score_tables(model, sample):
            chi_square, cells = collapsed_chi_square(observed[1:-1], expected[1:-1], minimum)
            statistic[item] += chi_square
            n_free[item] += cells
    return ScoreGroupFit(np.where(n_free > 0, statistic, np.nan), n_free - own_parameters(model.parameter), n_persons)


def score_tables(model: FittedModel, sample: WholeSample) -> list[tuple[int, FloatArray, FloatArray]]:
    """Each item of the sample with its observed and expected counts by sum score and category, (n_sums, K)."""
    probability = model.probability[sample.items]
    n_steps = np.count_nonzero(probability.any(axis=2), axis=1) - 1
    n_sums = int(n_steps.sum()) + 1
    sums = sample.scores.sum(axis=1)
    persons = np.bincount(sums, weights=sample.weights, minlength=n_sums)
    node_weights = model.node_weights[sample.group]
    tables = []
    for place, rest in rest_distributions(probability, n_steps):
        n_categories = int(n_steps[place]) + 1
        joint = np.zeros((n_sums, n_categories))
        weighted = rest @ (probability[place, :n_categories] * node_weights).T
        for category in range(n_categories):
            joint[category : category + len(rest), category] = weighted[:, category]
        total = joint.sum(axis=1, keepdims=True)
        shares = np.divide(joint, total, out=np.zeros_like(joint), where=total > 0)
        cells = sums * n_categories + sample.scores[:, place]
        observed: FloatArray = np.bincount(cells, weights=sample.weights, minlength=joint.size).astype(np.float64)
        tables.append((int(sample.items[place]), observed.reshape(joint.shape), persons[:, None] * shares))
    return tables


def own_parameters(parameter: IntArray) -> IntArray:
    """How many free parameters each item has to itself, (n_items,); `parameter` (n_items, k) has −1 for fixed ones."""
    items_with = np.bincount(parameter[parameter >= 0], minlength=1)
    is_own = (parameter >= 0) & (items_with[np.maximum(parameter, 0)] == 1)
    n_own: IntArray = np.count_nonzero(is_own, axis=1)
    return n_own
