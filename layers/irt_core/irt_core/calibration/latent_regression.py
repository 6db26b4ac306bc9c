"""Latent regression: the mean of a person's ability depends on covariates of the person.

    θ_i = x_i'β + e_i,    e_i ~ Normal(0, σ²)    (Mislevy 1984, Psychometrika 49(3), 359-381)

The covariates are centred, which leaves the origin of the scale to the items, and divided by their standard deviations
while the likelihood is climbed. Everybody has a distribution of their own on the common nodes: the normal density times
the spacing, which sums to one as exactly as the nodes integrate. With E the posterior expectation the derivatives are

    ∂/∂β = Σ x_i (E θ_i − x_i'β) / σ²,    ∂/∂ log σ = Σ (E (θ_i − x_i'β)² / σ² − 1)

so that an EM step regresses the posterior means on the covariates. All that they need of the persons are the sums of
the posterior weights and of their products with the covariates, node by node.

Where the covariates tell all that the responses do, σ would fall to 0, where nothing can be integrated. So σ² has a
least value, and what is free is half the log of the rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.calibration.data import ResponseTable
from irt_core.calibration.expectation import Counts, RowPrior
from irt_core.calibration.nodes import Nodes
from irt_core.errors import CalibrationError

_REACH = 6.0  # residual standard deviations that the nodes cover beyond the outermost mean
_FARTHEST = 25.0  # logits; no sensible covariate predicts such an ability
_FAR = 12.0  # likewise, for people to know
_LEAST_SD = 0.04  # logits; a residual standard deviation near it is none
_ROWS_AT_ONCE = 4096
_CONSTANT = 1e-12  # of the largest value: a standard deviation that is nothing but rounding
_COLLINEAR = 1e-6  # of a column's standard deviation: what is left of it given the columns before


@dataclass(frozen=True, eq=False)
class LatentRegression:
    """Ability regressed on covariates, whose `centres` and `scales` (n_covariates,) were taken out of the table's.

    The flat parameters are the intercept where known items leave it free (`has_intercept`; the table's first column is
    then 1), the coefficients of the scaled covariates, and with `has_free_sd` what is free of σ. People read everything
    in units of σ if `is_in_residual_units`. A regression that `is_held` has no free parameter.
    """

    centres: FloatArray
    scales: FloatArray
    has_intercept: bool = False
    has_free_sd: bool = False
    is_in_residual_units: bool = False
    is_held: bool = False

    @property
    def n_free(self) -> int:
        """How many free parameters there are."""
        return 0 if self.is_held else self.scales.size + self.has_intercept + self.has_free_sd

    def held(self) -> LatentRegression:
        """The same distribution with nothing left free."""
        return replace(self, is_held=True)

    def moments(self, flat: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean (1, 1) and residual variance (1, 1, 1) of a person with average covariates."""
        slopes, sd = self._slopes_and_sd(flat)
        return np.full((1, 1), slopes[0] if self.has_intercept else 0.0), np.full((1, 1, 1), sd**2)

    def _slopes_and_sd(self, flat: FloatArray) -> tuple[FloatArray, float]:
        return (flat[:-1], math.hypot(_LEAST_SD, math.exp(float(flat[-1])))) if self.has_free_sd else (flat, 1.0)

    def reported(self, flat: FloatArray) -> dict[str, FloatArray]:
        """What people read of the free parameters: `coefficients` of the covariates as given, `mean` and `variance`."""
        slopes, sd = self._slopes_and_sd(flat)
        unit = sd if self.is_in_residual_units else 1.0
        found = {"coefficients": slopes[int(self.has_intercept) :] / self.scales / unit}
        if self.has_intercept:
            found["mean"] = slopes[:1] / unit
        if self.has_free_sd and not self.is_in_residual_units:
            found["variance"] = np.array([sd**2])
        return found

    def variances(self, flat: FloatArray, table: ResponseTable) -> tuple[float, float]:
        """The variance of ability that the covariates explain, and the residual one, as people read them."""
        slopes, sd = self._slopes_and_sd(flat)
        means = _covariates(table) @ slopes
        average = table.weights @ means / table.n_persons
        unit = sd if self.is_in_residual_units else 1.0
        return float(table.weights @ (means - average) ** 2 / table.n_persons) / unit**2, (sd / unit) ** 2

    def prior(self, flat: FloatArray, table: ResponseTable, nodes: Nodes) -> RowPrior:
        """The distribution of each row's ability on the nodes, which are a grid of one dimension."""
        slopes, sd = self._slopes_and_sd(flat)
        spacing = nodes.quadrature.step if nodes.quadrature is not None else 1.0
        return RowPrior(_covariates(table) @ slopes, sd, nodes.points[:, 0], math.log(spacing))

    def terms(
        self, flat: FloatArray, table: ResponseTable, nodes: Nodes, counts: Counts
    ) -> tuple[FloatArray, FloatArray]:
        """Gradient (n_free,) and expected complete information (n_free, n_free)."""
        if self.is_held:
            return np.zeros(0), np.zeros((0, 0))
        slopes, sd = self._slopes_and_sd(flat)
        theta, x = nodes.points[:, 0], _covariates(table)
        products = (x * table.weights[:, None]).T @ x
        by_mean, by_slopes = counts.by_covariate @ theta, products @ slopes
        gradient, information = np.zeros(self.n_free), np.zeros((self.n_free,) * 2)
        n = slopes.size
        gradient[:n] = (by_mean - by_slopes) / sd**2
        information[:n, :n] = products / sd**2
        if self.has_free_sd:
            squares = float(counts.persons.sum(axis=0) @ theta**2 - 2.0 * slopes @ by_mean + slopes @ by_slopes)
            share = _share(sd)
            gradient[n] = share * (squares / sd**2 - table.n_persons)
            information[n, n] = 2.0 * share**2 * table.n_persons
        return gradient, information

    def score(self, flat: FloatArray, points: FloatArray, log_measure: FloatArray) -> FloatArray:
        """Derivatives of log weights that all persons share, of which there are none: (1, 0, n_nodes)."""
        return np.zeros((1, 0, len(points)))

    def population(self, flat: FloatArray, table: ResponseTable, nodes: Nodes) -> tuple[FloatArray, FloatArray]:
        """The nodes' weights in all persons together, (1, n_nodes), and their derivatives, (1, n_free, n_nodes)."""
        prior, (slopes, sd) = self.prior(flat, table, nodes), self._slopes_and_sd(flat)
        weights, derivative = np.zeros((1, nodes.n_nodes)), np.zeros((1, self.n_free, nodes.n_nodes))
        for rows in _chunks(table.n_rows):
            density = np.exp(prior.at(rows, np, np.float64)) * table.weights[rows, None]
            z = (prior.points - prior.means[rows, None]) / sd
            weights[0] += density.sum(axis=0)
            derivative[0, : slopes.size] += _covariates(table)[rows].T @ (density * z) / sd
            if self.has_free_sd:
                derivative[0, -1] += _share(sd) * (density * (z**2 - 1.0)).sum(axis=0)
        total = weights.sum()
        return weights / total, derivative / total

    def covering(self, flat: FloatArray, table: ResponseTable, nodes: Nodes, information: float) -> Nodes:
        """Nodes that reach beyond everybody's mean and resolve posteriors of the information; the same if they do."""
        if nodes.quadrature is None:
            return nodes
        slopes, sd = self._slopes_and_sd(flat)
        outermost = float(np.abs(_covariates(table) @ slopes).max()) + _REACH * sd
        radius = max(nodes.quadrature.high, min(math.ceil(outermost), _FARTHEST))
        step = 1.0 / math.sqrt(information + sd**-2)
        if radius == nodes.quadrature.high and step >= nodes.quadrature.step:
            return nodes
        return Nodes.grid(table.n_items, 1, min(step, nodes.quadrature.step) * (1.0 + 1e-9), radius)

    def doubts(self, flat: FloatArray, table: ResponseTable) -> list[str]:
        """What a reader must know before using the coefficients."""
        slopes, sd = self._slopes_and_sd(flat)
        doubts = []
        if np.abs(_covariates(table) @ slopes).max() > _FAR:
            doubts.append(
                f"covariates predict abilities beyond ±{_FAR:g}: the responses do not tell their coefficients"
            )
        if sd < 2.0 * _LEAST_SD:
            doubts.append("covariates leave no residual variance of ability: it is at its least value")
        return doubts


