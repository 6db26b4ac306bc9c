"""The E-step: what is to be expected of everybody's ability, given the responses.

For responses of a person and nodes θ_q with prior weights w_q, log L = log Σ_q w_q Π_j P_j(x_j | θ_q) is summed in log
space; the posterior weights of the nodes give the expected counts r_jcq of Bock & Aitkin (1981, Psychometrika 46(4),
443-459). All of it is matrix products over chunks of persons, so memory does not grow with their number.

Few nodes matter for a person, and nearly the same ones for persons of like ability, who stand next to each other in the
table. So a chunk of rows is first looked at on every fourth node of a grid of one dimension. Nodes where nobody of
the chunk has a posterior weight above the rounding error are left out. Those between are no exception: the grid's
spacing h is at most the least standard error, so a log-posterior rises by at most (4 h)² / 8 h² = 2 above the line
between two of the nodes that are looked at.

In a bifactor model the likelihood of each block of items is summed over its specific dimension first, which leaves a
function of the general dimension alone (Gibbons & Hedeker 1992).

The arrays are numpy's, or those of a library with the same functions on a graphics processor. Single precision is
twice as fast and good to about 1e-6 of a person's log-likelihood: enough on the way, not at the end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from irt_core.arrays import FloatArray
from irt_core.calibration.data import ResponseTable
from irt_core.calibration.nodes import Nodes

_CELLS_AT_ONCE = 1 << 17  # of the rows × nodes table of a chunk: it stays in the processor's cache
_FEWEST_ROWS = 64
_ROWS_OF_A_RANGE = 512  # of a chunk that has nodes of its own: more of them have fewer nodes in common
_STRIDE = 4  # of the nodes that are looked at before
_MARGIN = 4.0  # twice what the nodes between can hide, in logs of weights


class Counts(NamedTuple):
    """Expected complete data.

    `by_category` (n_items, K, n_nodes) are expected responses; `persons` (n_groups, n_nodes) those of each group;
    `log_likelihood` is that of everybody. `by_covariate` (n_covariates, n_nodes) are the persons times each covariate.
    """

    by_category: FloatArray
    persons: FloatArray
    log_likelihood: float
    by_covariate: FloatArray


class RowPrior(NamedTuple):
    """Normal distributions of ability, one for each row of a table: `means` (n_rows,) and their common `sd`.

    They stand on the `points` (n_nodes,) of a grid; `log_spacing` is the log of the distance between two of these.
    """

    means: FloatArray
    sd: float
    points: FloatArray
    log_spacing: float

    def at(self, rows: slice, xp: ModuleType, dtype: type) -> Any:
        """Log weights of the nodes for some rows, (n, n_nodes), in memory node by node."""
        logs = xp.asarray(self.points, dtype=dtype)[:, None] - xp.asarray(self.means[rows], dtype=dtype)
        logs *= logs
        logs *= -0.5 / self.sd**2
        logs += self.log_spacing - math.log(self.sd) - 0.5 * math.log(2.0 * math.pi)
        return logs.T


Prior = FloatArray | RowPrior
"""Log weights of the nodes: of each group, (n_groups, n_nodes), or of every row."""


class Posterior(NamedTuple):
    """Of a chunk of one group's rows: the weights of the general nodes, (n, n_general), and of each block's nodes.

    Without specific dimensions the only block's weights are the general ones; then `nodes` are those that the weights
    are of, all others having none. `log_likelihood` is (n,). `answers` are each block's responses.
    """

    rows: slice
    group: int
    nodes: slice
    blocks: list[Any]
    log_likelihood: Any
    answers: list[Answers]


class Answers(NamedTuple):
    """Some rows' responses as numbers to calculate with: `steps` (n, n_steps) is 1 for a category that was given.

    `given` (n, n_items) is 1 where there is a response; None when everywhere.
    """

    steps: Any
    given: Any | None


@dataclass(frozen=True, eq=False)
class Expectation:
    """The E-step on one table and one set of nodes; `xp` is the array library, `dtype` the precision."""

    table: ResponseTable
    nodes: Nodes
    xp: ModuleType = np
    dtype: type = np.float64

    def counts(self, log_probability: FloatArray, log_weights: Prior) -> Counts:
        """The expected counts for log P_c of every item, (n_items, K, n_nodes), and log w_q."""
        table, xp = self.table, self.xp
        n_items, n_categories, n_nodes = log_probability.shape
        steps = xp.zeros((table.steps.shape[1], n_nodes))
        given = None if table.observed is None else xp.zeros((n_items, n_nodes))
        persons = xp.zeros((len(table.groups), n_nodes))
        block_persons = [xp.zeros(n_nodes) for _ in self.nodes.blocks]
        by_covariate = xp.zeros((0 if table.covariates is None else table.covariates.shape[1], n_nodes))
        totals: list[float] = []
        for chunk in self.posteriors(log_probability, log_weights):
            weights = xp.asarray(table.weights[chunk.rows], dtype=self.dtype)
            totals.append(float((weights.astype(np.float64) * chunk.log_likelihood).sum()))
            for block, posterior in enumerate(chunk.blocks):
                answers, nodes = chunk.answers[block], chunk.nodes
                posterior *= weights[:, None]
                steps[self._steps_of(block), nodes] += answers.steps.T @ posterior
                sums = posterior.sum(axis=0, dtype=np.float64)
                block_persons[block][nodes] += sums
                if block == 0:
                    persons[chunk.group, nodes] += sums
                    if table.covariates is not None:
                        covariates = xp.asarray(table.covariates[chunk.rows], dtype=self.dtype)
                        by_covariate[:, nodes] += covariates.T @ posterior
                if given is not None and answers.given is not None:
                    given[self._items_of(block), nodes] += answers.given.T @ posterior
        by_category = np.zeros((n_items, n_categories, n_nodes))
        by_category[tuple(table.steps)] = to_numpy(steps)
        for block, items in enumerate(self.nodes.blocks):
            n_given = to_numpy(block_persons[block]) if given is None else to_numpy(given)[items]
            by_category[items, 0] = n_given - by_category[items, 1:].sum(axis=1)
        log_likelihood = math.fsum(totals)
        return Counts(np.maximum(by_category, 0.0), to_numpy(persons), log_likelihood, to_numpy(by_covariate))

    def posteriors(self, log_probability: FloatArray, log_weights: Prior) -> Iterator[Posterior]:
        """The posterior weights of the nodes, for chunk after chunk of rows."""
        blocks = [self._block(block, log_probability) for block in range(len(self.nodes.blocks))]
        prior = log_weights if isinstance(log_weights, RowPrior) else self.xp.asarray(log_weights, dtype=self.dtype)
        n_at_once = max(_FEWEST_ROWS, _CELLS_AT_ONCE // self.nodes.n_nodes)
        outline = None
        # Which nodes a chunk has is known at once in main memory only; a graphics processor had to be waited for.
        if self.nodes.is_line and self.xp is np:
            n_at_once, outline = min(n_at_once, _ROWS_OF_A_RANGE), blocks[0].outline()
        for group, group_rows in enumerate(self.table.group_rows):
            for start in range(group_rows.start, group_rows.stop, n_at_once):
                rows = slice(start, min(start + n_at_once, group_rows.stop))
                answers = [self._answers(rows, block) for block in blocks]
                own = prior.at(rows, self.xp, self.dtype) if isinstance(prior, RowPrior) else prior[group]
                if self.nodes.n_specific > 1:
                    yield self._bifactor(rows, group, answers, blocks, own)
                else:
                    nodes = slice(None) if outline is None else self._range(answers[0], outline, own)
                    yield self._posterior(rows, group, answers, blocks[0].at(nodes), own[..., nodes], nodes)

    def _range(self, answers: Answers, outline: _Block, log_weights: Any) -> slice:
        """The range of nodes outside which no row has a posterior weight above the rounding error."""
        joint = _joint(answers, outline)
        joint += log_weights[..., ::_STRIDE]
        least = float(np.log(np.finfo(self.dtype).eps)) - _MARGIN
        is_idle = (joint < joint.max(axis=1, keepdims=True) + least).all(axis=0)
        matter = np.flatnonzero(~is_idle)
        first, last = _STRIDE * (int(matter[0]) - 1) + 1, _STRIDE * (int(matter[-1]) + 1)
        return slice(max(first, 0), last)

    def _posterior(
        self, rows: slice, group: int, answers: list[Answers], block: _Block, log_weights: Any, nodes: slice
    ) -> Posterior:
        joint = _joint(answers[0], block)
        joint += log_weights
        return Posterior(rows, group, nodes, [joint], self._normalise(joint), answers)

    def _bifactor(
        self, rows: slice, group: int, answers: list[Answers], blocks: list[_Block], log_weights: Any
    ) -> Posterior:
        """Sum each block over its specific dimension, then all over the general one."""
        shape = (rows.stop - rows.start, -1, self.nodes.n_specific)
        by_general = log_weights.reshape(-1, self.nodes.n_specific)
        highest = by_general.max(axis=1)
        log_general = highest + self.xp.log(self.xp.exp(by_general - highest[:, None]).sum(axis=1))
        log_specific = by_general - log_general[:, None]
        within, logs = [], []
        for of_block, block in zip(answers, blocks, strict=True):
            cells = _joint(of_block, block).reshape(shape)
            cells += log_specific
            highest = cells.max(axis=2, keepdims=True)
            cells -= highest
            self.xp.exp(cells, out=cells)
            total = cells.sum(axis=2, keepdims=True)
            logs.append((highest + self.xp.log(total))[:, :, 0])
            cells /= total
            within.append(cells)
        general = sum(logs) + log_general
        log_likelihood = self._normalise(general)
        for cells in within:
            cells *= general[:, :, None]
        flat = [cells.reshape(len(cells), -1) for cells in within]
        return Posterior(rows, group, slice(None), flat, log_likelihood, answers)

    def _normalise(self, joint: Any) -> Any:
        """Turn log joint weights into posterior ones, in place; returns log of their sum, (n,)."""
        highest = joint.max(axis=1, keepdims=True)
        joint -= highest
        self.xp.exp(joint, out=joint)
        total = joint.sum(axis=1, keepdims=True)
        joint /= total
        return highest[:, 0].astype(np.float64) + self.xp.log(total[:, 0].astype(np.float64))

    def _answers(self, rows: slice, block: _Block) -> Answers:
        steps = self._floats(self.table.indicators, rows, block.steps)
        observed = self.table.observed
        return Answers(steps, None if observed is None else self._floats(observed, rows, block.items))

    def _block(self, block: int, log_probability: FloatArray) -> _Block:
        """A block's log-probabilities of the first category, (n, n_nodes), and log odds of the others against it."""
        items, places = self._items_of(block), self._steps_of(block)
        of_items, of_categories = self.table.steps[:, places]
        log_odds = log_probability[of_items, of_categories] - log_probability[of_items, 0]
        as_array = self.xp.asarray
        log_first = as_array(log_probability[items, 0], dtype=self.dtype)
        return _Block(items, places, as_array(log_odds, dtype=self.dtype), log_first, log_first.sum(axis=0))

    def _items_of(self, block: int) -> Any:
        return slice(None) if len(self.nodes.blocks) == 1 else self.nodes.blocks[block]

    def _steps_of(self, block: int) -> Any:
        if len(self.nodes.blocks) == 1:
            return slice(None)
        return np.flatnonzero(np.isin(self.table.steps[0], self.nodes.blocks[block]))

    def _floats(self, table: NDArray[np.uint8], rows: slice, columns: Any) -> Any:
        """Some rows and columns of a table of zeros and ones, as numbers to calculate with."""
        return self.xp.asarray(table[rows, columns]).astype(self.dtype)


