"""What the stopping rules judge by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from irt_core.adaptive.constraints import Constraints
from irt_core.adaptive.criteria import expected_precision
from irt_core.adaptive.eligibility import Eligibility, ItemPool
from irt_core.adaptive.selection import eligibility_of
from irt_core.adaptive.situation import Situation
from irt_core.adaptive.state import CatState
from irt_core.arrays import BoolArray, FloatArray
from irt_core.models.bank import ItemBank


class Evidence(Protocol):
    """What is known about examinees who have given the same number of answers. Arrays have the shape (n_examinees,)."""

    @property
    def n_given(self) -> int:
        """How many answers there are."""

    @property
    def theta(self) -> FloatArray:
        """The estimate."""

    @property
    def se(self) -> FloatArray:
        """Its standard error."""

    @property
    def last_change(self) -> FloatArray:
        """By how much the last answer has moved the estimate, at least one being there."""

    @property
    def elapsed_seconds(self) -> FloatArray:
        """The time used."""

    def has_minima(self) -> BoolArray:
        """Whether every content area and the set of the last item have the items that they must have."""

    def log_likelihood(self, theta: FloatArray) -> FloatArray:
        """Log-likelihood of the answers at other abilities, shape (n_examinees, n_theta)."""

    def expected_se(self) -> FloatArray:
        """The standard error to be expected after the best next item, infinite when there is none."""


@dataclass(frozen=True)
class SessionEvidence:
    """The evidence of one examinee in a live session."""

    bank: ItemBank
    state: CatState
    constraints: Constraints

    @property
    def n_given(self) -> int:
        """How many answers there are."""
        return self.state.n_administered

    @property
    def theta(self) -> FloatArray:
        """The estimate."""
        return np.array([self.state.theta])

    @property
    def se(self) -> FloatArray:
        """Its standard error."""
        return np.array([self.state.se])

    @property
    def last_change(self) -> FloatArray:
        """By how much the last answer has moved the estimate."""
        return np.array([abs(self.state.thetas[-1] - self.state.thetas[-2])])

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
        """Log-likelihood of the answers at other abilities, shape (1, n_theta)."""
        items, scores = (np.array(values, dtype=np.int64) for values in (self.state.administered, self.state.scores))
        rows = self.bank.log_likelihood(items, scores, theta)
        total: FloatArray = rows.sum(axis=0, keepdims=True)
        return total

    def expected_se(self) -> FloatArray:
        """The standard error to be expected after the best next item, infinite when there is none."""
        situation = Situation.of_one(self.bank, self.state, self.constraints.length)
        pool = ItemPool.of_one(self.bank.content, self.state)
        return best_expected_se(situation, eligibility_of(situation, pool, self.constraints))


def best_expected_se(situation: Situation, eligibility: Eligibility) -> FloatArray:
    """The standard error to be expected after the best of the eligible items, infinite without one, (n_examinees,)."""
    variance = np.where(eligibility.of_all(), -expected_precision(situation), np.inf).min(axis=1)
    expected_se: FloatArray = np.sqrt(np.maximum(variance, 0.0))
    return expected_se
