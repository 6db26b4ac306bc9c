"""How precisely a calibration knows the parameters that its bank shows.

A calibration works with parameters of its own and knows their covariance C. Its curves have derivatives by these, ∂P =
X, and by the bank's parameters, ∂P = Y. Since the bank's parameters p are functions of the calibration's, X = (∂p) Y on
every point of the grid: least squares gives ∂p exactly, whatever the two sets of parameters are, and the covariance ∂p
C ∂p'.
"""

from __future__ import annotations

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.calibration.fitted import FittedModel
from irt_core.calibration.result import Calibration
from irt_core.errors import LinkingError
from irt_core.linking.curves import curves_of
from irt_core.linking.item_curves import ItemCurves

_LARGEST_MISFIT = 1e-6
_NO_DERIVATIVE = 1e-7


def parameter_covariance(fit: Calibration) -> FloatArray:
    """The covariance of the parameters of `fit.bank`, shape (n_items, m, n_items, m).

    The m parameters are, for items scored 0 or 1, discrimination, difficulty, guessing and upper; for graded and
    partial credit items discrimination and thresholds; for nominal items slope and intercept of each category in turn,
    less those of the first. Parameters that are fixed, or that an item has not, have zeros. Raises LinkingError.
    """
    fitted, curves = fit.fitted_model, curves_of(fit.bank)
    if len(fitted.probability) != len(curves.values):
        raise LinkingError("items that differ from group to group have no one covariance: calibrate the groups apart")
    if not np.isfinite(fitted.covariance).all():
        raise LinkingError("the information of the calibration is singular: its parameters have no covariance")
    if fit.model == "1pl" and fit.has_covariates:
        raise LinkingError("with covariates the covariance of a 1pl bank is not known: calibrate it as rasch")
    scale = float(fit.bank.discriminations[0]) if fit.model == "1pl" else 1.0
    jacobian = _jacobian(fitted, curves, scale)
    if fit.model == "1pl":
        _add_latent(jacobian, fitted, curves, scale)
    covariance: FloatArray = np.einsum("jpx,xy,kqy->jpkq", jacobian, fitted.covariance, jacobian, optimize=True)
    return covariance


def _jacobian(fitted: FittedModel, curves: ItemCurves, scale: float) -> FloatArray:
    """∂ bank parameter / ∂ free parameter, shape (n_items, m, n_parameters), with ability as the nodes have it."""
    n_items, m = curves.values.shape
    by_bank = curves.by_parameter(fitted.nodes[:, 0] / scale)
    jacobian = np.zeros((n_items, m, fitted.n_parameters))
    for item in range(n_items):
        is_free = curves.is_free[item]
        own = by_bank[:, item][..., is_free].reshape(-1, np.count_nonzero(is_free))
        theirs = fitted.derivative[item].transpose(0, 2, 1).reshape(len(fitted.derivative[item]), -1).T
        slopes, *_ = np.linalg.lstsq(own, theirs, rcond=None)
        if np.abs(own @ slopes - theirs).max() > _LARGEST_MISFIT:
            raise LinkingError("the curves of the calibration are not those of its bank")
        slopes[np.abs(slopes) < _NO_DERIVATIVE] = 0.0
        places = fitted.parameter[item]
        block = np.zeros((m, places.size))
        block[is_free] = slopes
        jacobian[item][:, places[places >= 0]] = block[:, places >= 0]
    return jacobian


def _add_latent(jacobian: FloatArray, fitted: FittedModel, curves: ItemCurves, scale: float) -> None:
    """What the free spread of ability adds: it is every item's discrimination, and the unit of their difficulties."""
    theta = fitted.nodes[:, 0]
    by_deviation = fitted.node_weight_derivative[0] @ theta**2 / (2.0 * scale)
    jacobian[:, 0, fitted.latent_parameter] += by_deviation
    jacobian[:, 1, fitted.latent_parameter] -= curves.values[:, 1, None] * by_deviation / scale
