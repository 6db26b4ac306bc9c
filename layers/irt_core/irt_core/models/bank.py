"""Item banks: the parameters of a set of items, and everything that follows from them and θ alone.

`ItemBank` is what the estimators, the selection rules and the simulation see; they ask it for probabilities,
information, log-likelihoods on a grid and the pieces of the likelihood equation, and never look at parameters. A kind
of item model is a subclass that answers those questions.

All parameters are in the logistic metric (D = 1). A bank is immutable; changing it makes another one.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, IntArray
from irt_core.errors import BankError
from irt_core.models.category_rows import Rows
from irt_core.models.content import Groups, ItemContent
from irt_core.models.ranking import InformationRanking
from irt_core.models.tables import ItemTable
from irt_core.priors import Quadrature
from irt_core.responses import Responses

if TYPE_CHECKING:
    from irt_core.models.multidimensional import MultidimensionalBank


class LikelihoodEquation(NamedTuple):
    """What the estimators solve with, each of shape (n_persons,)."""

    gradient: FloatArray
    """Derivative of the log-likelihood by θ."""
    information: FloatArray
    """Fisher information of the items that the person was given."""
    warm: FloatArray
    """Warm's J = Σ P' P'' / P over the categories of the same items."""

    def summed(self, observed: FloatArray | None) -> LikelihoodEquation:
        """Single items' pieces (n_persons, n_items) added up, those that are `observed` where that is given."""
        parts = self if observed is None else (part * observed for part in self)
        return LikelihoodEquation(*(part.sum(axis=1) for part in parts))


