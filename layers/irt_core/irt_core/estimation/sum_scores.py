"""The posterior of ability given nothing but the sum of the scores."""

from __future__ import annotations

import numpy as np

from irt_core.arrays import BoolArray, FloatArray
from irt_core.models.bank import ItemBank
from irt_core.priors import Quadrature


def sum_score_likelihood(bank: ItemBank, given: BoolArray, quadrature: Quadrature) -> FloatArray:
    """P(sum score | θ) over the items in `given` (n_items,), shape (n_sums, n_points).

    The recursion of Lord & Wingersky (1984), Applied Psychological Measurement 8(4), 453-461: each further item
    spreads the distribution of the sum by the item's own scores.
    """
    likelihood = bank.tabulate(quadrature).likelihood[:, given]
    n_categories, n_items, n_points = likelihood.shape
    sums = np.ones((1, n_points))
    for item in range(n_items):
        wider = np.zeros((sums.shape[0] + n_categories - 1, n_points))
        for score in range(n_categories):
            wider[score : score + sums.shape[0]] += sums * likelihood[score, item]
        sums = wider
    return sums
