"""What an adaptive test knows about somebody's abilities, moved on by one answer at a time.

Where the dimensions can be taken apart it is a grid, to whose block an answer adds its log-likelihood. The grid starts
coarse and wide. As soon as the posterior has become sharper than an axis resolves, it gets a finer grid over the part
where it lies, and one over all that the prior leaves possible should it wander off: all answers are entered anew. When
the grid would get too large, or the dimensions cannot be taken apart, it is a normal distribution with a site for each
answer, and an answer moves all sites until they agree (`propagation`).

A posterior is a function of the prior, the bank and the answers in their order: given again, they give the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from irt_core.arrays import FloatArray
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.grid import (
    MOST_POINTS,
    Grid,
    Summary,
    coarsest_steps,
    conditional_sds,
    posterior_moments,
    prior_on,
    reach,
    summarise,
)
from irt_core.multidimensional.prior import MultivariateNormal
from irt_core.multidimensional.propagation import Answers, Sites, propagate
from irt_core.multidimensional.structure import Structure

_LEAST_VARIANCE = 1e-12  # keeps the covariance regular when a grid is far too coarse for it
_HELD = 5.5  # standard deviations on each side of the mean that must lie on the grid, and
_WIDTH = 7.5  # that a new one is given, so that it does for some answers to come
_HEADROOM = 0.75  # of what a grid must resolve, for the same reason


class Posterior(Protocol):
    """The distribution of one examinee's abilities after some answers."""

    @property
    def mean(self) -> FloatArray:
        """The mean, (D,)."""

    @property
    def covariance(self) -> FloatArray:
        """The covariance, (D, D)."""

    def after(self, bank: MultidimensionalBank, item: int, score: int) -> Posterior:
        """The posterior after one more answer."""


def begin(bank: MultidimensionalBank, prior: MultivariateNormal) -> Posterior:
    """The posterior before the first answer."""
    structure = Structure.of(bank, prior)
    if structure is not None:
        grid = Grid.spanning(structure, *reach(prior), coarsest_steps(bank, prior, structure))
        if grid.n_points <= MOST_POINTS:
            return GridPosterior.on(grid, prior)
    return SitePosterior.before(prior)


@dataclass(frozen=True, eq=False)
class GridPosterior:
    """Log densities of the primary dimensions, (n_primary,), and of each specific one given them, by blocks."""

    grid: Grid
    prior: MultivariateNormal
    items: tuple[int, ...]
    scores: tuple[int, ...]
    log_primary: FloatArray = field(repr=False)
    blocks: tuple[FloatArray, ...] = field(repr=False)
    summaries: tuple[Summary, ...] = field(repr=False)
    mean: FloatArray
    covariance: FloatArray

    @classmethod
    def on(cls, grid: Grid, prior: MultivariateNormal) -> GridPosterior:
        """The prior on a grid."""
        primary, blocks = prior_on(grid, prior)
        dimensions = grid.structure.specific
        summaries = tuple(summarise(block, grid, d) for block, d in zip(blocks, dimensions, strict=True))
        return cls(grid, prior, (), (), primary, blocks, summaries, *posterior_moments(grid, primary, summaries))

    def after(self, bank: MultidimensionalBank, item: int, score: int) -> Posterior:
        """The posterior after one more answer, on another grid where it has outgrown this one."""
        added = self._with(bank, (item,), (score,))
        while (better := added._better_grid()) is not None:
            if better.n_points > MOST_POINTS:
                return SitePosterior.before(self.prior).after_all(bank, added.items, added.scores)
            added = GridPosterior.on(better, self.prior)._with(bank, added.items, added.scores)
        return added

    def _better_grid(self) -> Grid | None:
        """A grid that holds and resolves the posterior, when this one does not."""
        structure, steps, (low, high) = self.grid.structure, self.grid.steps, self.grid.ends
        regular = self.covariance + _LEAST_VARIANCE * np.eye(len(self.mean))
        sds, least, most = np.sqrt(np.diag(regular)), *reach(self.prior)
        needed = conditional_sds(regular, structure)
        is_held = (low <= np.maximum(least, self.mean - _HELD * sds)) & (
            high >= np.minimum(most, self.mean + _HELD * sds)
        )
        if is_held.all() and (steps <= needed).all():
            return None
        finer = np.minimum(steps, _HEADROOM * np.maximum(needed, 0.5 * steps))
        if not is_held.all():
            return Grid.spanning(structure, least, most, finer)
        low, high = np.maximum(least, self.mean - _WIDTH * sds), np.minimum(most, self.mean + _WIDTH * sds)
        return Grid.spanning(structure, low, high, finer)

    def _with(self, bank: MultidimensionalBank, items: tuple[int, ...], scores: tuple[int, ...]) -> GridPosterior:
        """The same grid after more answers."""
        log_primary, blocks, specific = self.log_primary, list(self.blocks), self.grid.structure.specific
        for item, score in zip(items, scores, strict=True):
            place = next((k for k, dimension in enumerate(specific) if bank.slopes[item, dimension] != 0.0), None)
            row = self._log_likelihood(bank, item, score, None if place is None else specific[place])
            if place is None:
                log_primary = log_primary + row
            else:
                blocks[place] = blocks[place] + row
        summaries = tuple(
            old if block is before else summarise(block, self.grid, dimension)
            for block, before, old, dimension in zip(blocks, self.blocks, self.summaries, specific, strict=True)
        )
        return GridPosterior(
            self.grid,
            self.prior,
            self.items + items,
            self.scores + scores,
            log_primary,
            tuple(blocks),
            summaries,
            *posterior_moments(self.grid, log_primary, summaries),
        )

    def _log_likelihood(self, bank: MultidimensionalBank, item: int, score: int, dimension: int | None) -> FloatArray:
        """Of one answer on the block of the specific dimension that it draws on, else on the primary points."""
        predictors = self.grid.predictors(bank.slopes[item : item + 1], dimension)
        (row,) = bank.curves.log_likelihood(np.array([item]), np.array([score]), predictors.reshape(1, -1))
        return np.asarray(row.reshape(predictors.shape[1:]))


@dataclass(frozen=True, eq=False)
class SitePosterior:
    """A normal distribution and the sites that make it, (1, number of answers) each."""

    prior: MultivariateNormal
    items: tuple[int, ...]
    scores: tuple[int, ...]
    sites: Sites = field(repr=False)
    mean: FloatArray
    covariance: FloatArray

    @classmethod
    def before(cls, prior: MultivariateNormal) -> SitePosterior:
        """The prior."""
        none = np.empty((1, 0))
        return cls(prior, (), (), Sites(none, none), prior.centre, prior.matrix)

    def after(self, bank: MultidimensionalBank, item: int, score: int) -> SitePosterior:
        """The posterior after one more answer."""
        return self.after_all(bank, (item,), (score,))

    def after_all(self, bank: MultidimensionalBank, items: tuple[int, ...], scores: tuple[int, ...]) -> SitePosterior:
        """The posterior after more answers."""
        all_items, all_scores = (*self.items, *items), (*self.scores, *scores)
        start = Sites(*(np.pad(site, ((0, 0), (0, len(items)))) for site in self.sites))
        answers = Answers(bank, np.array([all_items]), np.array([all_scores]), np.ones((1, len(all_items)), dtype=bool))
        found = propagate(answers, self.prior, start)
        return SitePosterior(self.prior, all_items, all_scores, found.sites, found.mean[0], found.covariance[0])