class ItemBank(ABC):
    """A set of calibrated items. Make one with a named constructor such as `ItemBank.dichotomous`."""

    kind: ClassVar[str]
    content: ItemContent

    @staticmethod
    def dichotomous(
        discrimination: ArrayLike,
        difficulty: ArrayLike,
        guessing: ArrayLike | None = None,
        upper: ArrayLike | None = None,
        *,
        D: float = 1.0,
    ) -> ItemBank:
        """Items scored 0 or 1: P(θ) = c + (d − c) / (1 + exp(−D a (θ − b))).

        Each parameter has the shape (n_items,), or is a scalar shared by all items. Without `guessing` c is 0, without
        `upper` d is 1, so this is the 1PL, 2PL, 3PL or 4PL (Barton & Lord 1981). `D=1.702` takes discriminations in the
        normal metric; the bank holds D × a. Raises BankError.
        """
        from irt_core.models.dichotomous import DichotomousBank

        return DichotomousBank.of(discrimination, difficulty, guessing, upper, D)

    @staticmethod
    def graded(discrimination: ArrayLike, thresholds: Rows, *, D: float = 1.0) -> ItemBank:
        """Graded items (Samejima 1969): P(X ≥ k | θ) = 1 / (1 + exp(−D a (θ − b_k))), k = 1 … K − 1.

        `discrimination` is (n_items,) or a scalar; `thresholds` has a rising row for each item: lists of different
        lengths, or an array (n_items, K − 1) padded with NaN. `D` as for `dichotomous`. Raises BankError.
        """
        from irt_core.models.graded import GradedBank

        return GradedBank.of(discrimination, thresholds, D)

    @staticmethod
    def generalized_partial_credit(discrimination: ArrayLike, thresholds: Rows, *, D: float = 1.0) -> ItemBank:
        """Generalised partial credit items (Muraki 1992): P(X = c | θ) ∝ exp Σ_{v ≤ c} D a (θ − b_v), v = 1 … c.

        The arguments are those of `graded`, but the thresholds, where adjacent categories are equally likely, may have
        any order. Raises BankError.
        """
        from irt_core.models.divide_by_total import PartialCreditBank

        return PartialCreditBank.of(discrimination, thresholds, D)

    @staticmethod
    def partial_credit(thresholds: Rows) -> ItemBank:
        """Partial credit items (Masters 1982): generalised ones with a discrimination of 1. Raises BankError."""
        return ItemBank.generalized_partial_credit(1.0, thresholds)

    @staticmethod
    def nominal(slopes: Rows, intercepts: Rows) -> ItemBank:
        """Nominal items (Bock 1972): P(X = c | θ) ∝ exp(a_c θ + d_c), c = 0 … K − 1.

        Both have a row of K numbers for each item: lists of different lengths, or arrays (n_items, K) padded with NaN.
        Scores are the categories' numbers, whatever their order on θ. Raises BankError.
        """
        from irt_core.models.divide_by_total import NominalBank

        return NominalBank.of(slopes, intercepts)

    @staticmethod
    def mixed(banks: Sequence[ItemBank]) -> ItemBank:
        """The items of several banks of one ability in one, in their order, with their areas and enemies.

        Raises BankError.
        """
        from irt_core.models.mixed import MixedBank

        return MixedBank.of(banks)

    @staticmethod
    def multidimensional(
        slopes: ArrayLike, intercepts: Rows, guessing: ArrayLike | None = None, upper: ArrayLike | None = None
    ) -> MultidimensionalBank:
        """Items that draw on several abilities (Reckase 1985; Muraki & Carlson 1995): compensatory models.

        `slopes` is (n_items, D). `intercepts` of the shape (n_items,) makes items scored 0 or 1,
        P(θ) = c + (d − c) / (1 + exp(−(a·θ + e))), with `guessing` c and `upper` d as for `dichotomous`; falling rows
        of intercepts, lists of different lengths or an array (n_items, K − 1) padded with NaN, make graded items,
        P(X ≥ k | θ) = 1 / (1 + exp(−(a·θ + e_k))). Raises BankError.
        """
        from irt_core.models.multidimensional import MultidimensionalBank

        return MultidimensionalBank.of(slopes, intercepts, guessing, upper)

    @staticmethod
    def from_arrays(arrays: Mapping[str, Any] | None = None, /, **named: Any) -> ItemBank:
        """The bank that `to_arrays` described, given as one mapping or by name. Raises BankError."""
        from irt_core.models.dichotomous import DichotomousBank
        from irt_core.models.divide_by_total import NominalBank, PartialCreditBank
        from irt_core.models.graded import GradedBank
        from irt_core.models.mixed import MixedBank
        from irt_core.models.multidimensional import MultidimensionalBank

        known: tuple[type[ItemBank], ...]
        known = DichotomousBank, GradedBank, PartialCreditBank, NominalBank, MultidimensionalBank, MixedBank
        kinds = {bank.kind: bank for bank in known}
        arrays = {**(arrays or {}), **named}
        kind = arrays.get("kind")
        if kind not in kinds:
            raise BankError(f"no kind of item bank is called {kind!r}; there are: {', '.join(kinds)}")
        bank = kinds[kind]._from_parameters(arrays)
        content = {name: arrays[name] for name in ("areas", "enemies", "sets", "attributes") if name in arrays}
        return bank.with_content(**content)

    def to_arrays(self) -> dict[str, Any]:
        """The bank as plain JSON: its kind and the numbers of each parameter."""
        return {"kind": self.kind, **self._parameters(), **self.content.to_dict()}

    def with_content(
        self,
        areas: Sequence[str] | None = None,
        enemies: Groups = (),
        sets: Groups = (),
        attributes: Mapping[str, Sequence[str] | Sequence[float]] | None = None,
    ) -> Self:
        """The same items with what a test is balanced by.

        `areas` has a content area for each item. Of each group of `enemies` one test may hold one item at most. Each of
        the `sets` are the items of one stimulus, which are given together in this order. `attributes` has, by its name,
        a text or a number for each item. Raises BankError.
        """
        return self._with_content(ItemContent.of(self.n_items, areas, enemies, sets, attributes))

    def subset(self, mask: ArrayLike) -> Self:
        """The items that `mask` picks: booleans of shape (n_items,), or item indexes in the wanted order."""
        items = self._indexes(mask)
        return self._take(items)._with_content(self.content.subset(items))

    def rescaled(self, slope: float, shift: float) -> Self:
        """The same items on the scale θ* = slope θ + shift, slope > 0: P*(slope θ + shift) = P(θ). Raises BankError."""
        if not (math.isfinite(slope) and math.isfinite(shift) and slope > 0):
            raise BankError(f"a scale needs a positive slope and a finite shift, not ({slope}, {shift})")
        return self._rescale(float(slope), float(shift))._with_content(self.content)

    def tabulate(self, quadrature: Quadrature) -> ItemTable:
        """What this bank's items look like on a grid of θ; made once and kept with the bank."""
        table = self._tables.get(quadrature)
        if table is None:
            table = self._tables[quadrature] = ItemTable(self, quadrature)
        return table

    @abstractmethod
    def probability(self, theta: ArrayLike) -> FloatArray:
        """P(correct | θ), shape (n_theta, n_items), of items scored 0 or 1.

        Items with more categories give P(category | θ), shape (n_theta, n_items, n_categories).
        """

    @abstractmethod
    def information(self, theta: ArrayLike) -> FloatArray:
        """Fisher information of each item, shape (n_theta, n_items)."""

    @property
    @abstractmethod
    def n_items(self) -> int:
        """How many items there are."""

    @property
    @abstractmethod
    def n_categories(self) -> int:
        """The largest number of score categories of any item."""

    @cached_property
    def category_counts(self) -> IntArray:
        """How many score categories each item has, shape (n_items,)."""
        return np.full(self.n_items, self.n_categories)

    @property
    @abstractmethod
    def discriminations(self) -> FloatArray:
        """How sharply each item separates, shape (n_items,): what a stratified selection sorts by."""

    @property
    @abstractmethod
    def locations(self) -> FloatArray:
        """Where each item sits on the scale of θ, shape (n_items,)."""

    def strata(self, n: int) -> IntArray:
        """Which of `n` equally large strata each item is in, 0 for the least discriminating, shape (n_items,)."""
        order = np.argsort(self.discriminations, kind="stable")
        stratum = np.empty(self.n_items, dtype=np.int64)
        stratum[order] = np.arange(self.n_items) * n // self.n_items
        return stratum

    @abstractmethod
    def warm(self, theta: ArrayLike) -> FloatArray:
        """Warm's J = Σ P' P'' / P over the categories of each item, shape (n_theta, n_items)."""

    @abstractmethod
    def information_at(self, theta: FloatArray, items: IntArray) -> FloatArray:
        """Fisher information of item `items[k]` at `theta[k]`; the two broadcast against each other."""

    @abstractmethod
    def log_likelihood(self, items: IntArray, scores: IntArray, theta: FloatArray) -> FloatArray:
        """log P(score of each item | θ) for every θ, shape (len(items), n_theta)."""

    @abstractmethod
    def log_likelihood_table(self, theta: FloatArray) -> FloatArray:
        """log P(category | θ) of all items, shape (n_categories, n_items, n_theta); −∞ for a category an item lacks."""

    @abstractmethod
    def draw_scores(self, theta: FloatArray, items: IntArray, rng: np.random.Generator) -> IntArray:
        """A random score of an examinee of ability `theta[k]` on item `items[k]`, shape (n,)."""

    @abstractmethod
    def likelihood_equation(self, theta: FloatArray, responses: Responses) -> LikelihoodEquation:
        """The pieces of the likelihood equation at one θ for each person, `theta` of shape (n_persons,)."""

    @abstractmethod
    def _parameters(self) -> dict[str, Any]: ...

    @classmethod
    @abstractmethod
    def _from_parameters(cls, arrays: Mapping[str, Any]) -> Self: ...

    @abstractmethod
    def _take(self, items: IntArray) -> Self: ...

    @abstractmethod
    def _rescale(self, slope: float, shift: float) -> Self: ...

    @abstractmethod
    def _with_content(self, content: ItemContent) -> Self: ...

    @cached_property
    def ranking(self) -> InformationRanking:
        """The items by information along θ; made once and kept with the bank."""
        return InformationRanking(self)

    @cached_property
    def _tables(self) -> dict[Quadrature, ItemTable]:
        return {}

    def _indexes(self, mask: ArrayLike) -> IntArray:
        picked = np.asarray(mask)
        if picked.dtype == np.bool_:
            if picked.shape != (self.n_items,):
                raise BankError(f"a mask must have the shape ({self.n_items},), not {picked.shape}")
            return np.flatnonzero(picked)
        if picked.ndim != 1 or not (np.issubdtype(picked.dtype, np.integer) or picked.size == 0):
            raise BankError("items are picked by booleans or by a list of indexes")
        if picked.size and (picked.min() < 0 or picked.max() >= self.n_items):
            raise BankError(f"the bank has the items 0 to {self.n_items - 1} only")
        return picked.astype(np.int64)
