"""How good every item would be next: one function for each selection rule, the higher the better.

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
    mfi_per_second  I(θ̂) / E(T), T the time that the item takes the examinee
                                                               (Fan, Wang, Chang & Douglas 2012, JEBS 37(5), 655-670)

K(θ̂ ‖ θ) = Σ_k P_k(θ̂) log(P_k(θ̂) / P_k(θ)). P(k | answers) = ∫ π(θ) P_k(θ) dθ is the posterior prediction. Integrals run
over the grid with weights that sum to one. `w` grows from 0 at the first item to 1 at the last, at the n-th of N items
as n (n − 1) / (N (N − 1)), and h = N w: Barrada et al. with their acceleration parameter at 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from irt_core.adaptive.situation import Situation
from irt_core.arrays import FloatArray
from irt_core.errors import SelectionError

_STRATA = 4


def fisher_information(situation: Situation) -> FloatArray:
    """Information at the estimate."""
    return situation.information


def likelihood_weighted_information(situation: Situation) -> FloatArray:
    """Mean information over the likelihood."""
    return situation.likelihood @ situation.table.information.T


def posterior_weighted_information(situation: Situation) -> FloatArray:
    """Mean information over the posterior."""
    return situation.posterior @ situation.table.information.T


def likelihood_weighted_divergence(situation: Situation) -> FloatArray:
    """Mean divergence from the estimate over the likelihood."""
    return _divergence(situation, situation.likelihood)


def posterior_weighted_divergence(situation: Situation) -> FloatArray:
    """Mean divergence from the estimate over the posterior."""
    return _divergence(situation, situation.posterior)


def _divergence(situation: Situation, weights: FloatArray) -> FloatArray:
    divergence = np.zeros((situation.theta.size, situation.bank.n_items))
    here = situation.bank.log_likelihood_table(situation.theta)
    for log_here, log_there in zip(here, situation.table.log_likelihood_where_possible, strict=True):
        probability = np.exp(log_here.T)
        divergence += probability * (np.where(probability > 0, log_here.T, 0.0) - weights @ log_there.T)
    return divergence


def expected_information(situation: Situation) -> FloatArray:
    """Information at the estimate as it will be after the answer, averaged over the possible answers."""
    every_item = np.arange(situation.bank.n_items)
    expected = np.zeros((situation.theta.size, situation.bank.n_items))
    for predicted, theta, _ in after_each_answer(situation):
        expected += predicted * situation.bank.information_at(theta, every_item)
    return expected


def expected_precision(situation: Situation) -> FloatArray:
    """Minus the posterior variance after the answer, averaged over the possible answers."""
    expected = np.zeros((situation.theta.size, situation.bank.n_items))
    for predicted, _, variance in after_each_answer(situation):
        expected -= predicted * variance
    return expected


def after_each_answer(situation: Situation) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """For each category its predicted probability and the posterior mean and variance after it.

    Each has the shape (n_examinees, n_items); a category that an item has not has the probability, mean and variance 0.
    """
    posterior, points = situation.posterior, situation.quadrature.points
    for likelihood in situation.table.likelihood:
        probability = posterior @ likelihood.T
        divisor = np.maximum(probability, np.finfo(float).tiny)
        mean = (posterior * points) @ likelihood.T / divisor
        variance = (posterior * points**2) @ likelihood.T / divisor - mean**2
        yield probability, mean, variance


def closeness_in_stratum(situation: Situation) -> FloatArray:
    """Closeness of the location to the estimate; the items of other strata come after, the nearest strata first."""
    bank = situation.bank
    stage = min(_STRATA - 1, situation.position * _STRATA // situation.test_length)
    distance = np.abs(bank.locations - situation.theta[:, None])
    strata_away = np.abs(bank.strata(_STRATA) - stage)
    closeness: FloatArray = -(distance + strata_away * (1.0 + distance.max()))
    return closeness


def progressive_information(situation: Situation) -> FloatArray:
    """A random component that gives way to information as the test goes on."""
    information, weight = situation.information, _maturity(situation)
    noise = situation.randomness.random(information.shape) * information.max(axis=1, keepdims=True)
    mixed: FloatArray = (1.0 - weight) * noise + weight * information
    return mixed


def proportional_information(situation: Situation) -> FloatArray:
    """A draw in proportion to a power of the information, as the largest of log weights with Gumbel noise."""
    information = situation.information
    exponent = _maturity(situation) * situation.test_length
    log_weight = np.log(np.maximum(information, np.finfo(float).tiny))
    drawn: FloatArray = exponent * log_weight + situation.randomness.gumbel(size=information.shape)
    return drawn


def _maturity(situation: Situation) -> float:
    """Σ_{f ≤ position} f / Σ_{f < length} f: from 0 for the first item to 1 for the last."""
    position, last = situation.position, situation.test_length - 1
    return 1.0 if position >= last > 0 else position * (position + 1) / max(1, last * (last + 1))


def chance(situation: Situation) -> FloatArray:
    """The same chance for every item."""
    return situation.randomness.random((situation.theta.size, situation.bank.n_items))


def information_per_second(situation: Situation) -> FloatArray:
    """Information at the estimate for each second that the item is expected to take."""
    return situation.information / situation.expected_seconds


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

TIMED_CRITERIA: Mapping[str, Criterion] = {"mfi_per_second": information_per_second}
"""Those that can only be asked when it is known how long items take."""

SHADOW = "shadow"
"""The rule that takes the best item of the best whole test; it judges tests, not items (`assembly.shadow`)."""

RULES = (*CRITERIA, *TIMED_CRITERIA, SHADOW)
"""Every rule by name."""


def criterion_of(rule: str) -> Criterion:
    """The function of a rule that judges items. Raises SelectionError for any other."""
    found = CRITERIA.get(rule) or TIMED_CRITERIA.get(rule)
    if found is None:
        raise SelectionError(f"no selection rule is called {rule!r}; there are: {', '.join(RULES)}")
    return found
