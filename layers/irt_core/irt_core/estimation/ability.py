"""Ability and its standard error from responses, by five estimators of one shape.

    eap      mean of the posterior (Bock & Mislevy 1982, APM 6(4), 431-444)
    eap_sum  mean of the posterior given the sum score only (Thissen et al. 1995, APM 19(1), 39-49)
    map      mode of the posterior:  l'(θ) + (log prior)'(θ) = 0
    mle      mode of the likelihood: l'(θ) = 0
    wle      Warm's weighted likelihood: l'(θ) + J(θ) / (2 I(θ)) = 0 (Warm 1989, Psychometrika 54(3), 427-450)

APM is Applied Psychological Measurement. The two means are sums over a grid that is as fine as the sharpest posterior
that the bank can give. The three modes start from the best point of a grid over `bounds`, so that of several modes
(3PL) the highest is found, and are then polished by a safeguarded root search. Standard errors: posterior sd for the
means, 1 / √(I + prior precision) for the map, 1 / √I for mle and wle, I being the expected information at the
estimate.

What each status says, and what the estimate then is:

    converged      the estimate lies inside the bounds
    bounded        the function still rises at a bound, which is then the estimate (mle: all right, all wrong)
    no_responses   nothing was answered: prior mean and sd for eap, eap_sum and map; NaN and infinity for mle and wle
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.errors import IrtError, PriorError
from irt_core.estimation.likelihood import chunks, log_likelihood_on
from irt_core.estimation.modes import ModeSearch
from irt_core.estimation.posterior import posterior_grid, posterior_moments
from irt_core.estimation.sum_scores import sum_score_likelihood
from irt_core.models.bank import ItemBank
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.priors import Normal
from irt_core.responses import Responses

if TYPE_CHECKING:
    from irt_core.multidimensional.ability import MultidimensionalAbility
    from irt_core.multidimensional.prior import MultivariateNormal

Method = Literal["eap", "map", "mle", "wle", "eap_sum"]

CONVERGED = "converged"
BOUNDED = "bounded"
NO_RESPONSES = "no_responses"


@dataclass(frozen=True, eq=False)
class Ability:
    """The estimates of one person, as a float, a float and a str, or of many, as arrays of shape (n_persons,).

    Which of the two follows from the shape of the responses, which no type can tell: hence Any, as in numpy's own
    reductions. The module says what `status` says.
    """

    theta: Any
    se: Any
    status: Any


@overload
def estimate_ability(
    bank: MultidimensionalBank,
    responses: ArrayLike,
    method: Method = "eap",
    prior: MultivariateNormal | Normal | None = None,
    bounds: tuple[float, float] = (-6.0, 6.0),
) -> MultidimensionalAbility: ...


@overload
def estimate_ability(
    bank: ItemBank,
    responses: ArrayLike,
    method: Method = "eap",
    prior: MultivariateNormal | Normal | None = None,
    bounds: tuple[float, float] = (-6.0, 6.0),
) -> Ability: ...


def estimate_ability(
    bank: ItemBank,
    responses: ArrayLike,
    method: Method = "eap",
    prior: MultivariateNormal | Normal | None = None,
    bounds: tuple[float, float] = (-6.0, 6.0),
) -> Ability:
    """Estimate the ability of one person, responses (n_items,), or of many, (n_persons, n_items).

    A response is a score; NaN or −1 is an item not given, which says nothing about ability. `prior` is Normal(0, 1)
    unless given and is not used by mle and wle. θ lies within `bounds`. A multidimensional bank has several abilities
    and its own statuses: see `multidimensional.ability`. Raises ResponseError, PriorError, IrtError.
    """
    if isinstance(bank, MultidimensionalBank):
        from irt_core.multidimensional.ability import estimate_abilities

        return estimate_abilities(bank, responses, method, prior, bounds)
    if not isinstance(prior, Normal | None):
        raise PriorError("one ability takes a Normal prior")
    if method not in _ESTIMATORS:
        raise IrtError(f"no estimator is called {method!r}; there are: {', '.join(_ESTIMATORS)}")
    low, high = float(bounds[0]), float(bounds[1])
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise PriorError(f"bounds must be finite with low < high, not {bounds}")
    read = Responses.of(responses, bank.n_items, bank.category_counts)
    estimates = _ESTIMATORS[method](bank, read, prior or Normal(), (low, high))
    status = np.where(estimates.is_bounded, BOUNDED, CONVERGED)
    status = np.where(read.n_observed == 0, NO_RESPONSES, status)
    if np.ndim(responses) == 1:
        return Ability(float(estimates.theta[0]), float(estimates.se[0]), str(status[0]))
    return Ability(estimates.theta, estimates.se, status)


@dataclass(frozen=True, eq=False)
class _Estimates:
    theta: FloatArray
    se: FloatArray
    is_bounded: BoolArray


_Bounds = tuple[float, float]
_Estimator = Callable[[ItemBank, Responses, Normal, _Bounds], _Estimates]


def _eap(bank: ItemBank, responses: Responses, prior: Normal, bounds: _Bounds) -> _Estimates:
    quadrature = posterior_grid(bank, prior, bounds)
    log_prior = prior.log_density(quadrature.points)[:, None]
    theta, se = np.empty(responses.n_persons), np.empty(responses.n_persons)
    for chunk in chunks(bank, responses.n_persons):
        log_posterior = log_likelihood_on(bank, responses[chunk], quadrature)
        log_posterior += log_prior
        theta[chunk], se[chunk] = posterior_moments(log_posterior, quadrature)
    return _Estimates(theta, se, np.zeros(theta.shape, dtype=bool))


def _eap_sum(bank: ItemBank, responses: Responses, prior: Normal, bounds: _Bounds) -> _Estimates:
    quadrature = posterior_grid(bank, prior, bounds)
    log_prior = prior.log_density(quadrature.points)[:, None]
    sums = responses.scores.sum(axis=1).astype(np.int64)
    theta, se = np.empty(sums.shape), np.empty(sums.shape)
    for given, persons in _persons_by_given_items(responses):
        with np.errstate(divide="ignore"):  # a sum may be impossible so far from an item that its likelihood is 0
            log_likelihood = np.log(sum_score_likelihood(bank, given, quadrature).T)
        means, sds = posterior_moments(log_likelihood + log_prior, quadrature)
        theta[persons], se[persons] = means[sums[persons]], sds[sums[persons]]
    return _Estimates(theta, se, np.zeros(theta.shape, dtype=bool))


def _map(bank: ItemBank, responses: Responses, prior: Normal, bounds: _Bounds) -> _Estimates:
    theta, information, is_bounded = ModeSearch(bank, bounds, prior=prior).run(responses)
    return _Estimates(theta, 1.0 / np.sqrt(information), is_bounded)


def _mle(bank: ItemBank, responses: Responses, _: Normal, bounds: _Bounds) -> _Estimates:
    return _without_prior(ModeSearch(bank, bounds), responses)


def _wle(bank: ItemBank, responses: Responses, _: Normal, bounds: _Bounds) -> _Estimates:
    return _without_prior(ModeSearch(bank, bounds, is_weighted=True), responses)


def _without_prior(search: ModeSearch, responses: Responses) -> _Estimates:
    theta, information, is_bounded = search.run(responses)
    is_empty = responses.n_observed == 0
    se = np.where(is_empty, np.inf, 1.0 / np.sqrt(information))
    return _Estimates(np.where(is_empty, np.nan, theta), se, is_bounded)


def _persons_by_given_items(responses: Responses) -> Iterator[tuple[BoolArray, IntArray]]:
    """Each distinct set of given items, with the persons who were given just these."""
    if responses.observed is None:
        yield np.ones(responses.scores.shape[1], dtype=bool), np.arange(responses.n_persons)
        return
    patterns, pattern_of = np.unique(responses.observed, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        yield pattern.astype(bool), np.flatnonzero(pattern_of == number)


_ESTIMATORS: dict[str, _Estimator] = {"eap": _eap, "map": _map, "mle": _mle, "wle": _wle, "eap_sum": _eap_sum}
