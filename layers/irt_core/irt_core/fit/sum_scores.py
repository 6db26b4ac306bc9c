"""The distribution of the sum score at each node, of all items but one, for each one in turn.

The recursion of Lord & Wingersky (1984, APM 8(4), 453-461) adds one item to the distribution of a sum. To leave out
each of n items in turn by starting anew takes n² additions. Halving takes n log₂ n: the sum of all but the left half is
the starting point for the items on the left, and the other way round. Taking an item out again by division would lose
digits.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from irt_core.arrays import FloatArray, IntArray


def add_items(distribution: FloatArray, probability: FloatArray, items: IntArray, n_steps: IntArray) -> FloatArray:
    """The distribution (n_sums, n_nodes) of a sum after some more items, of which one adds up to `n_steps` points.

    `probability` (n_items, K, n_nodes) is by all items, `n_steps` (n_items,) too.
    """
    for item in items:
        last = int(n_steps[item])
        more = np.zeros((len(distribution) + last, distribution.shape[1]))
        for score in range(last + 1):
            more[score : score + len(distribution)] += distribution * probability[item, score]
        distribution = more
    return distribution


def rest_distributions(probability: FloatArray, n_steps: IntArray) -> Iterator[tuple[int, FloatArray]]:
    """Each item with P(sum of all others = s | θ_q), (n_sums, n_nodes)."""
    start = np.ones((1, probability.shape[2]))
    yield from _leaving_out(np.arange(len(probability)), start, probability, n_steps)


def _leaving_out(
    items: IntArray, others: FloatArray, probability: FloatArray, n_steps: IntArray
) -> Iterator[tuple[int, FloatArray]]:
    if items.size == 1:
        yield int(items[0]), others
        return
    left, right = np.split(items, [items.size // 2])
    yield from _leaving_out(left, add_items(others, probability, right, n_steps), probability, n_steps)
    yield from _leaving_out(right, add_items(others, probability, left, n_steps), probability, n_steps)
