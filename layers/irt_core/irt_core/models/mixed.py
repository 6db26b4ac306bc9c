"""Items of several models in one bank: right or wrong, graded, partial credit and nominal ones in one test.

A mixed bank holds a bank for each model and says of each of its items in which of them it is. Every question is put to
the parts, and their answers are laid side by side; what is a sum over items is the sum of the parts' sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from irt_core.arrays import FloatArray, IntArray, frozen
from irt_core.errors import BankError
from irt_core.models.bank import ItemBank, LikelihoodEquation
from irt_core.models.content import ItemContent
from irt_core.responses import Responses


class _Part(NamedTuple):
    """A bank of one model and the places of its items, in their order, in the mixed bank."""

    bank: ItemBank
    places: IntArray


@dataclass(frozen=True, eq=False)
class MixedBank(ItemBank):
    """`parts` and, for each item of the mixed bank, the number of its part, (n_items,).

    The items of a part come in the part's order, so that the numbers say it all.
    """

    kind: ClassVar[str] = "mixed"
    parts: tuple[ItemBank, ...]
    part_of: IntArray
    content: ItemContent = field(repr=False)

    @classmethod
    def of(cls, banks: Sequence[ItemBank]) -> Self:
        """The items of all banks, one bank after the other, with their content. Raises BankError."""
        part_of = np.repeat(np.arange(len(banks)), [bank.n_items for bank in banks])
        return cls._checked(banks, part_of)._with_content(ItemContent.joined([bank.content for bank in banks]))

    @classmethod
    def _checked(cls, banks: Sequence[ItemBank], part_of: ArrayLike) -> Self:
        if not banks:
            raise BankError("a bank holds at least one item")
        unfit = [bank.kind for bank in banks if isinstance(bank, MixedBank) or bank.kind == "multidimensional"]
        if unfit:
            raise BankError(f"a mixed bank is made of banks of one model and one ability each, not of a {unfit[0]} one")
        numbers = np.array(part_of)
        if numbers.ndim != 1 or not np.issubdtype(numbers.dtype, np.integer) or numbers.min() < 0:
            raise BankError("part_of must hold the number of its part for each item")
        if np.bincount(numbers, minlength=len(banks)).tolist() != [bank.n_items for bank in banks]:
            raise BankError("part_of must name each part as often as it has items")
        numbers.setflags(write=False)
        return cls(tuple(banks), numbers, ItemContent(numbers.size))

    @property
    def n_items(self) -> int:
        """How many items there are."""
        return int(self.part_of.size)

    @property
    def n_categories(self) -> int:
        """The largest number of score categories of any item."""
        return max(part.n_categories for part in self.parts)

    @cached_property
    def category_counts(self) -> IntArray:
        """How many score categories each item has, shape (n_items,)."""
        return self._of_each(lambda bank: bank.category_counts).astype(np.int64)

    @cached_property
    def discriminations(self) -> FloatArray:
        """How sharply each item separates, shape (n_items,)."""
        return frozen(self._of_each(lambda bank: bank.discriminations))

    @cached_property
    def locations(self) -> FloatArray:
        """Where each item sits on the scale of θ, shape (n_items,)."""
        return frozen(self._of_each(lambda bank: bank.locations))

    def probability(self, theta: ArrayLike) -> FloatArray:
        """P(category | θ), shape (n_theta, n_items, n_categories)."""
        by_category = np.exp(self.log_likelihood_table(np.atleast_1d(np.asarray(theta, dtype=np.float64))))
        return np.ascontiguousarray(by_category.transpose(2, 1, 0))

    def information(self, theta: ArrayLike) -> FloatArray:
        """Fisher information, shape (n_theta, n_items)."""
        return self._of_each(lambda bank: bank.information(theta))

    def warm(self, theta: ArrayLike) -> FloatArray:
        """Warm's J = Σ P' P'' / P, shape (n_theta, n_items)."""
        return self._of_each(lambda bank: bank.warm(theta))

    def information_at(self, theta: FloatArray, items: IntArray) -> FloatArray:
        """Fisher information of item `items[k]` at `theta[k]`; the two broadcast against each other."""
        every_theta, every_item = np.broadcast_arrays(theta, items)
        information = np.empty(every_item.shape)
        for bank, is_mine, places in self._shares_of(every_item):
            information[is_mine] = bank.information_at(every_theta[is_mine], places)
        return information

    def log_likelihood(self, items: IntArray, scores: IntArray, theta: FloatArray) -> FloatArray:
        """log P(score of each item | θ), shape (len(items), n_theta)."""
        rows = np.empty((len(items), theta.size))
        for bank, is_mine, places in self._shares_of(items):
            rows[is_mine] = bank.log_likelihood(places, scores[is_mine], theta)
        return rows

    def log_likelihood_table(self, theta: FloatArray) -> FloatArray:
        """log P(category | θ) of all items, shape (n_categories, n_items, n_theta); −∞ for a category an item lacks."""
        table = np.full((self.n_categories, self.n_items, theta.size), -np.inf)
        for bank, places in self._placed:
            table[: bank.n_categories, places] = bank.log_likelihood_table(theta)
        return table

    def draw_scores(self, theta: FloatArray, items: IntArray, rng: np.random.Generator) -> IntArray:
        """A random score of an examinee of ability `theta[k]` on item `items[k]`, shape (n,)."""
        scores = np.empty(items.size, dtype=np.int64)
        for bank, is_mine, places in self._shares_of(items):
            scores[is_mine] = bank.draw_scores(theta[is_mine], places, rng)
        return scores

    def likelihood_equation(self, theta: FloatArray, responses: Responses) -> LikelihoodEquation:
        """Gradient, information and Warm's J for each person: the sums of the parts' own."""
        equations = [bank.likelihood_equation(theta, responses.of_items(places)) for bank, places in self._placed]
        return LikelihoodEquation(*(np.sum(pieces, axis=0) for pieces in zip(*equations, strict=True)))

    @cached_property
    def _placed(self) -> tuple[_Part, ...]:
        return tuple(_Part(bank, np.flatnonzero(self.part_of == number)) for number, bank in enumerate(self.parts))

    @cached_property
    def _place_in_part(self) -> IntArray:
        """The number of each item in its part, shape (n_items,)."""
        numbers = np.empty(self.n_items, dtype=np.int64)
        for bank, places in self._placed:
            numbers[places] = np.arange(bank.n_items)
        return numbers

    def _shares_of(self, items: IntArray) -> Iterator[tuple[ItemBank, Any, IntArray]]:
        """For each part that has any of `items`: the part, which ones they are, and their numbers in the part."""
        part_of = self.part_of[items]
        for number, bank in enumerate(self.parts):
            is_mine = np.asarray(part_of == number)
            if is_mine.any():
                yield bank, is_mine, self._place_in_part[items[is_mine]]

    def _of_each(self, ask: Callable[[ItemBank], FloatArray | IntArray]) -> FloatArray:
        """The parts' answers, whose last axis is the item, in the order of the mixed bank."""
        answers = [ask(bank) for bank in self.parts]
        together = np.empty((*answers[0].shape[:-1], self.n_items))
        for answer, (_, places) in zip(answers, self._placed, strict=True):
            together[..., places] = answer
        return together

    def _parameters(self) -> dict[str, Any]:
        parts = [bank.with_content().to_arrays() for bank in self.parts]
        return {"parts": parts, "part_of": self.part_of.tolist()}

    @classmethod
    def _from_parameters(cls, arrays: Mapping[str, Any]) -> Self:
        if "parts" not in arrays or "part_of" not in arrays:
            raise BankError("a mixed bank needs parts and part_of")
        if not all(isinstance(part, Mapping) for part in arrays["parts"]):
            raise BankError("the parts of a mixed bank are banks, as to_arrays writes them")
        return cls._checked([ItemBank.from_arrays(part) for part in arrays["parts"]], arrays["part_of"])

    def _take(self, items: IntArray) -> Self:
        numbers, part_of = np.unique(self.part_of[items], return_inverse=True)
        parts = [
            self.parts[number].subset(self._place_in_part[items[self.part_of[items] == number]]) for number in numbers
        ]
        return self._checked(parts, part_of)

    def _rescale(self, slope: float, shift: float) -> Self:
        return replace(self, parts=tuple(bank.rescaled(slope, shift) for bank in self.parts))

    def _with_content(self, content: ItemContent) -> Self:
        return replace(self, content=content)
