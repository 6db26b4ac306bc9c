"""What the stopping rules judge a test of several abilities by.

The rules ask for one standard error and one change. With a composite they are those of the composite. Without one they
are the worst over the abilities, so that a test goes on until each of them is known as well as asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from irt_core.adaptive.constraints import Constraints
from irt_core.adaptive.eligibility import Eligibility, ItemPool
from irt_core.arrays import BoolArray, FloatArray
from irt_core.models.bank import ItemBank
from irt_core.multidimensional.selection import eligible_items
from irt_core.multidimensional.situation import MultidimensionalSituation
from irt_core.multidimensional.state import MultidimensionalState, bank_for


@dataclass(frozen=True)
class MultidimensionalEvidence:
    """The evidence of one examinee in a live session; see `adaptive.evidence.Evidence`."""

    bank: ItemBank
    state: MultidimensionalState
    constraints: Constraints

    @property
    def n_given(self) -> int:
        """How many answers there are."""
        return self.state.n_administered

    @property
    def theta(self) -> FloatArray:
        """The composite of the estimates."""
        return np.array([self.state.score])

    @property
    def se(self) -> FloatArray:
        """The standard error to be reached."""
        return decisive_se(self.state.covariance[None], self.state.composite)

    @property
    def last_change(self) -> FloatArray:
        """By how much the last answer has moved the estimate."""
        before, now = np.array(self.state.thetas[-2:])[:, None]
        return decisive_change(now - before, self.state.composite)

    @property
    def elapsed_seconds(self) -> FloatArray:
        """The time used."""
        return np.array([self.state.elapsed_seconds])

    def has_minima(self) -> BoolArray:
        """Whether every content area and the set of the last item have the items that they must have."""
        if self.constraints.blueprint is None and not self.bank.content.sets:
            return np.ones(1, dtype=bool)
        return ItemPool.of_one(self.bank.content, self.state).has_minima(self.constraints)

    def log_likelihood(self, theta: FloatArray) -> FloatArray:
        """No one number has a likelihood here; designs that ask for it are refused."""
        raise NotImplementedError("the likelihood of several abilities is no function of one")

    def expected_se(self) -> FloatArray:
        """The standard error to be expected after the best next item, infinite when there is none."""
        situation = MultidimensionalSituation.of_one(bank_for(self.state.prior, self.bank), self.state)
        pool = ItemPool.of_one(self.bank.content, self.state)
        return best_expected_se(situation, eligible_items(situation, pool, self.constraints))


def decisive_se(covariance: FloatArray, composite: tuple[float, ...] | None) -> FloatArray:
    """The standard error of the composite, without one the largest of all, (n_examinees,)."""
    if composite is None:
        return np.asarray(np.sqrt(np.diagonal(covariance, axis1=1, axis2=2).max(axis=1)))
    weights = np.array(composite)
    return np.asarray(np.sqrt(np.vecdot(np.vecmat(weights, covariance), weights)))


def decisive_change(change: FloatArray, composite: tuple[float, ...] | None) -> FloatArray:
    """How far the composite has moved, without one the ability that moved most, (n_examinees,)."""
    if composite is None:
        return np.asarray(np.abs(change).max(axis=1))
    return np.asarray(np.abs(np.vecdot(change, np.array(composite))))


def best_expected_se(situation: MultidimensionalSituation, eligibility: Eligibility) -> FloatArray:
    """The standard error to be expected after the best of the eligible items, infinite without one, (n_examinees,).

    The posterior covariance Σ becomes Σ − w Σa a'Σ / (1 + w a'Σa), as if it were normal.
    """
    covariance, weights = situation.covariance, situation.item_weights
    factor = weights / (1.0 + weights * situation.along_items(covariance))
    if situation.composite is None:
        pulls = np.matvec(covariance[:, None], situation.bank.slopes)
        left = np.diagonal(covariance, axis1=1, axis2=2)[:, None] - factor[..., None] * pulls**2
        variance = left.max(axis=2)
    else:
        pull = np.vecmat(situation.weights, covariance)
        now = np.vecdot(pull, situation.weights)
        variance = now[:, None] - factor * situation.along_items(pull[:, :, None] * pull[:, None, :])
    best = np.where(eligibility.of_all(), variance, np.inf).min(axis=1)
    return np.asarray(np.sqrt(np.maximum(best, 0.0)))
