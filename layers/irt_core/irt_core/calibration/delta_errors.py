"""Standard errors of the parameters that people read, by the delta method."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.marginal import MarginalLikelihood, Point
from irt_core.calibration.parameters import Natural

_STEP = 1e-5


def delta_errors(
    likelihood: MarginalLikelihood,
    point: Point,
    covariance: FloatArray,
    natural_at: Callable[[FloatArray, FloatArray], Natural],
) -> Natural:
    """Standard errors in the shapes of `natural_at(items, latent)`, and what is free of the latent distribution.

    `covariance` is that of the free parameters. What depends on no free parameter is left out.
    """
    by_item = [_slope(point, natural_at, column) for column in range(point.items.shape[1])]
    by_latent = [_slope(point, natural_at, None, place) for place in range(likelihood.latent.n_free)]
    places = _places(likelihood)
    errors: Natural = {}
    for name, value in natural_at(point.items, point.latent).items():
        slopes = np.stack([part[name] for part in (*by_item, *by_latent)], axis=1).reshape(*places.shape, -1)
        own = covariance[places[:, :, None], places[:, None, :]]
        slopes = np.where((places < 0)[:, :, None], 0.0, slopes)
        variance = np.einsum("jpx,jpr,jrx->jx", slopes, own, slopes)
        if slopes.any():
            errors[name] = np.sqrt(variance).reshape(value.shape)
    return errors | _latent_errors(likelihood, point, covariance)


def _slope(
    point: Point, natural_at: Callable[[FloatArray, FloatArray], Natural], column: int | None, place: int = 0
) -> Natural:
    """Derivatives by one column of the items' parameters, or by one latent parameter."""
    items, latent = np.zeros_like(point.items), np.zeros_like(point.latent)
    if column is None:
        latent[place] = _STEP
    else:
        items[:, column] = _STEP
    ahead = natural_at(point.items + items, point.latent + latent)
    behind = natural_at(point.items - items, point.latent - latent)
    return {name: (ahead[name] - behind[name]) / (2.0 * _STEP) for name in ahead}


def _places(likelihood: MarginalLikelihood) -> IntArray:
    """Which free parameter each of an item's is, −1 for none, then the latent ones: (n_items, k + n_latent)."""
    free = likelihood.structure.free
    own = np.where(free, np.cumsum(free.ravel()).reshape(free.shape) - 1, -1)
    latent = int(free.sum()) + np.arange(likelihood.latent.n_free)
    return np.hstack([own, np.tile(latent, (len(free), 1))])


def _latent_errors(likelihood: MarginalLikelihood, point: Point, covariance: FloatArray) -> Natural:
    """Of what people read of the latent distribution, (n_free,) each."""
    model, first = likelihood.latent, int(likelihood.structure.free.sum())
    if not model.n_free:
        return {}
    slopes = []
    for place in range(model.n_free):
        step = np.zeros(model.n_free)
        step[place] = _STEP
        ahead, behind = model.reported(point.latent + step), model.reported(point.latent - step)
        slopes.append({name: (ahead[name] - behind[name]) / (2.0 * _STEP) for name in ahead})
    own = covariance[first : first + model.n_free, first : first + model.n_free]
    by_name = {name: np.stack([part[name] for part in slopes]) for name in slopes[0]}
    return {name: np.sqrt(np.einsum("px,pr,rx->x", s, own, s)) for name, s in by_name.items() if s.shape[1]}
