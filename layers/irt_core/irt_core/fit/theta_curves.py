"""The category curves of a bank at any ability, of one dimension or several, with their derivatives by ability."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.models.bank import ItemBank

_STEP = 1e-4  # of the central differences, whose error is of the order of its square


class ThetaCurves(NamedTuple):
    """At n abilities: P and log P (n, n_items, K), and ∂ log P / ∂θ (n, n_items, K, D); 0 where P is 0."""

    probability: FloatArray
    log_probability: FloatArray
    gradient: FloatArray

    def information(self) -> FloatArray:
        """Fisher information of each item, (n, n_items, D, D)."""
        weighted = self.probability[..., None] * self.gradient
        information: FloatArray = weighted.swapaxes(2, 3) @ self.gradient
        return information


def theta_curves(bank: ItemBank, theta: FloatArray) -> ThetaCurves:
    """The curves at `theta`, (n,) or with several dimensions (n, D)."""
    logs = _log_probability(bank, theta)
    columns = theta[:, None] if theta.ndim == 1 else theta
    gradients = []
    for dimension in range(columns.shape[1]):
        step = np.zeros(columns.shape[1])
        step[dimension] = _STEP
        ahead, behind = (_log_probability(bank, (columns + move).reshape(theta.shape)) for move in (step, -step))
        with np.errstate(invalid="ignore"):
            gradients.append((ahead - behind) / (2.0 * _STEP))
    is_possible = np.isfinite(logs)
    gradient = np.where(is_possible[..., None], np.stack(gradients, axis=-1), 0.0)
    return ThetaCurves(np.exp(logs), np.where(is_possible, logs, 0.0), gradient)


def _log_probability(bank: ItemBank, theta: FloatArray) -> FloatArray:
    """(n, n_items, K)."""
    return np.moveaxis(bank.log_likelihood_table(theta), (0, 1, 2), (2, 1, 0))