class _Block(NamedTuple):
    """Items and steps with their log odds and log-probabilities of the first category, (n, n_nodes).

    `all_first` (n_nodes,) is the sum of the latter: the log-likelihood of the first category of every item.
    """

    items: Any
    steps: Any
    log_odds: Any
    log_first: Any
    all_first: Any

    def at(self, nodes: slice) -> _Block:
        """The same at a range of nodes."""
        parts = (part[..., nodes] for part in self[2:])
        return _Block(self.items, self.steps, *parts)

    def outline(self) -> _Block:
        """The same at every so many nodes, which are copied: products with what has gaps in memory are slow."""
        parts = (part[..., ::_STRIDE].copy() for part in self[2:])
        return _Block(self.items, self.steps, *parts)


def _joint(answers: Answers, block: _Block) -> Any:
    """Log-likelihood of the responses to a block of items at its nodes, (n, n_nodes).

    In memory it stands node by node: sums over the nodes are then fast.
    """
    by_node = block.log_odds.T @ answers.steps.T
    if answers.given is None:
        by_node += block.all_first[:, None]
    else:
        by_node += block.log_first.T @ answers.given.T
    return by_node.T


def to_numpy(array: Any) -> FloatArray:
    """The array on the processor, in double precision."""
    on_processor = array.get() if hasattr(array, "get") else array
    return np.asarray(on_processor, dtype=np.float64)
