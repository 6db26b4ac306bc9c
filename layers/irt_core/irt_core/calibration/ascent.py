"""Climbing the marginal likelihood: quasi-Newton steps in the metric of the EM algorithm.

An EM step is the gradient times the inverse of the complete-data information, which is safe and slow. Taking that for
the initial matrix of a limited-memory BFGS recursion makes the first step an EM step and the later ones all but Newton
steps (Jamshidian & Jennrich 1997, JRSS B 59(3), 569-587; the recursion is Nocedal 1980, Math. Comp. 35, 773-782).
Where the information of a sample of the persons is known, its inverse is a better beginning still: few steps do. A
step that does not raise the objective is halved until it does: the likelihood never falls, but for what rounding hides.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.calibration.marginal import Evaluation, MarginalLikelihood, Point

_MEMORY = 12
_LARGEST_MOVE = 1.0  # of any one parameter in one step, in logits
_ENOUGH = 1e-4  # of the gain that the slope promises
_MOST_HALVINGS = 30
_ROUNDING = 4.0  # of the objective, in units of its last digit


class Memory(NamedTuple):
    """What an earlier climb knows of the shape of the hill.

    `steps` are its latest ones with the changes of the gradient along them; `inverse` is that of the information matrix
    of all free parameters, which takes the place of the EM algorithm's metric where it is known.
    """

    steps: tuple[tuple[FloatArray, FloatArray], ...] = ()
    inverse: FloatArray | None = None

    def of_more(self, times: int) -> Memory:
        """The same for so many times more persons."""
        steps = tuple((step, times * change) for step, change in self.steps)
        return Memory(steps, None if self.inverse is None else self.inverse / times)


NOTHING = Memory()


@dataclass(frozen=True, eq=False)
class Summit:
    """Where the climb ended: the point, what is known there, how many steps it took, and whether it arrived.

    `memory` is for a climb that goes on from here.
    """

    point: Point
    evaluation: Evaluation
    iterations: int
    has_converged: bool
    memory: Memory


def climb(
    likelihood: MarginalLikelihood,
    start: Point,
    gain: float = 1e-7,
    most_steps: int = 500,
    remembered: Memory = NOTHING,
    progress: Callable[[int, float], None] | None = None,
) -> Summit:
    """Go up from `start` until a step promises less than `gain` of objective, or after `most_steps`.

    `remembered` is the memory of an earlier climb. `progress` is called after every step with its number and the
    log-likelihood.
    """
    point, here = start, likelihood.at(start)
    memory: deque[tuple[FloatArray, FloatArray]] = deque(remembered.steps, maxlen=_MEMORY)
    inverse = remembered.inverse
    for iteration in range(most_steps):
        step = _uphill(here, memory, inverse)
        promised = float(step @ here.gradient)
        if promised < gain:
            return Summit(point, here, iteration, True, Memory(tuple(memory), inverse))
        found = _accept(likelihood, point, here, step)
        if found is None:
            return Summit(point, here, iteration, False, Memory(tuple(memory), inverse))
        step, point, there = found
        if step @ here.gradient < promised:  # it was halved: the sample is no guide here
            inverse = None
        change = here.gradient - there.gradient
        if step @ change > 1e-12 * np.sqrt((step @ step) * (change @ change)):
            memory.append((step, change))
        here = there
        if progress is not None:
            progress(iteration + 1, here.log_likelihood)
    return Summit(point, here, most_steps, False, Memory(tuple(memory), inverse))


def _uphill(here: Evaluation, memory: deque[tuple[FloatArray, FloatArray]], inverse: FloatArray | None) -> FloatArray:
    """The quasi-Newton step, no item moving further than is safe; the EM step when the recursion does not lead up."""
    gradient = here.gradient.copy()
    used = []
    for step, change in reversed(memory):
        rho = 1.0 / (step @ change)
        share = rho * (step @ gradient)
        gradient -= share * change
        used.append((rho, share))
    direction = here.in_metric(gradient) if inverse is None else inverse @ gradient
    for (step, change), (rho, share) in zip(memory, reversed(used), strict=True):
        direction += (share - rho * (change @ direction)) * step
    step = here.shortened(direction, _LARGEST_MOVE)
    if step @ here.gradient > 0 or not memory:
        return step
    memory.clear()
    return here.shortened(here.in_metric(here.gradient), _LARGEST_MOVE)


def _accept(
    likelihood: MarginalLikelihood, point: Point, here: Evaluation, step: FloatArray
) -> tuple[FloatArray, Point, Evaluation] | None:
    """The longest of the halved steps that gains enough, or None when rounding hides any gain."""
    promised = float(step @ here.gradient)
    hidden = _ROUNDING * float(np.finfo(likelihood.expectation.dtype).eps) * abs(here.objective)
    for halving in range(_MOST_HALVINGS):
        part = 0.5**halving
        moved = likelihood.moved(point, part * step)
        there = likelihood.at(moved)
        if there.objective >= here.objective + _ENOUGH * part * promised - hidden:
            return part * step, moved, there
    return None
