"""How well a model fits as a whole, from the first and second moments of the responses.

With e the observed less the expected moments, Ξ their covariance in one response and Δ their derivatives by the
parameters,

    M₂ = N e' [Ξ⁻¹ − Ξ⁻¹ Δ (Δ' Ξ⁻¹ Δ)⁻¹ Δ' Ξ⁻¹] e

has a χ² distribution for any consistent and asymptotically normal estimate, with as many degrees of freedom as moments
less the rank of Δ (Maydeu-Olivares & Joe 2005, JASA 100, 1009-1020; 2006, Psychometrika 71(4), 713-732). Which moments:

    M2    items of two categories: all proportions right, of items and pairs
    M2*   means of the items' scores and of the products of two (Cai & Hansen 2013, BJMSP 66(2), 245-276)
    C2    the frequencies of all categories of an item, and means of the products (Cai & Monroe 2014, CRESST Report 839)

For two categories the three are the same. M₂ = N e'z, where z is orthogonal to Δ and Ξz is e up to what is along Δ: a
search by conjugate gradients among vectors orthogonal to Δ finds it without a matrix of moments by moments. Groups add
up.

The independence model gives the baseline of TLI and CFI. With proportions that fit each item, its M₂ is N times the sum
of the squared correlations of the scores, on as many degrees of freedom as pairs: under independence the products of
standardised scores have variance 1 and no covariance. SRMSR is the root mean square of the difference between observed
and expected correlations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from irt_core.calibration.fitted import FittedModel
from irt_core.errors import IrtError
from irt_core.fit.chi_square import rmsea, rmsea_interval, upper_tail
from irt_core.fit.moments import GroupMoments
from irt_core.fit.samples import doubts_about, whole_samples
from irt_core.fit.tangent import Complement, GroupTangent

Statistic = Literal["M2*", "C2"]

_MOST_STEPS = 2000
_TOLERANCE = 1e-7  # of the residual's length; the error of M₂ itself is about its square


@dataclass(frozen=True, eq=False)
class ModelFit:
    """M₂ (or the `statistic` named) with its degrees of freedom and p, and what is made of it.

    `rmsea_interval` holds with 90 % confidence. `baseline` and `baseline_df` are those of the independence model.
    """

    statistic: str
    m2: float
    df: int
    p: float
    rmsea: float
    rmsea_interval: tuple[float, float]
    srmsr: float
    tli: float
    cfi: float
    baseline: float
    baseline_df: int
    n_persons: float
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        low, high = self.rmsea_interval
        lines = [
            f"{self.statistic} = {self.m2:.3f} on {self.df} degrees of freedom, p = {self.p:.4f}",
            f"RMSEA = {self.rmsea:.4f}, 90 % interval {low:.4f} to {high:.4f}; SRMSR = {self.srmsr:.4f}",
            f"TLI = {self.tli:.4f}, CFI = {self.cfi:.4f}; {self.n_persons:g} persons",
        ]
        return "\n".join([*lines, *self.warnings])


def model_fit(model: FittedModel, statistic: Statistic | None = None) -> ModelFit:
    """M₂ of a model whose items have two categories each, "C2" or "M2*" of one that has more; "C2" unless asked."""
    if statistic not in (None, "M2*", "C2"):
        raise IrtError(f"no statistic of model fit is called {statistic!r}; there are: M2*, C2")
    name = "M2" if model.probability.shape[1] == 2 else statistic or "C2"
    samples = whole_samples(model)
    moments = [GroupMoments.of(model, sample, name == "C2") for sample in samples]
    n_persons = sum(sample.n_persons for sample in samples)
    warnings = doubts_about(samples, model, name)
    found = _quadratic_form(model, moments) if moments else _QuadraticForm(np.nan, 0, True)
    if not found.has_converged:
        warnings += ("the equations of M₂ could not be solved to full precision",)
    base = _baseline(moments)
    return ModelFit(
        statistic=name,
        m2=found.value,
        df=found.df,
        p=float(upper_tail(found.value, found.df)),
        rmsea=float(rmsea(found.value, found.df, n_persons)),
        rmsea_interval=rmsea_interval(found.value, found.df, n_persons),
        srmsr=base.srmsr,
        tli=_tucker_lewis(found.value, found.df, base),
        cfi=_comparative(found.value, found.df, base),
        baseline=base.value,
        baseline_df=base.df,
        n_persons=n_persons,
        warnings=warnings,
    )


class _QuadraticForm(NamedTuple):
    value: float
    df: int
    has_converged: bool


def _quadratic_form(model: FittedModel, moments: list[GroupMoments]) -> _QuadraticForm:
    """M₂, by conjugate gradients orthogonal to Δ."""
    complement = Complement.of([GroupTangent.of(model, group) for group in moments])
    df = int(complement.ends[-1]) - complement.rank
    if df <= 0:
        return _QuadraticForm(np.nan, df, True)
    roots = complement.roots
    target = np.concatenate([root * group.residuals() for root, group in zip(roots, moments, strict=True)])
    residual = complement.project(target)
    solution, direction = np.zeros_like(residual), residual
    square = first = float(residual @ residual)
    for _ in range(_MOST_STEPS):
        if square <= _TOLERANCE**2 * first:
            break
        parts = np.split(direction, complement.ends[:-1])
        image = [group.covariance_times(part) for group, part in zip(moments, parts, strict=True)]
        moved = complement.project(np.concatenate(image))
        step = square / float(direction @ moved)
        solution = solution + step * direction
        residual = residual - step * moved
        last, square = square, float(residual @ residual)
        direction = residual + (square / last) * direction
    return _QuadraticForm(float(target @ solution), df, square <= _TOLERANCE**2 * first)


class _Baseline(NamedTuple):
    value: float
    df: int
    srmsr: float


def _baseline(moments: list[GroupMoments]) -> _Baseline:
    """M₂ of the independence model, its degrees of freedom, and how far the model is from the observed correlations."""
    value, df, squares, n_persons = 0.0, 0, 0.0, 0.0
    for group in moments:
        n, (means, products) = group.sample.n_persons, group.observed_products
        covariance = products - np.outer(means[:, 0], means[:, 0])
        deviations = np.sqrt(np.diagonal(covariance))
        scale = np.outer(deviations, deviations)
        seen = np.divide(covariance, scale, out=np.zeros_like(scale), where=scale > 0)[group.pairs]
        value += n * float(seen @ seen)
        df += seen.size
        squares += n * float(((seen - group.correlations[group.pairs]) ** 2).sum()) / max(1, seen.size)
        n_persons += n
    return _Baseline(value, df, float(np.sqrt(squares / n_persons)) if n_persons else np.nan)


def _tucker_lewis(m2: float, df: int, base: _Baseline) -> float:
    """(M₀ / df₀ − M / df) / (M₀ / df₀ − 1) (Tucker & Lewis 1973)."""
    if df <= 0 or not base.df or base.value <= base.df:
        return np.nan
    return (base.value / base.df - m2 / df) / (base.value / base.df - 1.0)


def _comparative(m2: float, df: int, base: _Baseline) -> float:
    """1 − (M − df) / (M₀ − df₀), within 0 and 1 (Bentler 1990)."""
    if df <= 0 or base.value <= base.df:
        return np.nan
    return float(np.clip(1.0 - (m2 - df) / (base.value - base.df), 0.0, 1.0))
