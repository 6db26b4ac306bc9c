"""Simulated examinees who take the same adaptive test of several abilities in step.

The sibling of `simulation.cohort`. Items are chosen for all of them at once, in arrays; the posterior of each is moved
on by itself, by what a live session does, so that both go the same way to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from irt_core.adaptive.eligibility import Eligibility, ItemPool
from irt_core.adaptive.item_eligibility import Barred
from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.models.bank import ItemBank
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional import posterior as posteriors
from irt_core.multidimensional.design import MultidimensionalDesign
from irt_core.multidimensional.evidence import best_expected_se, decisive_change, decisive_se
from irt_core.multidimensional.posterior import Posterior
from irt_core.multidimensional.selection import best_items, eligible_items
from irt_core.multidimensional.situation import MultidimensionalSituation
from irt_core.multidimensional.state import bank_for


@dataclass(eq=False)
class MultidimensionalCohort:
    """Those who are still at work; it is also the evidence to stop by. The fields are those of `Cohort`.

    `abilities` and the posterior means, `mean`, are (n_examinees, D), `covariance` (n_examinees, D, D).
    """

    bank: MultidimensionalBank
    design: MultidimensionalDesign
    rng: np.random.Generator = field(repr=False)
    members: IntArray
    abilities: FloatArray
    posteriors: list[Posterior]
    mean: FloatArray
    covariance: FloatArray
    change: FloatArray
    pool: ItemPool
    items: IntArray
    scores: IntArray
    elapsed_seconds: FloatArray
    kept: BoolArray
    n_rejected: IntArray
    seconds: FloatArray | None = None
    n_given: int = 0

    @classmethod
    def begin(
        cls,
        bank: ItemBank,
        design: MultidimensionalDesign,
        abilities: FloatArray,
        rng: np.random.Generator,
        barred: Barred | None = None,
        seconds: FloatArray | None = None,
    ) -> MultidimensionalCohort:
        """Everybody before the first item; `abilities` (n_examinees, D) are what the test is to find out."""
        fitting, n, prior = bank_for(design.prior, bank), len(abilities), design.prior
        return cls(
            bank=fitting,
            design=design,
            rng=rng,
            members=np.arange(n),
            abilities=abilities,
            posteriors=[posteriors.begin(fitting, prior)] * n,
            mean=np.tile(prior.centre, (n, 1)),
            covariance=np.tile(prior.matrix, (n, 1, 1)),
            change=np.zeros((n, prior.n_dimensions)),
            pool=ItemPool.full(bank.content, n, barred),
            items=np.full((n, design.stopping.max_items), -1, dtype=np.int64),
            scores=np.full((n, design.stopping.max_items), -1, dtype=np.int64),
            elapsed_seconds=np.zeros(n),
            kept=np.ones(n, dtype=bool),
            n_rejected=np.zeros(bank.n_items, dtype=np.int64),
            seconds=seconds,
        )

    @property
    def theta(self) -> FloatArray:
        """The composite of the estimates, without weights their mean, (n_examinees,)."""
        return self._situation().score

    @property
    def se(self) -> FloatArray:
        """The standard error to be reached, (n_examinees,)."""
        return decisive_se(self.covariance, self.design.composite)

    @property
    def last_change(self) -> FloatArray:
        """By how much the last answer has moved the estimate, (n_examinees,)."""
        return decisive_change(self.change, self.design.composite)

    @property
    def estimates(self) -> tuple[FloatArray, FloatArray]:
        """What the test says of each: the estimates and their standard errors, (n_examinees, D)."""
        return self.mean, np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2))

    def has_minima(self) -> BoolArray:
        """Whose test has the items that every content area and the set of the last item must have."""
        return self.pool.has_minima(self.design.constraints)

    def log_likelihood(self, theta: FloatArray) -> FloatArray:
        """No one number has a likelihood here; designs that ask for it are refused."""
        raise NotImplementedError("the likelihood of several abilities is no function of one")

    def expected_se(self) -> FloatArray:
        """The standard error to be expected after the best next item, infinite when there is none."""
        situation = self._situation()
        return best_expected_se(situation, self._eligibility(situation))

    def of_some(self, rows: BoolArray) -> MultidimensionalCohort:
        """Those whom `rows` picks."""
        picked = [self.posteriors[row] for row in np.flatnonzero(rows)]
        arrays = {name: getattr(self, name)[rows] for name in _OF_EACH}
        return replace(self, pool=self.pool.of_some(rows), posteriors=picked, **arrays)

    def next_items(self) -> IntArray:
        """The next item of each, −1 for those who have none left. What exposure control rules out leaves the pool."""
        exposure, situation = self.design.exposure_at(self.n_given), self._situation()
        n = 1 if exposure is None else exposure.n_candidates
        candidates = best_items(self.design.selection, situation, self._eligibility(situation), n).items
        if exposure is None:
            return candidates[:, 0]
        places = exposure.pick(candidates, self.rng, situation.score)
        if exposure.rules_out_rejected:
            for column, rejected in enumerate(candidates.T[: places.max()]):
                rows = np.flatnonzero(column < places)
                self.pool.rule_out(rows, rejected[rows])
                np.add.at(self.n_rejected, rejected[rows], 1)
        return candidates[np.arange(places.size), places]

    def answer(self, items: IntArray) -> None:
        """Let everybody answer an item each, (n_examinees,)."""
        scores = self.bank.draw_scores(self.abilities, items, self.rng)
        if self.pool.barred is not None:
            self.kept &= ~self.pool.barred.at(self.theta)[np.arange(items.size), items]
        before, self.mean, self.covariance = self.mean, self.mean.copy(), self.covariance.copy()
        for row, (item, score) in enumerate(zip(items.tolist(), scores.tolist(), strict=True)):
            moved = self.posteriors[row] = self.posteriors[row].after(self.bank, item, score)
            self.mean[row], self.covariance[row] = moved.mean, moved.covariance
        self.change = self.mean - before
        self.pool.give(items)
        if self.seconds is not None:
            self.elapsed_seconds += self.seconds[items]
        self.items[:, self.n_given], self.scores[:, self.n_given] = items, scores
        self.n_given += 1

    def _situation(self) -> MultidimensionalSituation:
        given, design = self.items[:, : self.n_given], self.design
        return MultidimensionalSituation(
            self.bank, design.prior, self.mean, self.covariance, given, design.composite, self.rng
        )

    def _eligibility(self, situation: MultidimensionalSituation) -> Eligibility:
        return eligible_items(situation, self.pool, self.design.constraints)


_OF_EACH = (
    "members",
    "abilities",
    "mean",
    "covariance",
    "change",
    "items",
    "scores",
    "elapsed_seconds",
    "kept",
)
