"""The E-step: what is to be expected of everybody's ability, given the responses.

For responses of a person and nodes θ_q with prior weights w_q, log L = log Σ_q w_q Π_j P_j(x_j | θ_q) is summed in log
space; the posterior weights of the nodes give the expected counts r_jcq of Bock & Aitkin (1981, Psychometrika 46(4),
443-459). All of it is matrix products over chunks of persons, so memory does not grow with their number.

In a bifactor model the likelihood of each block of items is summed over its specific dimension first, which leaves a
function of the general dimension alone (Gibbons & Hedeker 1992).

The arrays are numpy's, or those of a library with the same functions on a graphics processor. Single precision is
twice as fast and good to about 1e-6 of a person's log-likelihood: enough on the way, not at the end.
"""

from __future__ import annotations

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


class Counts(NamedTuple):
    """Expected complete data.

    `by_category` (n_items, K, n_nodes) are expected responses; `persons` (n_groups, n_nodes) those of each group;
    `log_likelihood` is that of everybody.
    """

    by_category: FloatArray
    persons: FloatArray
    log_likelihood: float


class Posterior(NamedTuple):
    """Of a chunk of one group's rows: the weights of the general nodes, (n, n_general), and of each block's nodes.

    Without specific dimensions the only block's weights are the general ones. `log_likelihood` is (n,).
    """

    rows: slice
    group: int
    blocks: list[Any]
    log_likelihood: Any


@dataclass(frozen=True, eq=False)
class Expectation:
    """The E-step on one table and one set of nodes; `xp` is the array library, `dtype` the precision."""

    table: ResponseTable
    nodes: Nodes
    xp: ModuleType = np
    dtype: type = np.float64

    def counts(self, log_probability: FloatArray, log_weights: FloatArray) -> Counts:
        """The expected counts for log P_c of every item, (n_items, K, n_nodes), and log w_q, (n_groups, n_nodes)."""
        table, xp = self.table, self.xp
        n_items, n_categories, n_nodes = log_probability.shape
        steps = xp.zeros((table.steps.shape[1], n_nodes))
        given = None if table.observed is None else xp.zeros((n_items, n_nodes))
        persons = xp.zeros((len(table.groups), n_nodes))
        block_persons = [xp.zeros(n_nodes) for _ in self.nodes.blocks]
        total = 0.0
        for chunk in self.posteriors(log_probability, log_weights):
            weights = xp.asarray(table.weights[chunk.rows], dtype=self.dtype)
            total += float((weights.astype(np.float64) * chunk.log_likelihood).sum())
            for block, posterior in enumerate(chunk.blocks):
                places = self._steps_of(block)
                posterior *= weights[:, None]
                steps[places] += self._floats(table.indicators, chunk.rows, places).T @ posterior
                sums = posterior.sum(axis=0, dtype=np.float64)
                block_persons[block] += sums
                if block == 0:
                    persons[chunk.group] += sums
                if given is not None and table.observed is not None:
                    items = self._items_of(block)
                    given[items] += self._floats(table.observed, chunk.rows, items).T @ posterior
        by_category = np.zeros((n_items, n_categories, n_nodes))
        by_category[tuple(table.steps)] = to_numpy(steps)
        for block, items in enumerate(self.nodes.blocks):
            n_given = to_numpy(block_persons[block]) if given is None else to_numpy(given)[items]
            by_category[items, 0] = n_given - by_category[items, 1:].sum(axis=1)
        return Counts(np.maximum(by_category, 0.0), to_numpy(persons), total)

    def posteriors(self, log_probability: FloatArray, log_weights: FloatArray) -> Iterator[Posterior]:
        """The posterior weights of the nodes, for chunk after chunk of rows."""
        blocks = [self._block(block, log_probability) for block in range(len(self.nodes.blocks))]
        weights = self.xp.asarray(log_weights, dtype=self.dtype)
        n_at_once = max(_FEWEST_ROWS, _CELLS_AT_ONCE // self.nodes.n_nodes)
        for group, group_rows in enumerate(self.table.group_rows):
            for start in range(group_rows.start, group_rows.stop, n_at_once):
                rows = slice(start, min(start + n_at_once, group_rows.stop))
                yield self._posterior(rows, group, blocks, weights[group])

    def _posterior(self, rows: slice, group: int, blocks: list[_Block], log_weights: Any) -> Posterior:
        joints = [self._joint(rows, block) for block in blocks]
        if self.nodes.n_specific == 1:
            joint = joints[0]
            joint += log_weights
            return Posterior(rows, group, [joint], self._normalise(joint))
        return self._bifactor(rows, group, joints, log_weights)

    def _bifactor(self, rows: slice, group: int, joints: list[Any], log_weights: Any) -> Posterior:
        """Sum each block over its specific dimension, then all over the general one."""
        shape = (rows.stop - rows.start, -1, self.nodes.n_specific)
        by_general = log_weights.reshape(-1, self.nodes.n_specific)
        highest = by_general.max(axis=1)
        log_general = highest + self.xp.log(self.xp.exp(by_general - highest[:, None]).sum(axis=1))
        log_specific = by_general - log_general[:, None]
        within, logs = [], []
        for joint in joints:
            cells = joint.reshape(shape)
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
        return Posterior(rows, group, [cells.reshape(len(cells), -1) for cells in within], log_likelihood)

    def _normalise(self, joint: Any) -> Any:
        """Turn log joint weights into posterior ones, in place; returns log of their sum, (n,)."""
        highest = joint.max(axis=1, keepdims=True)
        joint -= highest
        self.xp.exp(joint, out=joint)
        total = joint.sum(axis=1, keepdims=True)
        joint /= total
        return highest[:, 0].astype(np.float64) + self.xp.log(total[:, 0].astype(np.float64))

    def _joint(self, rows: slice, block: _Block) -> Any:
        """Log-likelihood of the rows' responses to one block of items, (n, n_nodes)."""
        joint = self._floats(self.table.indicators, rows, block.steps) @ block.log_odds
        if self.table.observed is None:
            joint += block.log_first.sum(axis=0)
        else:
            joint += self._floats(self.table.observed, rows, block.items) @ block.log_first
        return joint

    def _block(self, block: int, log_probability: FloatArray) -> _Block:
        """A block's log-probabilities of the first category, (n, n_nodes), and log odds of the others against it."""
        items, places = self._items_of(block), self._steps_of(block)
        of_items, of_categories = self.table.steps[:, places]
        log_odds = log_probability[of_items, of_categories] - log_probability[of_items, 0]
        as_array = self.xp.asarray
        log_first = as_array(log_probability[items, 0], dtype=self.dtype)
        return _Block(items, places, as_array(log_odds, dtype=self.dtype), log_first)

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
    items: Any
    steps: Any
    log_odds: Any
    log_first: Any


def to_numpy(array: Any) -> FloatArray:
    """The array on the processor, in double precision."""
    on_processor = array.get() if hasattr(array, "get") else array
    return np.asarray(on_processor, dtype=np.float64)
