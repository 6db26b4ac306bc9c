"""`calibrate`: from responses to a bank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray
from irt_core.calibration.ascent import Summit, climb
from irt_core.calibration.curves import GUESSING, ItemCurves
from irt_core.calibration.data import ResponseTable
from irt_core.calibration.item_priors import DEFAULT_PRIORS, ItemPriors
from irt_core.calibration.marginal import MarginalLikelihood, Point
from irt_core.calibration.result import Calibration
from irt_core.errors import CalibrationError
from irt_core.priors import Quadrature

Model = Literal["rasch", "1pl", "2pl", "3pl", "4pl"]

_N_FREE = {"rasch": 1, "1pl": 1, "2pl": 2, "3pl": 3, "4pl": 4}
_START_GUESSING, _START_UPPER = 0.15, 0.97
_COARSEST_STEP = 0.2


def calibrate(
    responses: ArrayLike,
    model: Model = "2pl",
    *,
    priors: ItemPriors | Literal["default"] | None = "default",
    weights: ArrayLike | None = None,
    progress: Callable[[int, float], None] | None = None,
) -> Calibration:
    """Estimate item parameters from responses (n_persons, n_items), NaN or −1 being no response.

    Ability is Normal(0, 1); under "rasch", whose slopes are all 1, its variance is estimated. Missing responses are
    missing at random, never wrong. The priors of "3pl" and "4pl" are `DEFAULT_PRIORS` unless given; None is pure
    maximum likelihood. `weights` (n_persons,) count persons several times. `progress` hears of every step and its
    log-likelihood. Raises ResponseError, CalibrationError.
    """
    if model not in get_args(Model):
        raise CalibrationError(f"no model is called {model!r}; there are: {', '.join(get_args(Model))}")
    table = ResponseTable.of(responses, weights)
    chosen = DEFAULT_PRIORS.get(model, ItemPriors()) if priors == "default" else priors or ItemPriors()
    likelihood = MarginalLikelihood(table, Quadrature.resolving(_COARSEST_STEP), chosen)
    summit = climb(likelihood, _start(table, model), progress=progress)
    finer = _resolving(likelihood, summit.point)
    if finer != likelihood.quadrature:
        likelihood = replace(likelihood, quadrature=finer)
        again = climb(likelihood, summit.point, progress=progress)
        summit = replace(again, iterations=summit.iterations + again.iterations)
    return Calibration(model, table.items, chosen, table.warnings + _doubts(table, summit), likelihood, summit)


def _start(table: ResponseTable, model: Model) -> Point:
    """Slopes of 1, and intercepts that give each item the proportion that it has."""
    k = _N_FREE[model]
    floor = _START_GUESSING if k > GUESSING else 0.0
    ceiling = _START_UPPER if k > GUESSING + 1 else 1.0
    proportion = np.clip((table.proportion_right - floor) / (ceiling - floor), 0.02, 0.98)
    columns = [1.2 * _logit(proportion), np.ones(table.n_items)]
    columns += [np.full(table.n_items, _logit(np.array(start))) for start in (_START_GUESSING, _START_UPPER)]
    return Point(np.column_stack(columns[:k]), 0.0, has_free_variance=model in ("rasch", "1pl"))


def _logit(proportion: FloatArray) -> FloatArray:
    return np.log(proportion) - np.log1p(-proportion)


def _resolving(likelihood: MarginalLikelihood, point: Point) -> Quadrature:
    """A grid as fine as the sharpest posterior that a full row of responses gives, the present one if that will do."""
    curves = ItemCurves(point.items, likelihood.quadrature.points)
    by_theta = np.gradient(curves.right, likelihood.quadrature.step, axis=1)
    information = (by_theta**2 / (curves.right * curves.wrong)).sum(axis=0)
    within_reach = np.abs(likelihood.quadrature.points) <= 4.0
    sharpest = information[within_reach].max() + np.exp(-point.log_variance)
    finer = Quadrature.resolving(1.0 / np.sqrt(sharpest))
    return finer if finer.n_points > likelihood.quadrature.n_points else likelihood.quadrature


def _doubts(table: ResponseTable, summit: Summit) -> tuple[str, ...]:
    """What a reader must know before using the parameters."""
    doubts = [] if summit.has_converged else ["the likelihood could not be climbed to its top"]
    parameters = summit.point.items
    far = np.flatnonzero(np.abs(parameters[:, 0]) > 10.0)
    doubts += [f"item {table.items[item]} has no finite estimate: the responses separate perfectly" for item in far]
    return tuple(doubts)
