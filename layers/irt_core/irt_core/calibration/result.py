"""What a calibration found."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.ascent import Summit
from irt_core.calibration.curves import GUESSING, INTERCEPT, SLOPE, UPPER, ItemCurves, sigmoid
from irt_core.calibration.fitted import FittedModel
from irt_core.calibration.item_priors import ItemPriors
from irt_core.calibration.marginal import MarginalLikelihood
from irt_core.calibration.precision import observed_information
from irt_core.errors import CalibrationError
from irt_core.models.bank import ItemBank
from irt_core.priors import Quadrature


class Latent(NamedTuple):
    """The distribution of ability in the calibration sample: Normal(mean, variance)."""

    mean: float
    variance: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """Item parameters with all that says how far to trust them.

    `items` are the columns of the responses that were calibrated, in the order of the bank; `warnings` say why others
    were not. `log_likelihood` is the marginal one, without the log priors.
    """

    model: str
    items: IntArray
    priors: ItemPriors
    warnings: tuple[str, ...]
    _likelihood: MarginalLikelihood = field(repr=False)
    _summit: Summit = field(repr=False)

    @property
    def log_likelihood(self) -> float:
        """Marginal log-likelihood of the responses."""
        return self._summit.evaluation.log_likelihood

    @property
    def converged(self) -> bool:
        """Whether no step promised any gain at the end."""
        return self._summit.has_converged

    @property
    def iterations(self) -> int:
        """How many steps it took."""
        return self._summit.iterations

    @property
    def quadrature(self) -> Quadrature:
        """The grid that was integrated over."""
        return self._likelihood.quadrature

    @property
    def n_parameters(self) -> int:
        """How many free parameters the model has."""
        return int(self._summit.point.flat().size)

    @property
    def aic(self) -> float:
        """Akaike's criterion, −2 log L + 2 p."""
        return -2.0 * self.log_likelihood + 2.0 * self.n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion, −2 log L + p log N."""
        return -2.0 * self.log_likelihood + self.n_parameters * float(np.log(self._likelihood.table.n_persons))

    @property
    def latent(self) -> Latent:
        """The distribution of ability: standard normal but under the Rasch model, whose variance is estimated."""
        return Latent(0.0, 1.0 if self.model != "rasch" else float(np.exp(self._summit.point.log_variance)))

    @property
    def slopes(self) -> FloatArray:
        """a of a θ + d, shape (n_items,)."""
        parameters = self._summit.point.items
        if parameters.shape[1] > SLOPE:
            return parameters[:, SLOPE].copy()
        shared = np.exp(0.5 * self._summit.point.log_variance) if self.model == "1pl" else 1.0
        return np.full(len(parameters), float(shared))

    @property
    def intercepts(self) -> FloatArray:
        """d of a θ + d, shape (n_items,)."""
        return self._summit.point.items[:, INTERCEPT].copy()

    @cached_property
    def bank(self) -> ItemBank:
        """The calibrated items. Raises CalibrationError when an item discriminates backwards, which no bank holds."""
        backwards = self.items[self.slopes <= 0]
        if backwards.size:
            raise CalibrationError(
                f"items {backwards.tolist()} are answered right more often by weaker persons: check their keys"
            )
        parameters = self._summit.point.items
        k = parameters.shape[1]
        return ItemBank.dichotomous(
            self.slopes,
            -self.intercepts / self.slopes,
            sigmoid(parameters[:, GUESSING]) if k > GUESSING else None,
            sigmoid(parameters[:, UPPER]) if k > UPPER else None,
        )

    @cached_property
    def fitted_model(self) -> FittedModel:
        """The calibration as the fit statistics see it."""
        table, point = self._likelihood.table, self._summit.point
        curves = ItemCurves(point.items, self.quadrature.points)
        n_items, k = point.items.shape
        scores = table.scores.astype(np.int64)
        node_weights = np.exp(self._likelihood.log_node_weights(point))
        has_free_variance = point.has_free_variance
        return FittedModel(
            scores=scores if table.observed is None else np.where(table.observed, scores, -1),
            weights=table.weights,
            group=np.zeros(len(scores), dtype=np.int64),
            nodes=self.quadrature.points[:, None],
            node_weights=node_weights[None, :],
            probability=np.stack([curves.wrong, curves.right], axis=1),
            derivative=np.moveaxis(np.stack([-curves.slopes, curves.slopes], axis=2), 0, 1),
            parameter=np.arange(n_items * k).reshape(n_items, k),
            node_weight_derivative=(node_weights * self._likelihood.latent_score(point))[None, None, :][
                :, : int(has_free_variance)
            ],
            latent_parameter=np.arange(n_items * k, self.n_parameters),
            covariance=self._covariance,
        )

    @cached_property
    def standard_errors(self) -> dict[str, FloatArray]:
        """Standard errors by parameter, (n_items,) each, from the observed information; NaN where it is singular.

        `slope` and `intercept` are those of a θ + d, `difficulty` that of −d / a by the delta method; `guessing` and
        `upper` of the asymptotes themselves; `variance`, of shape (1,), that of the Rasch model's ability.
        """
        covariance = self._covariance
        parameters = self._summit.point.items
        n_items, k = parameters.shape
        places = np.arange(n_items * k).reshape(n_items, k)
        variances = np.diagonal(covariance)[places]
        errors = {"intercept": np.sqrt(variances[:, INTERCEPT])}
        if k > SLOPE:
            errors["slope"] = np.sqrt(variances[:, SLOPE])
            cross = covariance[places[:, INTERCEPT], places[:, SLOPE]]
            slopes, intercepts = self.slopes, self.intercepts
            ratio = intercepts / slopes
            spread = variances[:, INTERCEPT] - 2.0 * ratio * cross + ratio**2 * variances[:, SLOPE]
            errors["difficulty"] = np.sqrt(spread) / np.abs(slopes)
        for name, column in (("guessing", GUESSING), ("upper", UPPER)):
            if k > column:
                proportion = sigmoid(parameters[:, column])
                errors[name] = proportion * (1.0 - proportion) * np.sqrt(variances[:, column])
        if self._summit.point.has_free_variance:
            errors |= self._errors_of_shared_spread(places)
        return errors

    def _errors_of_shared_spread(self, places: IntArray) -> dict[str, FloatArray]:
        """Those of the Rasch and the one-parameter model, whose slope or variance all items share."""
        covariance, intercepts = self._covariance, self.intercepts
        by_log_variance = float(np.sqrt(covariance[-1, -1]))
        if self.model == "rasch":
            variance = self.latent.variance
            own = np.diagonal(covariance)[places[:, INTERCEPT]]
            return {"difficulty": np.sqrt(own), "variance": np.array([variance * by_log_variance])}
        slope = float(self.slopes[0])
        spread = (
            np.diagonal(covariance)[places[:, INTERCEPT]]
            - intercepts * covariance[places[:, INTERCEPT], -1]
            + 0.25 * intercepts**2 * covariance[-1, -1]
        )
        return {"slope": np.full(len(places), 0.5 * slope * by_log_variance), "difficulty": np.sqrt(spread) / slope}

    @cached_property
    def _covariance(self) -> FloatArray:
        information = observed_information(self._likelihood, self._summit.point)
        try:
            np.linalg.cholesky(information)
        except np.linalg.LinAlgError:
            return np.full_like(information, np.nan)
        return np.linalg.inv(information).astype(np.float64)
