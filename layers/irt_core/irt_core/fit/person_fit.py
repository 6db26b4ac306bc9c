"""Person fit: whether a person's responses are as likely as those of others of the same ability.

The log-likelihood of the responses at the estimate, standardised by its mean and variance there, is l_z (Drasgow,
Levine & Williams 1985, BJMSP 38(1), 67-86):

    l_z = (l − Σ_j E_j) / √Σ_j V_j,    E_j = Σ_c P_jc log P_jc,    V_j = Σ_c P_jc (log P_jc)² − E_j²

Its variance is below 1 since θ̂ was fitted to the same responses. Snijders (2001, Psychometrika 66(3), 331-342) takes
away what goes along with the derivative of the log-likelihood, l′ = Σ_j r_j(x_j) with r_jc = ∂ log P_jc / ∂θ:

    l_z* = (l − Σ E_j − c' l′) / √(Σ V_j − b' c)
    c = I⁻¹ b,   b = Σ_jc P_jc log P_jc r_jc,   I = Σ_jc P_jc r_jc r_jc'

Written so, with l′ at the estimate whatever it is, one formula serves every estimator: l′ = 0 for maximum likelihood,
and −l′ is the r₀ of Snijders for the posterior mode and Warm's estimate (Magis, Raîche & Béland 2012, JEBS 37(1),
57-81). Other estimates serve as well, the posterior mean among them (Sinharay 2016a, BJMSP 69(2), 175-193), and any
number of categories (Sinharay 2016b, Psychometrika 81(4), 992-1013) and of dimensions. Small values are misfit: the
responses are less likely than they should be.

`outfit` and `infit` are the mean squares of the person's residuals at θ̂, unweighted and weighted by their variance
(Wright & Masters 1982).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.calibration.fitted import FittedModel
from irt_core.errors import IrtError
from irt_core.estimation.ability import Method, estimate_ability
from irt_core.fit.posteriors import GroupBank, posterior_moments
from irt_core.fit.text import text_table
from irt_core.fit.theta_curves import theta_curves
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal
from irt_core.responses import Responses

_CELLS_AT_ONCE = 200_000  # persons × items × categories of a chunk


@dataclass(frozen=True, eq=False)
class PersonFit:
    """Fit of each person, arrays of shape (n_persons,); NaN where there is nothing to judge by.

    `theta` (n_persons,), or (n_persons, D) with several dimensions, is the estimate that it was judged at.
    """

    theta: FloatArray
    lz: FloatArray
    lz_star: FloatArray
    outfit: FloatArray
    infit: FloatArray
    n_responses: IntArray

    @cached_property
    def p(self) -> FloatArray:
        """P(a fitting person has an l_z* as low as this), by the normal distribution."""
        from scipy.special import ndtr

        lower_tail: FloatArray = ndtr(self.lz_star)
        return lower_tail

    def flagged(self, level: float = 0.05) -> BoolArray:
        """Who fits worse than all but this part of the fitting persons."""
        return self.p < level

    def __str__(self) -> str:
        columns = {"person": np.arange(self.lz.size), "n_responses": self.n_responses}
        columns |= {name: getattr(self, name) for name in ("lz", "lz_star", "p", "outfit", "infit")}
        return text_table(columns)


def person_fit(
    bank: ItemBank,
    responses: ArrayLike,
    method: Method = "eap",
    prior: Normal | None = None,
    bounds: tuple[float, float] = (-6.0, 6.0),
) -> PersonFit:
    """The fit of persons with responses (n_persons, n_items), NaN or −1 being no response, at an estimate of ability.

    The arguments are those of `estimate_ability`. Raises ResponseError, PriorError, IrtError.
    """
    table = np.atleast_2d(np.asarray(responses, dtype=np.float64))
    ability = estimate_ability(bank, table, method, prior, bounds)
    return person_fit_at(bank, table, ability.theta)


def person_fit_at(bank: ItemBank, responses: ArrayLike, theta: FloatArray) -> PersonFit:
    """The fit of persons (n_persons, n_items) at given abilities (n_persons,) or (n_persons, D)."""
    read = Responses.of(np.atleast_2d(np.asarray(responses, dtype=np.float64)), bank.n_items, bank.n_categories)
    size = max(1, _CELLS_AT_ONCE // (bank.n_items * bank.n_categories))
    parts = [
        _judge(bank, read[slice(start, start + size)], theta[start : start + size])
        for start in range(0, read.n_persons, size)
    ]
    return _joined(parts, slice(None))


def person_fit_of(model: FittedModel, banks: Sequence[GroupBank], method: Method = "eap") -> PersonFit:
    """The fit of each person of a calibration in the caller's order, NaN for those who were left out.

    `banks` are those of the groups. "eap" is the mean of the posterior on the calibration's nodes. The other methods
    are for one dimension; their prior is normal with the mean and variance of the person's group.
    """
    n_dimensions = model.nodes.shape[1]
    if method != "eap" and n_dimensions > 1:
        raise IrtError(f"in several dimensions person fit is judged at the posterior mean, not by {method!r}")
    means, _ = posterior_moments(model)
    order, parts = [], []
    for group, (bank, items) in enumerate(banks):
        rows = np.flatnonzero(model.group == group)
        scores = model.scores[np.ix_(rows, items)]
        theta = means[rows] if n_dimensions > 1 else means[rows, 0]
        if method != "eap":
            theta = estimate_ability(bank, scores, method, _normal(model, group)).theta
        order.append(rows)
        parts.append(person_fit_at(bank, scores, theta))
    nothing = np.full(1, np.nan)
    no_ability = np.full((1, *parts[0].theta.shape[1:]), np.nan)
    left_out = PersonFit(no_ability, nothing, nothing, nothing, nothing, np.zeros(1, dtype=np.int64))
    places = np.append(np.argsort(np.concatenate(order), kind="stable"), len(means))
    return _joined([*parts, left_out], places[model.row_of_person])


def _normal(model: FittedModel, group: int) -> Normal:
    """The normal distribution with the mean and variance of a group's ability."""
    weights, theta = model.node_weights[group], model.nodes[:, 0]
    mean = float(weights @ theta)
    return Normal(mean, float(np.sqrt(weights @ (theta - mean) ** 2)))


