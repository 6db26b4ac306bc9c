"""Which parameters the items of a model have, and how its predictors are made of them.

Every predictor is linear in the item's parameters ξ_p, and each parameter multiplies 1 or one dimension of θ:

    ψ_m(θ) = Σ_p S_mp ξ_p φ_b(p)(θ),    φ = (1, θ_1 … θ_D)

So the E-step, the gradient, the information and the standard errors are written once. Parameters run: intercepts, then
slopes, then the logits of the asymptotes. One that is not free keeps the value it starts with.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray
from irt_core.calibration.families import CategoryCurves, Dichotomous, Family, Graded, Softmax

Model = Literal[
    "rasch", "1pl", "2pl", "3pl", "4pl", "grm", "gpcm", "pcm", "nrm", "m2pl", "m3pl", "mgrm", "bifactor", "testlet"
]
MODELS: tuple[Model, ...] = get_args(Model)
DICHOTOMOUS: tuple[Model, ...] = ("rasch", "1pl", "2pl", "3pl", "4pl", "m2pl", "m3pl")
SHARED_SLOPE: tuple[Model, ...] = ("rasch", "1pl", "pcm")
"""Models whose items all have the same slope: it is 1, and the variance of ability is free."""

_N_ASYMPTOTES = {"3pl": 1, "m3pl": 1, "4pl": 2}


@dataclass(frozen=True, eq=False)
class ItemStructure:
    """The items of one model: `n_categories` (n_items,), `loading` S (M, k), `basis` b (k,), and which are `free`.

    `intercepts`, `slopes` and `asymptotes` are the columns of each kind of parameter.
    """

    model: Model
    family: Family
    n_categories: IntArray
    loading: FloatArray
    basis: IntArray
    free: BoolArray
    intercepts: slice
    slopes: slice
    asymptotes: slice

    @classmethod
    def of(cls, model: Model, n_categories: IntArray, slopes: BoolArray) -> ItemStructure:
        """The structure for items with so many categories; `slopes` (n_items, D) says which are free to differ from 0.

        A model named "bifactor" or "testlet" is one of two dimensions here: the general one and the item's own.
        """
        n_items, n_dimensions = slopes.shape
        most = int(n_categories.max())
        if model == "nrm":
            return cls._nominal(n_categories)
        n_steps, n_asymptotes = most - 1, _N_ASYMPTOTES.get(model, 0)
        is_stepwise = model in ("gpcm", "pcm")
        k = n_steps + n_dimensions + n_asymptotes
        loading = np.zeros((n_steps + n_asymptotes, k))
        loading[:n_steps, :n_steps] = np.eye(n_steps)
        loading[:n_steps, n_steps : n_steps + n_dimensions] = (
            np.arange(1.0, most)[:, None] if is_stepwise else np.ones((n_steps, 1))
        )
        loading[n_steps:, n_steps + n_dimensions :] = np.eye(n_asymptotes)
        basis = np.concatenate([np.zeros(n_steps), 1 + np.arange(n_dimensions), np.zeros(n_asymptotes)]).astype(int)
        free = np.ones((n_items, k), dtype=bool)
        free[:, :n_steps] = np.arange(1, most) < n_categories[:, None]
        free[:, n_steps : n_steps + n_dimensions] = False if model in SHARED_SLOPE else slopes
        family: Family = Softmax() if is_stepwise else Dichotomous() if most == 2 else Graded()
        parts = slice(0, n_steps), slice(n_steps, n_steps + n_dimensions), slice(n_steps + n_dimensions, k)
        return cls(model, family, n_categories, loading, basis, free, *parts)

    @classmethod
    def _nominal(cls, n_categories: IntArray) -> ItemStructure:
        """Each category but the first has an intercept and a slope of its own."""
        n_steps = int(n_categories.max()) - 1
        loading = np.hstack([np.eye(n_steps), np.eye(n_steps)])
        free = np.tile(np.arange(1, n_steps + 1) < n_categories[:, None], 2)
        basis = np.repeat([0, 1], n_steps)
        parts = slice(0, n_steps), slice(n_steps, 2 * n_steps), slice(2 * n_steps, 2 * n_steps)
        return cls("nrm", Softmax(), n_categories, loading, basis, free, *parts)

    @property
    def n_items(self) -> int:
        """How many items there are."""
        return int(self.n_categories.size)

    @property
    def n_parameters(self) -> int:
        """How many parameters an item has, free or not."""
        return int(self.basis.size)

    @property
    def is_linear(self) -> bool:
        """Whether the log-probabilities are linear in the predictors but for their norming: an exponential family."""
        is_logistic = isinstance(self.family, Dichotomous) and self.loading.shape[0] == 1
        return is_logistic or isinstance(self.family, Softmax)

    @cached_property
    def has_step(self) -> BoolArray:
        """Whether an item has each of the predictors, (n_items, M); asymptotes it always has."""
        n_steps = self.intercepts.stop
        has = np.ones((self.n_items, len(self.loading)), dtype=bool)
        has[:, :n_steps] = np.arange(1, n_steps + 1) < self.n_categories[:, None]
        return has

    def predictors(self, parameters: FloatArray, basis: FloatArray) -> FloatArray:
        """ψ of items with `parameters` (n_items, k) on nodes with the functions φ (n_nodes, 1 + D)."""
        of_nodes = basis[:, self.basis].T
        psi = np.stack([(parameters * row) @ of_nodes for row in self.loading], axis=1)
        if not self.has_step.all():
            psi[~self.has_step] = -np.inf
        return psi

    def curves(self, parameters: FloatArray, basis: FloatArray) -> CategoryCurves:
        """The category curves of the items."""
        return self.family.curves(self.predictors(parameters, basis))

    def by_parameter(self, by_predictor: FloatArray, basis: FloatArray) -> FloatArray:
        """Sums over the nodes of ∂/∂ψ, (n_items, M, n_nodes), as derivatives by the parameters, (n_items, k)."""
        by_function = by_predictor @ basis
        gradient: FloatArray = np.einsum("mp,jmp->jp", self.loading, by_function[:, :, self.basis])
        return gradient

    def information(self, by_predictors: FloatArray, basis: FloatArray) -> FloatArray:
        """Sums over the nodes of ∂²/∂ψ∂ψ', (n_items, M, M, n_nodes), by the parameters, (n_items, k, k)."""
        pairs = (basis[:, :, None] * basis[:, None, :]).reshape(len(basis), -1)
        n_functions = basis.shape[1]
        by_functions = by_predictors @ pairs
        places = self.basis[:, None] * n_functions + self.basis[None, :]
        information: FloatArray = np.einsum(
            "mp,nr,jmnpr->jpr", self.loading, self.loading, by_functions[..., places], optimize=True
        )
        return information
