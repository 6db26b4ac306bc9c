"""Where to start climbing: the highest point of a coarse lattice over all dimensions.

The lattice has far too many points to be looked at, but the largest of a sum of blocks is the largest over the primary
points of the sum of each block's largest: what `grid` does with sums, done with maxima (Viterbi's algorithm on a star).
"""

from __future__ import annotations

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.blocks import BlockDensities, BlockLikelihood
from irt_core.multidimensional.grid import Grid, prior_on
from irt_core.multidimensional.prior import MultivariateNormal
from irt_core.multidimensional.propagation import Answers, propagate
from irt_core.multidimensional.structure import Structure
from irt_core.responses import Responses

_STEPS = (0.5, 0.5, 1.0)  # by the number of primary dimensions
_VAGUE_SD = 3.0


def highest_points(
    bank: MultidimensionalBank,
    responses: Responses,
    prior: MultivariateNormal | None,
    low: FloatArray,
    high: FloatArray,
) -> FloatArray:
    """About where each person's likelihood, times the prior if there is one, is highest from `low` to `high` (D,).

    Shape (n_persons, D). Where the dimensions cannot be taken apart it is about the mean instead.
    """
    structure = Structure.of(bank, prior)
    if structure is None:
        stand_in = prior or MultivariateNormal(0.5 * (low + high), _VAGUE_SD**2 * np.eye(bank.n_dimensions))
        return np.clip(propagate(Answers.of(bank, responses), stand_in).mean, low, high)
    grid = Grid.spanning(structure, low, high, np.full(low.shape, _STEPS[len(structure.primary)]))
    likelihood, on_grid = BlockLikelihood(bank, grid), None if prior is None else prior_on(grid, prior)
    points = np.empty((responses.n_persons, bank.n_dimensions))
    for chunk in likelihood.chunks(responses.n_persons):
        points[chunk] = _highest(likelihood.of(responses[chunk], on_grid), grid)
    return points


def _highest(densities: BlockDensities, grid: Grid) -> FloatArray:
    persons = np.arange(len(densities.primary))
    total = densities.primary + sum(block.max(axis=2) for block in densities.blocks)
    best = total.argmax(axis=1)
    points = np.empty((persons.size, grid.structure.n_dimensions))
    points[:, list(grid.structure.primary)] = grid.primary_points[best]
    for dimension, block in zip(grid.structure.specific, densities.blocks, strict=True):
        points[:, dimension] = grid.points[dimension][block[persons, best].argmax(axis=1)]
    return points