def _joined(parts: Sequence[PersonFit], order: IntArray | slice) -> PersonFit:
    """The persons of all parts, then in another order."""
    return PersonFit(**{name: np.concatenate([getattr(part, name) for part in parts])[order] for name in _FIELDS})


def _judge(bank: ItemBank, responses: Responses, theta: FloatArray) -> PersonFit:
    is_known = np.isfinite(theta.reshape(len(theta), -1)).all(axis=1)
    curves = theta_curves(bank, np.where(is_known.reshape(-1, *[1] * (theta.ndim - 1)), theta, 0.0))
    n_responses = responses.n_observed
    observed = np.ones(responses.scores.shape) if responses.observed is None else responses.observed
    chosen = responses.scores.astype(np.int64)[:, :, None]
    p, logs = curves.probability, curves.log_probability
    mean = (p * logs).sum(axis=2)
    away = ((np.take_along_axis(logs, chosen, axis=2)[:, :, 0] - mean) * observed).sum(axis=1)
    variance = (((p * logs**2).sum(axis=2) - mean**2) * observed).sum(axis=1)
    score = (np.take_along_axis(curves.gradient, chosen[..., None], axis=2)[:, :, 0] * observed[..., None]).sum(axis=1)
    along = np.einsum("nj,njc,njc,njcd->nd", observed, p, logs, curves.gradient, optimize=True)
    information = (curves.information() * observed[:, :, None, None]).sum(axis=1)
    slope = (np.linalg.pinv(information, hermitian=True) @ along[:, :, None])[:, :, 0]
    corrected = away - (slope * score).sum(axis=1)
    left = variance - (slope * along).sum(axis=1)
    outfit, infit = _mean_squares(p, responses.scores, observed)
    can_tell = is_known & (n_responses > 0)
    return PersonFit(
        theta,
        _ratio(away, variance, can_tell),
        _ratio(corrected, np.where(left > 1e-9 * variance, left, 0.0), can_tell),
        np.where(can_tell, outfit, np.nan),
        np.where(can_tell, infit, np.nan),
        n_responses,
    )


def _ratio(away: FloatArray, variance: FloatArray, can_tell: BoolArray) -> FloatArray:
    ratio = np.full(away.shape, np.nan)
    np.divide(away, np.sqrt(np.maximum(variance, 0.0)), out=ratio, where=can_tell & (variance > 0))
    return ratio


def _mean_squares(p: FloatArray, scores: FloatArray, observed: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Outfit and infit of each person."""
    categories = np.arange(p.shape[2], dtype=float)
    mean = p @ categories
    variance = np.maximum(p @ categories**2 - mean**2, np.finfo(float).tiny)
    squares = (scores - mean) ** 2 * observed
    n_observed = np.maximum(observed.sum(axis=1), 1.0)
    spread = np.maximum((variance * observed).sum(axis=1), np.finfo(float).tiny)
    return (squares / variance).sum(axis=1) / n_observed, squares.sum(axis=1) / spread


_FIELDS = tuple(place.name for place in fields(PersonFit))
