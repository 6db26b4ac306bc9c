"""How good each eligible item would be next: one function for each selection rule, the higher the better.

With π the posterior on the grid, L the likelihood of the answers so far, θ̂ the current estimate:

    mfi           I(θ̂)                                         (Lord 1980)
    mlwi          ∫ L(θ) I(θ) dθ                                (Veerkamp & Berger 1997, JEBS 22(2), 203-226)
    mpwi          ∫ π(θ) I(θ) dθ                                (van der Linden 1998, Psychometrika 63(2), 201-216)
    kl            ∫ L(θ) K(θ̂ ‖ θ) dθ                            (Chang & Ying 1996, APM 20(3), 213-229)
    klp           ∫ π(θ) K(θ̂ ‖ θ) dθ                            (the same)
    mei           Σ_k P(k | answers) I(θ̂ after k)               (van der Linden 1998)
    mepv          − Σ_k P(k | answers) Var(θ | answers, k)      (Owen 1975, JASA 70(350), 351-356; van der Linden 1998)
    a_stratified  −|b − θ̂| within the stratum of the stage      (Chang & Ying 1999, APM 23(3), 211-222)
    progressive   (1 − w) R + w I(θ̂), R uniform up to max I     (Revuelta & Ponsoda 1998, JEM 35(4), 311-327)
    proportional  a draw with probability ∝ I(θ̂)^h              (Barrada et al. 2008, BJMSP 61(2), 493-513)
    random        a draw with equal probabilities

K(θ̂ ‖ θ) = Σ_k P_k(θ̂) log(P_k(θ̂) / P_k(θ)). P(k | answers) = ∫ π(θ) P_k(θ) dθ is the posterior prediction. Integrals run
over the state's grid with weights that sum to one. `w` grows from 0 to 1 and `h` from 0 to the test's length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.errors import SelectionError
from irt_core.models import ItemBank
from irt_core.state import CatState
from irt_core.tables import ItemTable

_STRATA = 4


@dataclass(frozen=True)
class Situation:
    """What a rule judges by: the eligible `items` of a bank, and where the test stands."""

    bank: ItemBank
    state: CatState
    items: IntArray
    length: int | None
    rng: np.random.Generator | None

    @property
    def table(self) -> ItemTable:
        """The bank's items on the state's grid."""
        return self.bank.tabulate(self.state.quadrature)

    @property
    def information(self) -> FloatArray:
        """Information of each eligible item at the estimate."""
        return self.bank.information_at(np.array(self.state.theta), self.items)

    @property
    def progress(self) -> float:
        """The fraction of the test that is behind: 0 for the first item, 1 for the last. Raises SelectionError."""
        if self.length is None:
            raise SelectionError("this rule needs constraints with the length of the test")
        return min(1.0, self.state.n_administered / max(1, self.length - 1))

    @property
    def randomness(self) -> np.random.Generator:
        """The caller's generator. Raises SelectionError when there is none."""
        if self.rng is None:
            raise SelectionError("this choice needs a random generator; pass rng=rng_for(seed, position)")
        return self.rng


def fisher_information(situation: Situation) -> FloatArray:
    """Information at the estimate."""
    return situation.information


def likelihood_weighted_information(situation: Situation) -> FloatArray:
    """Mean information over the likelihood."""
    return _mean_information(situation, situation.state.likelihood)


def posterior_weighted_information(situation: Situation) -> FloatArray:
    """Mean information over the posterior."""
    return _mean_information(situation, situation.state.posterior)


def _mean_information(situation: Situation, weights: FloatArray) -> FloatArray:
    mean: FloatArray = situation.table.information[situation.items] @ weights
    return mean


def likelihood_weighted_divergence(situation: Situation) -> FloatArray:
    """Mean divergence from the estimate over the likelihood."""
    return _divergence(situation, situation.state.likelihood)


def posterior_weighted_divergence(situation: Situation) -> FloatArray:
    """Mean divergence from the estimate over the posterior."""
    return _divergence(situation, situation.state.posterior)


def _divergence(situation: Situation, weights: FloatArray) -> FloatArray:
    here = situation.bank.log_likelihood_table(np.array([situation.state.theta]))[:, situation.items, 0]
    there = situation.table.log_likelihood[:, situation.items] @ weights
    divergence: FloatArray = (np.exp(here) * (here - there)).sum(axis=0)
    return divergence


def expected_information(situation: Situation) -> FloatArray:
    """Information at the estimate as it will be after the answer, averaged over the possible answers."""
    predicted, theta, _ = _after_each_answer(situation)
    expected: FloatArray = (predicted * situation.bank.information_at(theta, situation.items)).sum(axis=0)
    return expected


def expected_precision(situation: Situation) -> FloatArray:
    """Minus the posterior variance after the answer, averaged over the possible answers."""
    predicted, _, variance = _after_each_answer(situation)
    expected: FloatArray = (predicted * variance).sum(axis=0)
    return -expected


def _after_each_answer(situation: Situation) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Probability, posterior mean and posterior variance for each category and item, (n_categories, n_items) each."""
    posterior, quadrature = situation.state.posterior, situation.state.quadrature
    basis = np.stack([posterior, posterior * quadrature.points, posterior * quadrature.squares], axis=1)
    total, first, second = np.moveaxis(situation.table.likelihood[:, situation.items] @ basis, -1, 0)
    mean = first / total
    return total, mean, second / total - mean * mean


def closeness_in_stratum(situation: Situation) -> FloatArray:
    """Closeness of the location to the estimate; the items of other strata come after, the nearest strata first."""
    order = np.argsort(situation.bank.discriminations, kind="stable")
    stratum = np.empty(order.size, dtype=np.int64)
    stratum[order] = np.arange(order.size) * _STRATA // order.size
    stage = min(_STRATA - 1, int(situation.progress * _STRATA))
    distance = np.abs(situation.bank.locations[situation.items] - situation.state.theta)
    strata_away = np.abs(stratum[situation.items] - stage)
    return -(distance + strata_away * (1.0 + distance.max(initial=0.0)))


def progressive_information(situation: Situation) -> FloatArray:
    """A random component that gives way to information as the test goes on."""
    information, weight = situation.information, situation.progress
    noise = situation.randomness.random(information.size) * information.max(initial=0.0)
    mixed: FloatArray = (1.0 - weight) * noise + weight * information
    return mixed


def proportional_information(situation: Situation) -> FloatArray:
    """A draw in proportion to a power of the information, as the largest of log weights with Gumbel noise."""
    length, n_given = situation.length, situation.state.n_administered
    exponent = situation.progress * (length or 0) if n_given else 0.0
    with np.errstate(divide="ignore"):
        log_weight = np.log(situation.information)
    drawn: FloatArray = exponent * log_weight + situation.randomness.gumbel(size=situation.items.size)
    return drawn


def chance(situation: Situation) -> FloatArray:
    """The same chance for every item."""
    return situation.randomness.random(situation.items.size)


Criterion = Callable[[Situation], FloatArray]

CRITERIA: Mapping[str, Criterion] = {
    "mfi": fisher_information,
    "mlwi": likelihood_weighted_information,
    "mpwi": posterior_weighted_information,
    "kl": likelihood_weighted_divergence,
    "klp": posterior_weighted_divergence,
    "mei": expected_information,
    "mepv": expected_precision,
    "a_stratified": closeness_in_stratum,
    "progressive": progressive_information,
    "proportional": proportional_information,
    "random": chance,
}
