"""The roots of many decreasing functions at once: a secant search that never leaves its bracket.

The first step trusts a guess of the slope, the later ones the secant through the last two points; a step that would
leave the bracket halves it instead. The error after a secant step is about its length times that of the step before,
and by that the search ends: with good guesses every function is evaluated twice. Those that need more go on without
the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from irt_core.arrays import BoolArray, FloatArray, IntArray

Decreasing = Callable[[FloatArray, IntArray], tuple[FloatArray, FloatArray]]
"""The values of the functions with the given numbers at one argument each, and the information there."""

_TOLERANCE = 1e-9
_SHORTEST_SECANT = 1e-8  # the slope of a shorter one would be rounding error
_FLATTEST = 1e-12  # a slope that leads out of any bracket
_MOST_STEPS = 60  # bisection alone would shrink a bracket of 12 to 1e-17


class Brackets(NamedTuple):
    """Where each root is looked for: between `low` and `high`, first at `start`, the slope there being about −`fall`.

    All have the shape (n_functions,).
    """

    start: FloatArray
    fall: FloatArray
    low: FloatArray
    high: FloatArray


def root_in_bracket(function: Decreasing, brackets: Brackets) -> tuple[FloatArray, FloatArray]:
    """Where each function changes from above to below 0, and the information there, shape (n_functions,) each.

    A function that is above (below) 0 all over yields `high` (`low`).
    """
    numbers = np.arange(brackets.start.size)
    root, information = np.empty_like(brackets.start), np.empty_like(brackets.start)
    search = _Search.begin(function, brackets)
    for _ in range(_MOST_STEPS):
        there, is_done = search.next()
        done = numbers[is_done]
        root[done], information[done] = there[is_done], search.information_near(there)[is_done]
        if done.size == numbers.size:
            break
        if done.size:
            numbers, search, there = numbers[~is_done], search.of_some(~is_done), there[~is_done]
        search = search.at(there, *function(there, numbers))
    else:
        root[numbers], information[numbers] = search.here, search.information
    return root, information


class _Search(NamedTuple):
    """Where the search stands: what is known of each function at its last argument `here`, (n_functions,) each.

    `rise` is the slope of the information, and `doubt` the relative error of `fall`.
    """

    here: FloatArray
    value: FloatArray
    information: FloatArray
    fall: FloatArray
    rise: FloatArray
    doubt: FloatArray
    low: FloatArray
    high: FloatArray

    @classmethod
    def begin(cls, function: Decreasing, brackets: Brackets) -> _Search:
        here, n = brackets.start, brackets.start.size
        value, information = function(here, np.arange(n))
        return cls(here, value, information, brackets.fall, np.zeros(n), np.ones(n), brackets.low, brackets.high)

    def next(self) -> tuple[FloatArray, BoolArray]:
        """The next argument of each function, and whether it is the root."""
        low = np.where(self.value > 0, self.here, self.low)
        high = np.where(self.value > 0, self.high, self.here)
        there = self.here + self.value / self.fall
        is_inside = (there >= low) & (there <= high)
        there = np.where(is_inside, there, 0.5 * (low + high))
        error = np.abs(there - self.here) * np.where(is_inside, self.doubt, 1.0)
        return there, error < _TOLERANCE

    def at(self, there: FloatArray, value: FloatArray, information: FloatArray) -> _Search:
        """The search after the functions have been evaluated at `there`."""
        moved, fallen = there - self.here, self.value - value
        is_secant = (np.abs(moved) > _SHORTEST_SECANT) & (fallen * moved > 0)
        run = np.where(is_secant, moved, 1.0)
        return _Search(
            here=there,
            value=value,
            information=information,
            fall=np.where(is_secant, fallen / run, np.maximum(information, _FLATTEST)),
            rise=np.where(is_secant, (information - self.information) / run, 0.0),
            doubt=np.where(is_secant, np.minimum(np.abs(moved), 1.0), 1.0),
            low=np.where(self.value > 0, self.here, self.low),
            high=np.where(self.value > 0, self.high, self.here),
        )

    def information_near(self, there: FloatArray) -> FloatArray:
        """The information at the next argument, from that at the last two."""
        return self.information + self.rise * (there - self.here)

    def of_some(self, picked: BoolArray) -> _Search:
        """The search for the roots of some functions."""
        return _Search(*(part[picked] for part in self))
