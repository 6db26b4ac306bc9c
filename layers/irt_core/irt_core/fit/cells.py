"""Collapsing sparse cells of a table of observed and expected counts, so that χ² holds.

A table has one row for each score group and one column for each category. A row is *sound* when its categories can be
cut into at least two runs whose expected counts reach the minimum. A row that is not joins the neighbour with fewer
persons until every row is; then each row's categories are joined, from the lowest, into as many runs as reach the
minimum. With two categories this is the collapsing of score groups of Orlando & Thissen (2000).
"""

from __future__ import annotations

import numpy as np

from irt_core.arrays import FloatArray


def collapsed_chi_square(observed: FloatArray, expected: FloatArray, minimum: float) -> tuple[float, int]:
    """Pearson's X² of a table (n_rows, K) whose rows have fixed sums, and its free cells, after collapsing."""
    rows = _sound_rows(observed, expected, minimum)
    statistic, n_free = 0.0, 0
    for seen, hoped in rows:
        ends = _run_ends(hoped, minimum)
        starts = np.append(0, ends[:-1])
        o, e = np.add.reduceat(seen, starts), np.add.reduceat(hoped, starts)
        statistic += float(((o - e) ** 2 / e).sum())
        n_free += len(ends) - 1
    return statistic, n_free


def _sound_rows(observed: FloatArray, expected: FloatArray, minimum: float) -> list[tuple[FloatArray, FloatArray]]:
    """The rows that hold anybody, joined until all are sound; none when not even all together are."""
    filled = np.flatnonzero(observed.sum(axis=1) > 0)
    rows = [(observed[row], expected[row]) for row in filled]
    is_sound = [len(_run_ends(hoped, minimum)) > 1 for _, hoped in rows]
    while not all(is_sound):
        if len(rows) == 1:
            return []
        row = is_sound.index(False)
        neighbours = [other for other in (row - 1, row + 1) if 0 <= other < len(rows)]
        other = min(neighbours, key=lambda place: float(rows[place][0].sum()))
        first, second = sorted((row, other))
        joined = (rows[first][0] + rows[second][0], rows[first][1] + rows[second][1])
        rows[first : second + 1] = [joined]
        is_sound[first : second + 1] = [len(_run_ends(joined[1], minimum)) > 1]
    return rows


def _run_ends(expected: FloatArray, minimum: float) -> list[int]:
    """Where each run of categories ends (exclusive): as many runs as can reach the minimum, at least one."""
    ends: list[int] = []
    reached = 0.0
    for place, count in enumerate(expected.tolist(), start=1):
        reached += count
        if reached >= minimum:
            ends.append(place)
            reached = 0.0
    return [*ends[:-1], len(expected)]
