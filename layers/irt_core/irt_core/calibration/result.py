"""What a calibration found."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, IntArray
from irt_core.calibration.ascent import Summit
from irt_core.calibration.delta_errors import delta_errors
from irt_core.calibration.fitted import FittedModel, fitted_model
from irt_core.calibration.item_priors import ItemPriors
from irt_core.calibration.latent_regression import LatentRegression
from irt_core.calibration.marginal import MarginalLikelihood
from irt_core.calibration.parameters import Natural, natural_parameters, to_bank
from irt_core.calibration.precision import observed_information
from irt_core.calibration.structure import ItemStructure, Model
from irt_core.errors import CalibrationError
from irt_core.models.bank import ItemBank
from irt_core.priors import Normal, Quadrature

if TYPE_CHECKING:
    from irt_core.dif.of_calibration import Dif, DifMethod
    from irt_core.estimation.ability import Method
    from irt_core.fit.item_fit import ItemFit
    from irt_core.fit.local_dependence import LocalDependence
    from irt_core.fit.model_fit import ModelFit, Statistic
    from irt_core.fit.person_fit import PersonFit
    from irt_core.fit.reliability import Reliability


_OF_LATENT = ("mean", "variance", "coefficients")


class Latent(NamedTuple):
    """The distribution of ability in a group: floats in one dimension, else mean (D,), variance (D,) and covariance.

    Where ability depends on covariates the mean is that of a person with average ones, `covariate_means`, and the
    variance that of all persons: what the `coefficients` (n_covariates,) explain, the part `r_squared` of it, and
    `residual_variance`. `coefficient_errors` are the standard errors. Otherwise all these are None.
    """

    mean: Any
    variance: Any
    covariance: Any
    coefficients: Any = None
    coefficient_errors: Any = None
    residual_variance: Any = None
    r_squared: Any = None
    covariate_means: Any = None

    def prior(self, covariates: ArrayLike | None = None) -> Normal:
        """The distribution of ability in the group, of one dimension, or for a person's covariates (n_covariates,).

        It is the prior with which to estimate abilities. Raises CalibrationError for other covariates than calibrated.
        """
        if covariates is None:
            return Normal(float(self.mean), float(np.sqrt(self.variance)))
        x = np.asarray(covariates, dtype=np.float64)
        if self.coefficients is None or x.shape != self.coefficients.shape or not np.isfinite(x).all():
            n = 0 if self.coefficients is None else self.coefficients.size
            raise CalibrationError(f"the calibration has {n} covariates: a person needs as many finite numbers")
        mean = self.mean + float((x - self.covariate_means) @ self.coefficients)
        return Normal(mean, float(np.sqrt(self.residual_variance)))


@dataclass(frozen=True, eq=False)
class Calibration:
    """Item parameters with all that says how far to trust them.

    `items` are the columns of the responses that were calibrated, in the order of the bank; `warnings` say why others
    were not. `log_likelihood` is the marginal one, without the log priors.
    """

    model: Model
    _owner: IntArray = field(repr=False)
    _specific: IntArray | None = field(repr=False)
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
    def n_parameters(self) -> int:
        """How many free parameters the model has."""
        return self._likelihood.n_free

    @property
    def n_persons(self) -> float:
        """How many persons were calibrated with, by weight."""
        return self._likelihood.expectation.table.n_persons

    @property
    def aic(self) -> float:
        """Akaike's criterion, −2 log L + 2 p."""
        return -2.0 * self.log_likelihood + 2.0 * self.n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion, −2 log L + p log N."""
        return -2.0 * self.log_likelihood + self.n_parameters * float(np.log(self.n_persons))

    @property
    def quadrature(self) -> Quadrature | None:
        """The grid that each dimension was integrated over; None when the nodes were quasi-random points."""
        return self._likelihood.nodes.quadrature

    @property
    def n_nodes(self) -> int:
        """How many points the likelihood was integrated over."""
        return self._likelihood.nodes.n_nodes

    @property
    def groups(self) -> tuple[Any, ...]:
        """The labels of the groups; the first is the one whose ability gives the scale."""
        return self._likelihood.expectation.table.groups

    @property
    def latent(self) -> Latent:
        """The distribution of ability in the first group."""
        return self.latents[self.groups[0]]

    @cached_property
    def latents(self) -> dict[Any, Latent]:
        """The distribution of ability in each group, by its label."""
        if isinstance(self._likelihood.latent, LatentRegression):
            return {self.groups[0]: self._regressed(self._likelihood.latent)}
        means, covariances = self._likelihood.latent.moments(self._summit.point.latent)
        if self.model == "1pl":
            means, covariances = means / self._shared_sd, covariances / self._shared_sd**2
        if means.shape[1] > 1:
            own = (Latent(mean, np.diag(c), c) for mean, c in zip(means, covariances, strict=True))
        else:
            own = (Latent(float(m[0]), float(c[0, 0]), float(c[0, 0])) for m, c in zip(means, covariances, strict=True))
        return dict(zip(self.groups, own, strict=True))

    def _regressed(self, latent: LatentRegression) -> Latent:
        flat = self._summit.point.latent
        found, errors = latent.reported(flat), self.standard_errors
        explained, residual = latent.variances(flat, self._likelihood.expectation.table)
        variance, mean = explained + residual, float(found["mean"][0]) if "mean" in found else 0.0
        coefficients = found["coefficients"], errors["coefficients"]
        return Latent(mean, variance, variance, *coefficients, residual, explained / variance, latent.centres)

    @property
    def has_covariates(self) -> bool:
        """Whether ability depends on covariates of the persons."""
        return isinstance(self._likelihood.latent, LatentRegression)

    @property
    def items(self) -> IntArray:
        """The columns of the responses that were calibrated, in increasing order."""
        return self._likelihood.expectation.table.items[self._places(0)]

    @property
    def slopes(self) -> FloatArray:
        """a of a θ + d in the first group: (n_items,), of several dimensions (n_items, D), if nominal (n_items, K)."""
        return self._natural["slope"][self._places(0)]

    @property
    def intercepts(self) -> FloatArray:
        """d of a θ + d in the first group: (n_items,), of more categories (n_items, K − 1), if nominal (n_items, K)."""
        return self._natural["intercept"][self._places(0)]

    @property
    def bank(self) -> ItemBank:
        """The calibrated items, as in the first group.

        Raises CalibrationError when an item discriminates backwards, which no bank of one dimension holds.
        """
        return self.banks[self.groups[0]]

    @cached_property
    def banks(self) -> dict[Any, ItemBank]:
        """The calibrated items as they are in each group, by its label. Raises CalibrationError as `bank` does."""
        if self._natural["slope"].ndim == 1:
            backwards = np.unique(self._table_items[self._natural["slope"] <= 0])
            if backwards.size:
                raise CalibrationError(
                    f"items {backwards.tolist()} are answered right more often by weaker persons: check their keys"
                )
        return {label: self._bank_of(group) for group, label in enumerate(self.groups)}

    @cached_property
    def standard_errors(self) -> Natural:
        """Standard errors by parameter in the first group, from the observed information; NaN where it is singular.

        The names and shapes are those of `natural_parameters`: `slope` and `intercept` of a θ + d, `difficulty` or
        `thresholds` by the delta method, `guessing` and `upper`. Free moments of ability have `mean` and `variance` of
        the shape (n_free,), group by group; with covariates `variance` is the residual one, and `coefficients` has the
        shape (n_covariates,).
        """
        errors = delta_errors(self._likelihood, self._summit.point, self.covariance, self._natural_at)
        places = self._places(0)
        return {name: value if name in _OF_LATENT else value[places] for name, value in errors.items()}

    @cached_property
    def covariance(self) -> FloatArray:
        """Of the free parameters as the calibration works with them, (n_parameters, n_parameters); NaN if singular."""
        information = observed_information(self._likelihood, self._summit.point)
        try:
            np.linalg.cholesky(information)
        except np.linalg.LinAlgError:
            return np.full_like(information, np.nan)
        return np.linalg.inv(information).astype(np.float64)

    @cached_property
    def fitted_model(self) -> FittedModel:
        """The calibration as the fit statistics see it."""
        return fitted_model(self._likelihood, self._summit.point, self.covariance, self._specific)

    def item_fit(self) -> ItemFit:
        """How well each item fits: S-X², outfit and infit."""
        from irt_core.fit.item_fit import item_fit

        return item_fit(self.fitted_model)

    def model_fit(self, statistic: Statistic | None = None) -> ModelFit:
        """How well the model fits as a whole: M₂; of items with more than two categories "C2" or "M2*".

        Raises CalibrationError with covariates: its sampling distribution holds for persons of one distribution.
        """
        if self.has_covariates:
            raise CalibrationError("M2 is not known where ability depends on covariates: calibrate without them for it")
        from irt_core.fit.model_fit import model_fit

        return model_fit(self.fitted_model, statistic)

    def local_dependence(self) -> LocalDependence:
        """Which pairs of items have more in common than ability: Q₃ and LD-X²."""
        from irt_core.fit.local_dependence import local_dependence

        return local_dependence(self.fitted_model)

    def person_fit(self, method: Method = "eap") -> PersonFit:
        """How well each person fits, at an estimate of ability: l_z and l_z*; NaN for persons who were left out."""
        from irt_core.fit.person_fit import person_fit_of

        return person_fit_of(self.fitted_model, self._group_banks, method)

    def dif(self, method: DifMethod = "likelihood_ratio", **options: Any) -> Dif:
        """Which items function differently in groups; options as in `dif_of`, `likelihood_ratio_dif` and its like."""
        from irt_core.dif.of_calibration import dif_of

        return dif_of(self, self._likelihood.expectation.table, method, **options)

    def reliability(self) -> Reliability:
        """How reliable estimates of ability are in each group and dimension."""
        from irt_core.fit.reliability import reliability_of

        return reliability_of(self.fitted_model, self._group_banks)

    @property
    def _group_banks(self) -> list[tuple[ItemBank, IntArray]]:
        """The bank of each group, and where its items are among those of `fitted_model`."""
        return [(self.banks[label], self._places(group)) for group, label in enumerate(self.groups)]

    @property
    def _structure(self) -> ItemStructure:
        return self._likelihood.structure

    @property
    def _table_items(self) -> IntArray:
        return self._likelihood.expectation.table.items

    @property
    def _shared_sd(self) -> float:
        """The standard deviation of ability in the first group, which is the slope of the one-parameter model."""
        _, covariances = self._likelihood.latent.moments(self._summit.point.latent)
        return float(np.sqrt(covariances[0, 0, 0]))

    @cached_property
    def _natural(self) -> Natural:
        return self._natural_at(self._summit.point.items, self._summit.point.latent)

    def _natural_at(self, items: FloatArray, latent: FloatArray) -> Natural:
        """What people read, at other parameters than those found."""
        sd = 1.0
        if self.model == "1pl":
            sd = float(np.sqrt(self._likelihood.latent.moments(latent)[1][0, 0, 0]))
        return natural_parameters(self._structure, items, sd, self._specific)

    def _places(self, group: int) -> IntArray:
        """The places of a group's items among the calibrated ones, by their columns."""
        own = np.flatnonzero((self._owner == -1) | (self._owner == group))
        return own[np.argsort(self._table_items[own], kind="stable")]

    def _bank_of(self, group: int) -> ItemBank:
        places = self._places(group)
        return to_bank(self.model, {name: values[places] for name, values in self._natural.items()})
