"""Items that draw on several abilities at once, which make up for each other: the compensatory models.

An item sees the abilities θ = (θ_1 … θ_D) only through one number, its predictor t = a·θ, with a slope for each
dimension. As a function of t it is an ordinary item of discrimination 1:

    scored 0 or 1    P        = c + (d − c) σ(t + e)      M2PL, M3PL, M4PL  (Reckase 1985, APM 9(4), 401-412)
    graded           P(X ≥ k) = σ(t + e_k)                MGRM              (Muraki & Carlson 1995, APM 19(1), 73-90)

with intercepts e, falling with k. So the curves are those of the banks of one dimension, at difficulties −e, and only
the way from θ to t is new. With w and J the information and Warm's term of those curves by t, and ‖a‖ the length of a:

    information matrix          w a a'           of rank one: an item tells about a single direction
    information along u         w (a·u)²         largest in the item's own direction a / ‖a‖, where it is w ‖a‖²
    MDISC                       ‖a‖              slope in that direction (Reckase & McKinley 1991, APM 15(4), 361-373)
    MDIFF                       −e / ‖a‖         distance from the origin along it to the steepest point (Reckase 1985)

`information`, `discriminations` and `locations` are those of the item's own direction, which for one dimension with a
positive slope is the scale itself. APM is Applied Psychological Measurement. A bifactor or testlet model is one whose
slopes are 0 but for a general dimension and one specific dimension each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, IntArray, frozen, parameter
from irt_core.errors import BankError
from irt_core.models.bank import ItemBank, LikelihoodEquation
from irt_core.models.category_rows import Rows, padded_rows, ragged_lists, refuse_items
from irt_core.models.content import ItemContent
from irt_core.models.dichotomous import DichotomousBank
from irt_core.models.graded import GradedBank
from irt_core.responses import Responses


@dataclass(frozen=True, eq=False)
class MultidimensionalBank(ItemBank):
    """`slopes` (n_items, D), and the items' `curves` as functions of their predictors: a bank of discriminations 1.

    Wherever another bank takes θ of shape (n,), this one takes (n, D).
    """

    kind: ClassVar[str] = "multidimensional"
    slopes: FloatArray
    curves: DichotomousBank | GradedBank
    content: ItemContent = field(repr=False)

    @classmethod
    def of(
        cls, slopes: ArrayLike, intercepts: Rows, guessing: ArrayLike | None = None, upper: ArrayLike | None = None
    ) -> Self:
        """A bank whose parameters have been checked. Raises BankError."""
        a = _slopes(slopes)
        if _has_rows(intercepts):
            if guessing is not None or upper is not None:
                raise BankError("graded items have neither guessing nor upper")
            e = padded_rows("intercepts", intercepts)
            refuse_items("intercepts of item {} must fall", np.any(np.diff(e, axis=1) >= 0, axis=1))
            curves: DichotomousBank | GradedBank = GradedBank.of(1.0, -e)
        else:
            curves = DichotomousBank.of(1.0, -parameter("intercepts", intercepts), guessing, upper)  # type: ignore[arg-type]
        if curves.n_items != len(a):
            raise BankError(f"slopes of {len(a)} items cannot go with intercepts of {curves.n_items}")
        return cls(a, curves, curves.content)

    @property
    def n_items(self) -> int:
        """How many items there are."""
        return len(self.slopes)

    @property
    def n_dimensions(self) -> int:
        """D, how many abilities there are."""
        return int(self.slopes.shape[1])

    @property
    def n_categories(self) -> int:
        """The largest number of score categories of any item."""
        return self.curves.n_categories

    @property
    def category_counts(self) -> IntArray:
        """How many score categories each item has, shape (n_items,)."""
        return self.curves.category_counts

    @cached_property
    def intercepts(self) -> FloatArray:
        """e, shape (n_items,), of graded items (n_items, n_categories − 1) padded with NaN; read-only."""
        return frozen(-(self.curves.thresholds if isinstance(self.curves, GradedBank) else self.curves.difficulty))

    @cached_property
    def discriminations(self) -> FloatArray:
        """MDISC, the length of the slopes, shape (n_items,), read-only."""
        return frozen(np.sqrt((self.slopes**2).sum(axis=1)))

    @cached_property
    def locations(self) -> FloatArray:
        """MDIFF, of graded items its mean over the thresholds, shape (n_items,), read-only."""
        return frozen(self.curves.locations / self.discriminations)

    @cached_property
    def directions(self) -> FloatArray:
        """The direction in which each item tells most: cosines of its angles with the axes, (n_items, D), read-only."""
        return frozen(self.slopes / self.discriminations[:, None])

    @cached_property
    def outer_slopes(self) -> FloatArray:
        """a a' of each item as a row, shape (n_items, D²), read-only."""
        return frozen((self.slopes[:, :, None] * self.slopes[:, None, :]).reshape(self.n_items, -1))

    def points(self, theta: ArrayLike) -> FloatArray:
        """θ as (n_theta, D): one point (D,) becomes one row, numbers (n_theta,) of one dimension a column."""
        points = np.asarray(theta, dtype=np.float64)
        if points.ndim < 2 and points.size and (self.n_dimensions == 1 or points.shape == (self.n_dimensions,)):
            points = points.reshape(-1, self.n_dimensions)
        if points.ndim != 2 or points.shape[1] != self.n_dimensions:
            raise BankError(f"theta must have the shape (n_theta, {self.n_dimensions}), not {points.shape}")
        return points

    def predictors(self, theta: FloatArray, items: IntArray) -> FloatArray:
        """t = a·θ of item `items[k]` at `theta[k]` (..., D); the two broadcast against each other.

        Each product is summed by itself, so it has the same bits alone and among others.
        """
        return np.asarray(np.vecdot(self.slopes[items], theta))

    def probability(self, theta: ArrayLike) -> FloatArray:
        """P(correct), shape (n_theta, n_items); of graded items (n_theta, n_items, n_categories)."""
        by_category = np.exp(self.log_likelihood_table(self.points(theta)))
        if isinstance(self.curves, DichotomousBank):
            return np.ascontiguousarray(by_category[1].T)
        return np.ascontiguousarray(by_category.transpose(2, 1, 0))

    def information(self, theta: ArrayLike) -> FloatArray:
        """Information in each item's own direction, the trace of its matrix, shape (n_theta, n_items)."""
        return self._by_predictor(theta) * self.discriminations**2

    def information_along(self, theta: ArrayLike, direction: ArrayLike) -> FloatArray:
        """Information in a `direction` (D,), whose length does not matter, shape (n_theta, n_items)."""
        towards = np.asarray(direction, dtype=np.float64)
        if towards.shape != (self.n_dimensions,) or not 0 < np.linalg.norm(towards) < np.inf:
            raise BankError(f"a direction has {self.n_dimensions} finite numbers, not all of them 0")
        along: FloatArray = self._by_predictor(theta) * (self.slopes @ (towards / np.linalg.norm(towards))) ** 2
        return along

    def information_matrices(self, theta: ArrayLike) -> FloatArray:
        """Fisher information matrices w a a', shape (n_theta, n_items, D, D)."""
        matrices = self._by_predictor(theta)[:, :, None] * self.outer_slopes
        return matrices.reshape(*matrices.shape[:2], self.n_dimensions, self.n_dimensions)

    def _by_predictor(self, theta: ArrayLike) -> FloatArray:
        """w, the information about t, shape (n_theta, n_items)."""
        every = np.arange(self.n_items)
        return self.weights_at(self.points(theta)[:, None], every)

    def weights_at(self, theta: FloatArray, items: IntArray) -> FloatArray:
        """w of item `items[k]` at `theta[k]` (..., D), its information about t; the two broadcast."""
        return self.curves.information_at(self.predictors(theta, items), items)

    def information_at(self, theta: FloatArray, items: IntArray) -> FloatArray:
        """Information in its own direction of item `items[k]` at `theta[k]` (..., D); the two broadcast."""
        return self.weights_at(theta, items) * self.discriminations[items] ** 2

    def warm(self, theta: ArrayLike) -> FloatArray:
        """Warm's J of each item in its own direction, shape (n_theta, n_items)."""
        every = np.arange(self.n_items)[None]
        predictors = self.predictors(self.points(theta)[:, None], every)
        return self.curves.likelihood_terms(predictors, every, np.zeros_like(every)).warm * self.discriminations**3

    def log_likelihood(self, items: IntArray, scores: IntArray, theta: FloatArray) -> FloatArray:
        """log P(score of each item | θ) for every θ (n_theta, D), shape (len(items), n_theta)."""
        return self.curves.log_likelihood(items, scores, self.predictors(theta, items[:, None]))

    def log_likelihood_table(self, theta: FloatArray) -> FloatArray:
        """log P(category | θ) at θ (n_theta, D), (n_categories, n_items, n_theta); −∞ for a category an item lacks."""
        return self.curves.log_likelihood_table(self.slopes @ theta.T)

    def draw_scores(self, theta: FloatArray, items: IntArray, rng: np.random.Generator) -> IntArray:
        """A random score of an examinee of abilities `theta[k]` (n, D) on item `items[k]`, shape (n,)."""
        return self.curves.draw_scores(self.predictors(theta, items), items, rng)

    def likelihood_equation(self, theta: FloatArray, responses: Responses) -> LikelihoodEquation:
        """The pieces of the likelihood equation at `theta` (n_persons, D).

        Gradient (n_persons, D), information (n_persons, D, D), and Warm's term as the sum of J a ⊗ a ⊗ a,
        (n_persons, D, D, D): half its double product with the inverse of the information corrects the gradient.
        """
        gradient, information, warm = self._terms(theta, responses)
        shape = (len(theta), *(self.n_dimensions,) * 3)
        cubes = (self.outer_slopes[:, :, None] * self.slopes[:, None, :]).reshape(self.n_items, -1)
        return LikelihoodEquation(
            gradient @ self.slopes, (information @ self.outer_slopes).reshape(shape[:3]), (warm @ cubes).reshape(shape)
        )

    def gradient_and_information(self, theta: FloatArray, responses: Responses) -> tuple[FloatArray, FloatArray]:
        """The first two pieces alone, (n_persons, D) and (n_persons, D, D)."""
        gradient, information, _ = self._terms(theta, responses)
        shape = (len(theta), self.n_dimensions, self.n_dimensions)
        return gradient @ self.slopes, (information @ self.outer_slopes).reshape(shape)

    def total_log_likelihood(self, theta: FloatArray, responses: Responses) -> FloatArray:
        """log P(responses | θ) of each person at `theta` (n_persons, D), shape (n_persons,)."""
        items = np.broadcast_to(np.arange(self.n_items), responses.scores.shape).ravel()
        predictors, scores = (theta @ self.slopes.T).reshape(-1, 1), responses.scores.ravel().astype(np.int64)
        rows = self.curves.log_likelihood(items, scores, predictors).reshape(responses.scores.shape)
        if responses.observed is not None:
            rows = np.where(responses.observed != 0, rows, 0.0)
        total: FloatArray = rows.sum(axis=1)
        return total

    def _terms(self, theta: FloatArray, responses: Responses) -> LikelihoodEquation:
        """The pieces by the predictors of the items that were given, 0 for the others, each (n_persons, n_items)."""
        every = np.arange(self.n_items)[None]
        terms = self.curves.likelihood_terms(theta @ self.slopes.T, every, responses.scores)
        if responses.observed is None:
            return terms
        return LikelihoodEquation(*(part * responses.observed for part in terms))

    def _parameters(self) -> dict[str, Any]:
        parameters: dict[str, Any] = {"slopes": self.slopes.tolist()}
        if isinstance(self.curves, GradedBank):
            return parameters | {"intercepts": ragged_lists(self.intercepts)}
        asymptotes = {"guessing": self.curves.guessing.tolist(), "upper": self.curves.upper.tolist()}
        return parameters | {"intercepts": self.intercepts.tolist()} | asymptotes

    @classmethod
    def _from_parameters(cls, arrays: Mapping[str, Any]) -> Self:
        if "slopes" not in arrays or "intercepts" not in arrays:
            raise BankError("a multidimensional bank needs slopes and intercepts")
        return cls.of(arrays["slopes"], arrays["intercepts"], arrays.get("guessing"), arrays.get("upper"))

    def _take(self, items: IntArray) -> Self:
        curves = self.curves.subset(items)
        return replace(self, slopes=frozen(self.slopes[items]), curves=curves, content=curves.content)

    def _rescale(self, slope: float, shift: float) -> Self:
        raise BankError("a multidimensional bank has a scale for each ability: it cannot be rescaled by one slope")

    def _with_content(self, content: ItemContent) -> Self:
        return replace(self, content=content)


def _slopes(slopes: ArrayLike) -> FloatArray:
    try:
        array = np.asarray(slopes, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BankError("slopes must be numbers, a row for each item") from error
    if array.ndim != 2 or not array.size:
        raise BankError(f"slopes must have the shape (n_items, n_dimensions), not {array.shape}")
    refuse_items("slopes of item {} must be finite numbers", ~np.all(np.isfinite(array), axis=1))
    refuse_items("slopes of item {} are all 0", np.all(array == 0, axis=1))
    return frozen(array)


def _has_rows(intercepts: Rows) -> bool:
    """Whether there are several intercepts for an item: a list of lists, or a matrix."""
    if isinstance(intercepts, np.ndarray):
        return intercepts.ndim > 1
    return isinstance(intercepts, list | tuple) and any(np.ndim(row) > 0 for row in intercepts)
