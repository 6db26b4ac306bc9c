"""Several abilities at once and the covariance of their errors, from responses.

    eap    mean of the posterior, and its covariance (`means`)
    map    mode of the posterior; (I + Λ)⁻¹ with the prior's precision Λ   (Segall 1996, Psychometrika 61(2), 331-354)
    mle    mode of the likelihood; I⁻¹
    wle    root of the likelihood equation without its first-order bias; I⁻¹   (Wang 2015, Psychometrika 80(2), 428-449)

I is the expected information at the estimate. The modes are climbed to (`modes`) from the highest point of a coarse
lattice (`lattice`), so that of several modes (3PL) the highest is found.

A status says what the estimate is:

    converged        it lies inside the bounds
    bounded          some dimension is at a bound, towards which the function still rises
    not_identified   mle and wle: the items given say nothing about some direction; NaN and infinity in its dimensions
    not_converged    the search ended before it came to rest
    no_responses     nothing was answered: the prior for eap and map; NaN and infinity for mle and wle

The sum score is no statistic of several abilities, so `eap_sum` is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray
from irt_core.errors import IrtError, PriorError
from irt_core.estimation.ability import BOUNDED, CONVERGED, NO_RESPONSES, Ability
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.lattice import highest_points
from irt_core.multidimensional.means import posterior_means
from irt_core.multidimensional.modes import Modes, ModeSearch, invertible
from irt_core.multidimensional.prior import MultivariateNormal
from irt_core.priors import Normal
from irt_core.responses import Responses

NOT_IDENTIFIED = "not_identified"
NOT_CONVERGED = "not_converged"

_VAGUE_SD = 2.0  # of the prior under which the weighted likelihood is first looked for
_NO_INFORMATION = 1e-10  # relative to the direction about which the items say most


@dataclass(frozen=True, eq=False)
class MultidimensionalAbility(Ability):
    """The estimates of one person, `theta` and `se` (D,) and a str, or of many, (n_persons, D) and (n_persons,).

    `covariance` is that of the errors, (D, D) or (n_persons, D, D).
    """

    covariance: Any


@dataclass(frozen=True, eq=False)
class _Estimates:
    theta: FloatArray
    covariance: FloatArray
    is_bounded: BoolArray
    has_converged: BoolArray
    is_identified: BoolArray


_Bounds = tuple[float, float]
_Estimator = Callable[[MultidimensionalBank, Responses, MultivariateNormal, _Bounds], _Estimates]


def estimate_abilities(
    bank: MultidimensionalBank,
    responses: ArrayLike,
    method: str = "eap",
    prior: MultivariateNormal | Normal | None = None,
    bounds: tuple[float, float] = (-6.0, 6.0),
) -> MultidimensionalAbility:
    """Estimate the abilities of one person, responses (n_items,), or of many, (n_persons, n_items).

    `prior` has mean 0 and the identity as covariance unless given and is not used by mle and wle. Every dimension of θ
    lies within `bounds`, which only the means of `propagation` do not know. Raises ResponseError, PriorError, IrtError.
    """
    if method not in _ESTIMATORS:
        raise IrtError(f"no estimator of several abilities is called {method!r}; there are: {', '.join(_ESTIMATORS)}")
    low, high = float(bounds[0]), float(bounds[1])
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise PriorError(f"bounds must be finite with low < high, not {bounds}")
    read = Responses.of(responses, bank.n_items, bank.category_counts)
    given_bank, given = _items_given(bank, read)
    estimates = _ESTIMATORS[method](given_bank, given, MultivariateNormal.of(prior, bank.n_dimensions), (low, high))
    se = np.sqrt(np.diagonal(estimates.covariance, axis1=1, axis2=2))
    status = np.where(estimates.is_bounded, BOUNDED, CONVERGED)
    status = np.where(estimates.has_converged, status, NOT_CONVERGED)
    status = np.where(estimates.is_identified, status, NOT_IDENTIFIED)
    status = np.where(read.n_observed == 0, NO_RESPONSES, status)
    if np.ndim(responses) == 1:
        return MultidimensionalAbility(estimates.theta[0], se[0], str(status[0]), estimates.covariance[0])
    return MultidimensionalAbility(estimates.theta, se, status, estimates.covariance)


def _items_given(bank: MultidimensionalBank, responses: Responses) -> tuple[MultidimensionalBank, Responses]:
    """The items that somebody was given, and the responses to them; all when nobody was given any."""
    if responses.observed is None:
        return bank, responses
    items = np.flatnonzero(responses.observed.any(axis=0))
    if items.size in (0, bank.n_items):
        return bank, responses
    return bank.subset(items), responses.of_items(items)


def _eap(bank: MultidimensionalBank, responses: Responses, prior: MultivariateNormal, bounds: _Bounds) -> _Estimates:
    means = posterior_means(bank, responses, prior, bounds)
    nobody = np.zeros(responses.n_persons, dtype=bool)
    return _Estimates(means.mean, means.covariance, nobody, means.has_converged, ~nobody)


def _map(bank: MultidimensionalBank, responses: Responses, prior: MultivariateNormal, bounds: _Bounds) -> _Estimates:
    modes = _climb(bank, responses, prior, bounds)
    everybody, covariance = np.ones(responses.n_persons, dtype=bool), np.asarray(np.linalg.inv(modes.matrix))
    return _Estimates(modes.theta, covariance, modes.is_bounded, modes.has_converged, everybody)


def _mle(bank: MultidimensionalBank, responses: Responses, _: MultivariateNormal, bounds: _Bounds) -> _Estimates:
    return _without_prior(bank, responses, _climb(bank, responses, None, bounds))


def _wle(bank: MultidimensionalBank, responses: Responses, _: MultivariateNormal, bounds: _Bounds) -> _Estimates:
    low, high = _box(bank, bounds)
    vague = MultivariateNormal(0.5 * (low + high), _VAGUE_SD**2 * np.eye(bank.n_dimensions))
    start = _climb(bank, responses, vague, bounds).theta
    return _without_prior(bank, responses, ModeSearch(bank, low, high, is_weighted=True).run(responses, start))


def _climb(
    bank: MultidimensionalBank, responses: Responses, prior: MultivariateNormal | None, bounds: _Bounds
) -> Modes:
    low, high = _box(bank, bounds)
    return ModeSearch(bank, low, high, prior).run(responses, highest_points(bank, responses, prior, low, high))


def _box(bank: MultidimensionalBank, bounds: _Bounds) -> tuple[FloatArray, FloatArray]:
    return np.full(bank.n_dimensions, bounds[0]), np.full(bank.n_dimensions, bounds[1])


def _without_prior(bank: MultidimensionalBank, responses: Responses, modes: Modes) -> _Estimates:
    """The modes with NaN and infinity in the dimensions about which the items given leave something quite open."""
    covariance = np.asarray(np.linalg.inv(invertible(modes.matrix)))
    is_open = _open_dimensions(bank, responses)
    covariance[is_open[:, :, None] | is_open[:, None, :]] = np.nan
    persons, dimensions = np.nonzero(is_open)
    covariance[persons, dimensions, dimensions] = np.inf
    theta = np.where(is_open, np.nan, modes.theta)
    return _Estimates(theta, covariance, modes.is_bounded, modes.has_converged, ~np.any(is_open, axis=1))


def _open_dimensions(bank: MultidimensionalBank, responses: Responses) -> BoolArray:
    """Which dimensions have a part in a direction on which none of a person's items draws, (n_persons, D)."""
    observed = np.ones(responses.scores.shape) if responses.observed is None else responses.observed
    d = bank.n_dimensions
    values, directions = np.linalg.eigh((observed @ bank.outer_slopes).reshape(-1, d, d))
    is_empty = values <= _NO_INFORMATION * np.maximum(values[:, -1:], np.finfo(float).tiny)
    return np.asarray((directions**2 * is_empty[:, None, :]).sum(axis=2) > _NO_INFORMATION)


_ESTIMATORS: dict[str, _Estimator] = {"eap": _eap, "map": _map, "mle": _mle, "wle": _wle}
