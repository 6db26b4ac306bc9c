"""Simulated examinees who take the same adaptive test in step.

After each round all of them have given the same number of answers, so that one round is a few operations on arrays.
They choose by the same criteria, controls and rules as a live session, in arrays of many instead of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from irt_core.adaptive.candidates import best_candidates
from irt_core.adaptive.criteria import SHADOW
from irt_core.adaptive.design import CatDesign
from irt_core.adaptive.eligibility import Eligibility, ItemPool
from irt_core.adaptive.evidence import best_expected_se
from irt_core.adaptive.item_eligibility import Barred
from irt_core.adaptive.selection import eligibility_of
from irt_core.adaptive.situation import Situation
from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal, Quadrature, moments

if TYPE_CHECKING:
    from irt_core.assembly.shadow import TestSoFar


@dataclass(eq=False)
class Cohort:
    """Those who are still at work; it is also the evidence to stop by.

    Arrays have one row for each of them: `members` are their places in the simulation; of `items` and `scores`
    (n_examinees, max_items) the first `n_given` columns are what they did so far, the others −1. `answer` and
    `record` move the cohort on in its own arrays. `kept` says whose items were all eligible, `is_rejected`
    (n_examinees, n_items) what exposure control has ruled out for whom, and `n_rejected` (n_items,) how often;
    `seconds` (n_items,) is what items take.
    """

    bank: ItemBank
    design: CatDesign
    prior: Normal
    quadrature: Quadrature
    rng: np.random.Generator = field(repr=False)
    members: IntArray
    ability: FloatArray
    log_posterior: FloatArray
    theta: FloatArray
    se: FloatArray
    previous_theta: FloatArray
    pool: ItemPool
    items: IntArray
    scores: IntArray
    elapsed_seconds: FloatArray
    kept: BoolArray
    is_rejected: BoolArray
    n_rejected: IntArray
    seconds: FloatArray | None = None
    n_given: int = 0

    @classmethod
    def begin(
        cls,
        bank: ItemBank,
        design: CatDesign,
        ability: FloatArray,
        rng: np.random.Generator,
        barred: Barred | None = None,
        seconds: FloatArray | None = None,
    ) -> Cohort:
        """Everybody before the first item; `ability` (n_examinees,) is what the test is to find out."""
        state, n = design.begin(), ability.size
        theta = np.full(n, state.theta)
        return cls(
            bank=bank,
            design=design,
            prior=state.prior,
            quadrature=state.quadrature,
            rng=rng,
            members=np.arange(n),
            ability=ability,
            log_posterior=np.repeat(state.log_posterior[None, :], n, axis=0),
            theta=theta,
            se=np.full(n, state.se),
            previous_theta=theta,
            pool=ItemPool.full(bank.content, n, barred),
            items=np.full((n, design.stopping.max_items), -1, dtype=np.int64),
            scores=np.full((n, design.stopping.max_items), -1, dtype=np.int64),
            elapsed_seconds=np.zeros(n),
            kept=np.ones(n, dtype=bool),
            is_rejected=np.zeros((n, bank.n_items), dtype=bool),
            n_rejected=np.zeros(bank.n_items, dtype=np.int64),
            seconds=seconds,
        )

    @property
    def last_change(self) -> FloatArray:
        """By how much the last answer has moved the estimate, (n_examinees,)."""
        return np.abs(self.theta - self.previous_theta)

    @property
    def estimates(self) -> tuple[FloatArray, FloatArray]:
        """What the test says of each: the estimate and its standard error, (n_examinees,)."""
        return self.theta, self.se

    def has_minima(self) -> BoolArray:
        """Whose test has the items that every content area and the set of the last item must have."""
        return self.pool.has_minima(self.design.constraints)

    def log_likelihood(self, theta: FloatArray) -> FloatArray:
        """Log-likelihood of the answers at other abilities, shape (n_examinees, n_theta)."""
        given = slice(0, self.n_given)
        rows = self.bank.log_likelihood_table(theta)[self.scores[:, given], self.items[:, given]]
        total: FloatArray = rows.sum(axis=1)
        return total

    def expected_se(self) -> FloatArray:
        """The standard error to be expected after the best next item, infinite when there is none."""
        situation = self._situation()
        return best_expected_se(situation, self._eligibility(situation))

    def of_some(self, rows: BoolArray) -> Cohort:
        """Those whom `rows` picks."""
        return replace(self, pool=self.pool.of_some(rows), **{name: getattr(self, name)[rows] for name in _OF_EACH})

    def next_items(self) -> IntArray:
        """The next item of each, −1 for those who have none left. What exposure control rules out leaves the pool."""
        exposure = self.design.exposure_at(self.n_given)
        candidates = self._candidates(1 if exposure is None else exposure.n_candidates)
        if exposure is None:
            return candidates[:, 0]
        places = exposure.pick(candidates, self.rng, self.theta)
        if exposure.rules_out_rejected:
            for column, rejected in enumerate(candidates.T[: places.max()]):
                rows = np.flatnonzero(column < places)
                self.pool.rule_out(rows, rejected[rows])
                self.is_rejected[rows, rejected[rows]] = True
                np.add.at(self.n_rejected, rejected[rows], 1)
        return candidates[np.arange(places.size), places]

    def _candidates(self, n: int) -> IntArray:
        """The n best items of each from best to worst, (n_examinees, n), ending in −1."""
        if self.design.selection == SHADOW:
            from irt_core.assembly.shadow import best_of_shadow_tests

            return best_of_shadow_tests(self.bank, self._tests(), self.design.constraints, n)
        situation = self._situation()
        return best_candidates(self.design.selection, situation, self._eligibility(situation), n).items

    def _tests(self) -> Iterator[TestSoFar]:
        """Each examinee's test as the shadow tests want it."""
        from irt_core.assembly.shadow import TestSoFar

        barred = None if self.pool.barred is None else self.pool.barred.at(self.theta)
        for row in range(self.members.size):
            yield TestSoFar(
                float(self.theta[row]),
                tuple(self.items[row, : self.n_given].tolist()),
                tuple(np.flatnonzero(self.is_rejected[row]).tolist()),
                frozenset() if barred is None else frozenset(np.flatnonzero(barred[row]).tolist()),
            )

    def answer(self, items: IntArray) -> None:
        """Let everybody answer an item each, (n_examinees,), as their ability lets them."""
        self.record(items, self.bank.draw_scores(self.ability, items, self.rng))

    def record(self, items: IntArray, scores: IntArray) -> None:
        """Take everybody's answer to an item each, (n_examinees,), with its score."""
        self.log_posterior += self.bank.tabulate(self.quadrature).log_likelihood_of(items, scores)
        self.previous_theta = self.theta
        self.theta, self.se = moments(self.log_posterior, self.quadrature)
        if self.pool.barred is not None:
            self.kept &= ~self.pool.barred.at(self.previous_theta)[np.arange(items.size), items]
        self.pool.give(items)
        if self.seconds is not None:
            self.elapsed_seconds += self.seconds[items]
        self.items[:, self.n_given], self.scores[:, self.n_given] = items, scores
        self.n_given += 1

    def _situation(self) -> Situation:
        length = self.design.stopping.max_items
        return Situation(
            self.bank,
            self.prior,
            self.quadrature,
            self.theta,
            self.log_posterior,
            self.n_given,
            length,
            self.rng,
            self.seconds,
        )

    def _eligibility(self, situation: Situation) -> Eligibility:
        return eligibility_of(situation, self.pool, self.design.constraints)


_OF_EACH = (
    "members",
    "ability",
    "log_posterior",
    "theta",
    "se",
    "previous_theta",
    "items",
    "scores",
    "elapsed_seconds",
    "kept",
    "is_rejected",
)
