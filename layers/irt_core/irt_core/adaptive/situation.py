"""Where some examinees stand who have all answered the same number of items.

One examinee of a live session and the thousands of a simulation are the same thing here: arrays whose first axis is the
examinee. That is why both choose by the same code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from irt_core.adaptive.state import CatState
from irt_core.arrays import FloatArray, IntArray
from irt_core.errors import NO_GENERATOR, SelectionError
from irt_core.models.bank import ItemBank
from irt_core.models.tables import ItemTable
from irt_core.priors import Normal, Quadrature, normalised


@dataclass(frozen=True)
class Situation:
    """What a selection rule judges by.

    `theta` (n_examinees,) are the estimates, `log_posterior` (n_examinees, n_points) the posteriors on the grid;
    `position` counts the answers so far, `length` is the greatest length of the test where there is one, `seconds` are
    what the items are expected to take, (n_items,) or (n_examinees, n_items), where somebody says so.
    """

    bank: ItemBank
    prior: Normal
    quadrature: Quadrature
    theta: FloatArray
    log_posterior: FloatArray
    position: int
    length: int | None = None
    rng: np.random.Generator | None = None
    seconds: FloatArray | None = None

    @classmethod
    def of_one(
        cls,
        bank: ItemBank,
        state: CatState,
        length: int | None = None,
        rng: np.random.Generator | None = None,
        seconds: FloatArray | None = None,
    ) -> Situation:
        """The situation of a single examinee."""
        theta, log_posterior = np.array([state.theta]), state.log_posterior[None, :]
        position = state.n_administered
        return cls(bank, state.prior, state.quadrature, theta, log_posterior, position, length, rng, seconds)

    def of_some(self, examinees: IntArray) -> Situation:
        """The situation of some of the examinees."""
        seconds = self.seconds if self.seconds is None or self.seconds.ndim == 1 else self.seconds[examinees]
        theta, log_posterior = self.theta[examinees], self.log_posterior[examinees]
        return replace(self, theta=theta, log_posterior=log_posterior, seconds=seconds)

    @property
    def table(self) -> ItemTable:
        """The bank's items on the grid."""
        return self.bank.tabulate(self.quadrature)

    @cached_property
    def posterior(self) -> FloatArray:
        """Weights of the grid points under the posterior, (n_examinees, n_points), each row summing to one."""
        return normalised(self.log_posterior, self.quadrature)

    @cached_property
    def likelihood(self) -> FloatArray:
        """Weights of the grid points under the likelihood alone, (n_examinees, n_points), each row summing to one."""
        return normalised(self.log_posterior - self.prior.log_density(self.quadrature.points), self.quadrature)

    @property
    def information(self) -> FloatArray:
        """Information of every item at the estimates, (n_examinees, n_items)."""
        return self.bank.information(self.theta)

    @property
    def test_length(self) -> int:
        """The greatest length of the test. Raises SelectionError when there is none."""
        if self.length is None:
            raise SelectionError("this rule needs constraints with the length of the test")
        return self.length

    @property
    def expected_seconds(self) -> FloatArray:
        """What the items are expected to take. Raises SelectionError when nobody says so."""
        if self.seconds is None:
            raise SelectionError("this rule needs constraints with the seconds that the items are expected to take")
        return self.seconds

    @property
    def randomness(self) -> np.random.Generator:
        """The caller's generator. Raises SelectionError when there is none."""
        if self.rng is None:
            raise SelectionError(NO_GENERATOR)
        return self.rng
