"""The roots of many decreasing functions at once: a secant search that never leaves its bracket."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from irt_core.arrays import FloatArray

Decreasing = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""Values of n functions at n arguments, and a guess at the size of their (negative) slopes."""

_TOLERANCE = 1e-7  # of a step; the error after it is smaller by about the size of the step before
_MOST_STEPS = 60  # bisection alone would shrink a bracket of 12 to 1e-17


def root_in_bracket(
    function: Decreasing, start: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Where each of n functions changes from above to below 0 between `low` and `high`, and the guessed slope there.

    All arrays have the shape (n,). The first step trusts the guessed slope, the later ones the secant through the last
    two points; a step that would leave the bracket halves it instead. A function that is above (below) 0 all over
    yields `high` (`low`).
    """
    here = start
    value, guess = function(here)
    slope = guess
    for _ in range(_MOST_STEPS):
        low = np.where(value > 0, here, low)
        high = np.where(value > 0, high, here)
        there = here + value / slope
        there = np.where((there >= low) & (there <= high), there, 0.5 * (low + high))
        moved = there - here
        if np.abs(moved).max(initial=0.0) < _TOLERANCE:
            return there, guess
        value_there, guess = function(there)
        fallen = value - value_there
        is_secant = (np.abs(moved) > _TOLERANCE) & (fallen * moved > 0)
        slope = np.where(is_secant, fallen / np.where(is_secant, moved, 1.0), guess)
        here, value = there, value_there
    return here, guess
