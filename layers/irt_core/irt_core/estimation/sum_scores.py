"""The posterior of ability given nothing but the sum of the scores."""

from __future__ import annotations

import numpy as np

from irt_core.arrays import BoolArray, FloatArray
from irt_core.models.bank import ItemBank
from irt_core.priors import Quadrature


def sum_score_likelihood(bank: ItemBank, given: BoolArray, quadrature: Quadrature) -> FloatArray:
    """P(sum score | θ) over the items in `given` (n_items,), shape (n_sums, n_points).

    The recursion of Lord & Wingersky (1984), APM 8(4), 453-461, for items of any number of categories (Thissen,
    Pommerich, Billeaud & Williams 1995, APM 19(1), 39-49): each further item spreads the distribution of the sum by
    the item's own scores.
    """
    likelihood = bank.tabulate(quadrature).likelihood
    sums = np.ones((1, quadrature.n_points))
    for item in np.flatnonzero(given):
        n_scores = bank.category_counts[item]
        wider = np.zeros((len(sums) + n_scores - 1, quadrature.n_points))
        for score in range(n_scores):
            wider[score : score + len(sums)] += sums * likelihood[score, item]
        sums = wider
    return sums
