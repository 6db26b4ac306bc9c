"""Where some examinees stand in a test of several abilities, who have all answered the same number of items."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.errors import NO_GENERATOR, SelectionError
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.prior import MultivariateNormal
from irt_core.multidimensional.state import MultidimensionalState, bank_for, composite_weights


@dataclass(frozen=True)
class MultidimensionalSituation:
    """What a selection rule judges by.

    `theta` (n_examinees, D) and `covariance` (n_examinees, D, D) are the posterior moments, `given` (n_examinees,
    position) the items so far, `composite` the weights of the abilities in the score that the test is about.

    All products are taken examinee by examinee, so that one alone and the same one among many get the same bits.
    """

    bank: MultidimensionalBank
    prior: MultivariateNormal
    theta: FloatArray
    covariance: FloatArray
    given: IntArray
    composite: tuple[float, ...] | None = None
    rng: np.random.Generator | None = None

    @classmethod
    def of_one(
        cls, bank: MultidimensionalBank, state: MultidimensionalState, rng: np.random.Generator | None = None
    ) -> MultidimensionalSituation:
        """The situation of a single examinee. Raises StateError when the bank is not for this state."""
        given = np.array([state.administered], dtype=np.int64)
        fitting = bank_for(state.prior, bank)
        return cls(fitting, state.prior, state.theta[None], state.covariance[None], given, state.composite, rng)

    @property
    def position(self) -> int:
        """How many answers there are."""
        return int(self.given.shape[1])

    @property
    def weights(self) -> FloatArray:
        """The weights of the composite, (D,). Raises SelectionError when there are none."""
        if self.composite is None:
            raise SelectionError("this rule needs a composite: the weights of the abilities in the score to measure")
        return np.array(self.composite)

    @property
    def score(self) -> FloatArray:
        """The composite of the estimates, without weights their mean, (n_examinees,)."""
        return np.asarray(np.vecdot(self.theta, composite_weights(self.composite, self.bank.n_dimensions)))

    @cached_property
    def item_weights(self) -> FloatArray:
        """The information of every item about its predictor at the estimates, (n_examinees, n_items)."""
        return self.bank.weights_at(self.theta[:, None], np.arange(self.bank.n_items)[None])

    @cached_property
    def precision(self) -> FloatArray:
        """Posterior information: the prior's precision and the information of the items given, (n_examinees, D, D)."""
        d = self.bank.n_dimensions
        weights = self.bank.weights_at(self.theta[:, None], self.given)
        gained = np.vecmat(weights, self.bank.outer_slopes[self.given])
        return np.asarray(self.prior.precision + gained.reshape(-1, d, d))

    @cached_property
    def inverse(self) -> FloatArray:
        """The inverse of the posterior information, (n_examinees, D, D)."""
        return np.asarray(np.linalg.inv(self.precision))

    def along_items(self, matrices: FloatArray) -> FloatArray:
        """a' M a of every item, (n_examinees, n_items), of symmetric matrices M (n_examinees, D, D)."""
        return np.asarray(np.vecdot(self.bank.outer_slopes, matrices.reshape(len(matrices), 1, -1)))

    @property
    def randomness(self) -> np.random.Generator:
        """The caller's generator. Raises SelectionError when there is none."""
        if self.rng is None:
            raise SelectionError(NO_GENERATOR)
        return self.rng
