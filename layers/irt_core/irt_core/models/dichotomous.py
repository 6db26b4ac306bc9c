"""Items scored 0 or 1: the logistic models with one to four parameters.

With z = a (θ − b) and σ(z) = 1 / (1 + e^−z):

    P   = c + (d − c) σ(z)              Q   = (1 − d) + (d − c) σ(−z)
    P'  = a (d − c) σ(z) σ(−z)          P'' = a P' (σ(−z) − σ(z))
    I   = P'² / (P Q)                   J   = P' P'' / (P Q)

σ(z) and σ(−z) are computed each with full relative accuracy, so the logarithm of a tiny P or Q is right.
Sources: Lord (1980), *Applications of Item Response Theory to Practical Testing Problems*; Barton & Lord (1981), ETS
RR-81-20; J is the term of Warm (1989), Psychometrika 54(3), 427-450.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import BoolArray, FloatArray, IntArray, column, frozen, parameter
from irt_core.errors import BankError
from irt_core.models.bank import ItemBank, LikelihoodEquation
from irt_core.models.content import ItemContent
from irt_core.models.dichotomous_information import InformationCurves
from irt_core.responses import Responses

_PARAMETERS = ("discrimination", "difficulty", "guessing", "upper")
_LARGEST_EXPONENT = 500.0  # e^500 and its inverse are both finite; no probability that matters is smaller


@dataclass(frozen=True, eq=False)
class DichotomousBank(ItemBank):
    """Parameters in the logistic metric, each of shape (n_items,)."""

    kind: ClassVar[str] = "dichotomous"
    discrimination: FloatArray
    difficulty: FloatArray
    guessing: FloatArray
    upper: FloatArray
    content: ItemContent = field(repr=False)

    @classmethod
    def of(
        cls,
        discrimination: ArrayLike,
        difficulty: ArrayLike,
        guessing: ArrayLike | None,
        upper: ArrayLike | None,
        D: float = 1.0,
    ) -> Self:
        """A bank whose parameters have been checked. Raises BankError."""
        b = parameter("difficulty", difficulty)
        a = frozen(D * parameter("discrimination", discrimination, b.size))
        c = parameter("guessing", 0.0 if guessing is None else guessing, b.size)
        d = parameter("upper", 1.0 if upper is None else upper, b.size)
        if not b.size:
            raise BankError("a bank holds at least one item")
        _reject("discrimination of item {} must be above 0", a <= 0)
        _reject("guessing of item {} must be at least 0 and below 1", (c < 0) | (c >= 1))
        _reject("upper of item {} must be above its guessing and at most 1", (d <= c) | (d > 1))
        return cls(a, b, c, d, ItemContent(b.size))

    @property
    def n_items(self) -> int:
        """How many items there are."""
        return int(self.difficulty.size)

    @property
    def n_categories(self) -> int:
        """Right and wrong."""
        return 2

    @property
    def discriminations(self) -> FloatArray:
        """The slopes a."""
        return self.discrimination

    @property
    def locations(self) -> FloatArray:
        """The difficulties b."""
        return self.difficulty

    @cached_property
    def _is_logistic(self) -> bool:
        """Whether every curve runs from 0 to 1, so that P is σ(z) itself."""
        return bool((self.guessing == 0).all() and (self.upper == 1).all())

    @cached_property
    def _curves(self) -> _Curves:
        """All items."""
        return _Curves(self.discrimination, self.difficulty, self.guessing, self.upper)

    @cached_property
    def _packed(self) -> FloatArray:
        """a, b, c and d in one array, (4, n_items): one look-up for the four of an item."""
        return frozen(self._curves)

    def _curves_of(self, items: IntArray) -> _Curves:
        """Some items, each array of the shape of `items`."""
        return _Curves(*self._packed.take(items, axis=1))

    def probability(self, theta: ArrayLike) -> FloatArray:
        """P(correct), shape (n_theta, n_items)."""
        right, _ = self._curves.right_and_wrong(column(theta))
        return right

    def information(self, theta: ArrayLike) -> FloatArray:
        """Fisher information, shape (n_theta, n_items)."""
        return self._information.of_all(column(theta))

    def warm(self, theta: ArrayLike) -> FloatArray:
        """Warm's J = P' P'' / (P Q), shape (n_theta, n_items)."""
        _, _, skew = self._curves.likelihood_terms(column(theta), self.guessing)
        return skew

    def information_at(self, theta: FloatArray, items: IntArray) -> FloatArray:
        """Fisher information of item `items[k]` at `theta[k]`; the two broadcast against each other."""
        return self._information.at(theta, items)

    @cached_property
    def _information(self) -> InformationCurves:
        return InformationCurves(*self._curves)

    def log_likelihood(self, items: IntArray, scores: IntArray, theta: FloatArray) -> FloatArray:
        """log P(score of each item | θ), shape (len(items), n_theta)."""
        right, wrong = self._curves_of(items[:, None]).right_and_wrong(theta)
        return np.log(np.where(scores[:, None] == 1, right, wrong))

    def log_likelihood_table(self, theta: FloatArray) -> FloatArray:
        """log Q and log P of all items, shape (2, n_items, n_theta)."""
        every = np.arange(self.n_items)
        return np.stack([self.log_likelihood(every, np.full(self.n_items, score), theta) for score in (0, 1)])

    def draw_scores(self, theta: FloatArray, items: IntArray, rng: np.random.Generator) -> IntArray:
        """A random score of an examinee of ability `theta[k]` on item `items[k]`, shape (n,)."""
        right, _ = self._curves_of(items).right_and_wrong(theta)
        return (rng.random(theta.size) < right).astype(np.int64)

    def likelihood_equation(self, theta: FloatArray, responses: Responses) -> LikelihoodEquation:
        """Gradient Σ (x − P) P' / (P Q), information and Warm's J for each person."""
        terms = self.likelihood_terms(theta[:, None], np.arange(self.n_items), responses.scores)
        return terms.summed(responses.observed)

    def likelihood_terms(self, theta: FloatArray, items: IntArray, scores: IntArray | FloatArray) -> LikelihoodEquation:
        """What the score `scores[k]` on item `items[k]` adds at `theta[k]`; the three broadcast against each other."""
        curves = self._curves_of(items)
        terms = curves.logistic_terms if self._is_logistic else curves.likelihood_terms
        return LikelihoodEquation(*terms(theta, scores))

    def _parameters(self) -> dict[str, list[float]]:
        return {name: getattr(self, name).tolist() for name in _PARAMETERS}

    @classmethod
    def _from_parameters(cls, arrays: Mapping[str, Any]) -> Self:
        missing = [name for name in _PARAMETERS[:2] if name not in arrays]
        if missing:
            raise BankError(f"a dichotomous bank needs {' and '.join(missing)}")
        return cls.of(arrays["discrimination"], arrays["difficulty"], arrays.get("guessing"), arrays.get("upper"))

    def _take(self, items: IntArray) -> Self:
        return type(self).of(*self._curves_of(items))

    def _rescale(self, slope: float, shift: float) -> Self:
        return type(self).of(self.discrimination / slope, slope * self.difficulty + shift, self.guessing, self.upper)

    def _with_content(self, content: ItemContent) -> Self:
        return replace(self, content=content)


class _Curves(NamedTuple):
    """The kernels. Parameters of any shape that broadcasts against θ; what comes back has the broadcast shape."""

    a: FloatArray
    b: FloatArray
    c: FloatArray
    d: FloatArray

    def sigmas(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """σ(z) and σ(−z) of z = a (θ − b)."""
        z = self.a * (self.b - theta)
        np.maximum(z, -_LARGEST_EXPONENT, out=z)
        np.minimum(z, _LARGEST_EXPONENT, out=z)
        falling = np.exp(z, out=z)
        rising = 1.0 / (1.0 + falling)
        falling *= rising
        return rising, falling

    def right_and_wrong(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """P and Q."""
        rising, falling = self.sigmas(theta)
        span = self.d - self.c
        return self.c + span * rising, (1.0 - self.d) + span * falling

    def likelihood_terms(
        self, theta: FloatArray, scores: IntArray | FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """(x − P) P' / (P Q), P'² / (P Q) and P' P'' / (P Q), in as few arrays as they need."""
        rising, falling = self.sigmas(theta)
        span = self.d - self.c
        right = span * rising
        right += self.c
        slope = rising * falling
        slope *= self.a * span
        ratio = span * falling
        ratio += 1.0 - self.d
        ratio *= right
        np.divide(slope, ratio, out=ratio)
        residual = scores - right
        residual *= ratio
        spread = np.multiply(ratio, slope, out=slope)
        return residual, spread, self._skew(spread, rising, falling)

    def logistic_terms(
        self, theta: FloatArray, scores: IntArray | FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The same for c = 0 and d = 1: a (x − P), a² P Q and a³ P Q (Q − P)."""
        rising, falling = self.sigmas(theta)
        spread = rising * falling
        spread *= self.a * self.a
        residual = scores - rising
        residual *= self.a
        return residual, spread, self._skew(spread, rising, falling)

    def _skew(self, spread: FloatArray, rising: FloatArray, falling: FloatArray) -> FloatArray:
        """P' P'' / (P Q) from P'² / (P Q), in the place of σ(−z)."""
        falling -= rising
        falling *= self.a
        falling *= spread
        return falling


def _reject(message: str, wrong: BoolArray) -> None:
    if wrong.any():
        raise BankError(message.format(int(np.flatnonzero(wrong)[0])))
