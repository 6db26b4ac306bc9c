"""How good every item would be next for measuring several abilities: the higher the better.

With W = Λ + Σ I(θ̂) the posterior information, of the prior and of the items given, C = W⁻¹, and for an item its
information w at θ̂ about its predictor t = a·θ, so that its information matrix is w a a':

    d_rule              log det(W + w a a')                  = log det W + log(1 + w a'Ca)
    a_rule              − tr (W + w a a')⁻¹                  = − tr C + w a'C²a / (1 + w a'Ca)
    c_rule              − λ'(W + w a a')⁻¹ λ                 = − λ'Cλ + w (a'Cλ)² / (1 + w a'Ca)
    klp                 E K(t̂ ‖ t)                           K(t̂ ‖ t) = Σ_k P_k(t̂) log(P_k(t̂) / P_k(t))
    mutual_information  E Σ_k P_k(t) log(P_k(t) / E P_k)
    random              a draw with equal probabilities

The first is Segall's (1996, Psychometrika 61(2), 331-354), who thereby shrinks the volume of the credible ellipsoid;
the second the sum of the error variances, the third the error variance of a composite λ·θ, where one ability is meant
and the others are a nuisance (van der Linden 1999, JEBS 24(4), 398-412; Mulder & van der Linden 2009, Psychometrika
74(2), 273-296). The divergence from the estimate and the mutual information of answer and abilities are those of
Veldkamp & van der Linden (2002, Psychometrika 67(4), 575-588) and of Weissman (2007, EPM 67(1), 41-58), compared by
Wang & Chang (2011, Psychometrika 76(3), 363-384). Their expectations are over a normal posterior, of which an item sees
nothing but the normal distribution of t: integrals of one variable, however many dimensions there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.errors import SelectionError
from irt_core.multidimensional.situation import MultidimensionalSituation

_NODES = np.linspace(-5.1, 5.1, 18)  # standard deviations of t: right to 1e-5 even for t with sd 2
_WEIGHTS = np.exp(-0.5 * _NODES**2) / np.exp(-0.5 * _NODES**2).sum()


def determinant_of_information(situation: MultidimensionalSituation) -> FloatArray:
    """Log determinant of the posterior information after the item."""
    now = np.linalg.slogdet(situation.precision)[1]
    gain = np.log1p(situation.item_weights * situation.along_items(situation.inverse))
    return np.asarray(now[:, None] + gain)


def sum_of_error_variances(situation: MultidimensionalSituation) -> FloatArray:
    """Minus the trace of the inverse posterior information after the item."""
    inverse = situation.inverse
    now = np.trace(inverse, axis1=1, axis2=2)
    return _shrunk(situation, now, situation.along_items(inverse @ inverse))


def error_variance_of_composite(situation: MultidimensionalSituation) -> FloatArray:
    """Minus the error variance of the composite after the item."""
    pull = np.vecmat(situation.weights, situation.inverse)
    now = np.vecdot(pull, situation.weights)
    return _shrunk(situation, now, situation.along_items(pull[:, :, None] * pull[:, None, :]))


def _shrunk(situation: MultidimensionalSituation, now: FloatArray, share: FloatArray) -> FloatArray:
    """Minus a variance `now` (n_examinees,) from which each item takes w share / (1 + w a'Ca)."""
    weights = situation.item_weights
    taken = weights * share / (1.0 + weights * situation.along_items(situation.inverse))
    return np.asarray(taken - now[:, None])


def posterior_weighted_divergence(situation: MultidimensionalSituation) -> FloatArray:
    """Mean divergence from the estimate over the posterior."""
    divergence = np.empty((len(situation.theta), situation.bank.n_items))
    for row, (log_here, log_there) in enumerate(_log_probabilities(situation)):
        divergence[row] = (np.exp(log_here) * (log_here - np.vecdot(log_there, _WEIGHTS))).sum(axis=0)
    return divergence


def mutual_information(situation: MultidimensionalSituation) -> FloatArray:
    """How much the answer is expected to say about the abilities."""
    told = np.empty((len(situation.theta), situation.bank.n_items))
    for row, (_, log_there) in enumerate(_log_probabilities(situation)):
        probability = np.exp(log_there)
        predicted = np.vecdot(probability, _WEIGHTS)
        within = np.vecdot(probability * log_there, _WEIGHTS)
        told[row] = (within - predicted * np.log(np.maximum(predicted, np.finfo(float).tiny))).sum(axis=0)
    return told


def _log_probabilities(situation: MultidimensionalSituation) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Of one examinee after the other log P_k at the estimate, (n_categories, n_items), and at the nodes of t.

    The latter has the nodes as a third axis. A category that an item has not has 0 for −∞ in both.
    """
    bank = situation.bank
    t = bank.predictors(situation.theta[:, None], np.arange(bank.n_items)[None])
    sd = np.sqrt(situation.along_items(situation.covariance))
    for centre, spread in zip(t, sd, strict=True):
        nodes = centre[:, None] + spread[:, None] * np.concatenate([[0.0], _NODES])
        table = bank.curves.log_likelihood_table(nodes)
        table = np.where(np.isneginf(table), 0.0, table)
        yield table[..., 0], table[..., 1:]


def chance(situation: MultidimensionalSituation) -> FloatArray:
    """The same chance for every item."""
    return situation.randomness.random((len(situation.theta), situation.bank.n_items))


MultidimensionalCriterion = Callable[[MultidimensionalSituation], FloatArray]

MULTIDIMENSIONAL_CRITERIA: Mapping[str, MultidimensionalCriterion] = {
    "d_rule": determinant_of_information,
    "a_rule": sum_of_error_variances,
    "c_rule": error_variance_of_composite,
    "klp": posterior_weighted_divergence,
    "mutual_information": mutual_information,
    "random": chance,
}


def multidimensional_criterion(rule: str) -> MultidimensionalCriterion:
    """The function of a rule. Raises SelectionError for an unknown one."""
    if rule not in MULTIDIMENSIONAL_CRITERIA:
        known = ", ".join(MULTIDIMENSIONAL_CRITERIA)
        raise SelectionError(f"no selection rule for several abilities is called {rule!r}; there are: {known}")
    return MULTIDIMENSIONAL_CRITERIA[rule]