def regression_on(
    table: ResponseTable, has_intercept: bool, has_free_sd: bool, is_in_residual_units: bool
) -> tuple[ResponseTable, LatentRegression]:
    """The table with its covariates centred and scaled, and the regression on them.

    Raises CalibrationError for a column that is constant or a combination of those before it.
    """
    given = _covariates(table)
    shares = table.weights / table.n_persons
    centres = shares @ given
    centred = given - centres
    scales = np.sqrt(shares @ centred**2)
    for column in np.flatnonzero(scales <= _CONSTANT * np.abs(given).max(axis=0)):
        raise CalibrationError(f"covariate {column} is the same for everybody: leave it out")
    x = centred / scales
    left = np.zeros(x.shape[1])
    diagonal = np.abs(np.diagonal(np.linalg.qr(x * np.sqrt(shares)[:, None], mode="r")))
    left[: diagonal.size] = diagonal
    for column in np.flatnonzero(left < _COLLINEAR):
        raise CalibrationError(f"covariate {column} is a linear combination of those before it: leave it out")
    columns = np.column_stack([np.ones(len(x)), x]) if has_intercept else x
    latent = LatentRegression(centres, scales, has_intercept, has_free_sd, is_in_residual_units)
    return replace(table, covariates=columns), latent


def _share(sd: float) -> float:
    """The derivative of log σ by its free parameter."""
    return 1.0 - (_LEAST_SD / sd) ** 2


def _covariates(table: ResponseTable) -> FloatArray:
    if table.covariates is None:
        raise CalibrationError("the responses come without covariates")
    return table.covariates


def _chunks(n_rows: int) -> Iterator[slice]:
    return (slice(start, min(start + _ROWS_AT_ONCE, n_rows)) for start in range(0, n_rows, _ROWS_AT_ONCE))
