"""A whole test as a linear program in zeros and ones.

    a column for each item     1 when it is in the test
    a column for each set      1 when the test uses its stimulus; only where that makes a difference
    a row for each constraint  lower ≤ Σ coefficient · column ≤ upper

So van der Linden (2005), *Linear Models for Optimal Test Design*: of a set with the items S, of which from m to M go
together, m z ≤ Σ_S x ≤ M z. Rows that no test can break are left out. The names of the rows say which constraints they
stand for, so that a conflict can be told in the words of those who wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, floor, inf

import numpy as np

from irt_core.adaptive.blueprint import ContentBlueprint
from irt_core.adaptive.item_sets import SetRule
from irt_core.arrays import BoolArray, FloatArray
from irt_core.assembly.specification import CountLimit, SumLimit, TestSpecification
from irt_core.errors import DesignError
from irt_core.models.content import ItemContent

_SLACK = 1e-9  # for sums of quantities that are met to the last bit but one


@dataclass(frozen=True)
class Row:
    """One constraint: a coefficient for each column that it has to do with."""

    name: str
    coefficients: Mapping[int, float]
    lower: float
    upper: float

    def reach(self, length: int) -> tuple[float, float]:
        """The smallest and the largest sum that `length` items, and whatever sets, can come to."""
        ordered = sorted(self.coefficients.values())
        return sum(value for value in ordered[:length] if value < 0), sum(
            value for value in ordered[-length:] if value > 0
        )

    def can_be_broken(self, length: int) -> bool:
        """Whether some choice of `length` items does not meet the constraint."""
        least, most = self.reach(length)
        return least < self.lower or most > self.upper

    def scaled(self, length: int) -> Row:
        """The same constraint with a largest coefficient of 1 and finite bounds."""
        size = max(map(abs, self.coefficients.values()), default=1.0)
        least, most = self.reach(length)
        lower = max(self.lower, least)
        coefficients = {column: value / size for column, value in self.coefficients.items()}
        return Row(self.name, coefficients, lower / size, max(lower, min(self.upper, most)) / size)


@dataclass(frozen=True, eq=False)
class Program:
    """The constraints of a test of `length` items from a bank.

    `matrix` has the shape (n_rows, n_columns), the items' columns first. `lower` and `upper` are (n_rows,), the bounds
    of the columns, `column_lower` and `column_upper`, 0 or 1, are (n_columns,). Rows are scaled to coefficients of 1 at
    most, and their bounds are no wider than what a test can reach.
    """

    length: int
    n_items: int
    names: tuple[str, ...]
    matrix: FloatArray = field(repr=False)
    lower: FloatArray = field(repr=False)
    upper: FloatArray = field(repr=False)
    column_lower: FloatArray = field(repr=False)
    column_upper: FloatArray = field(repr=False)

    @property
    def n_columns(self) -> int:
        """How many items and sets there are."""
        return int(self.matrix.shape[1])

    def is_met(self, columns: FloatArray) -> BoolArray:
        """Which rows a choice of columns (n_columns,) keeps, shape (n_rows,)."""
        activity = self.matrix @ columns
        is_met: BoolArray = (activity >= self.lower - _SLACK) & (activity <= self.upper + _SLACK)
        return is_met

    @cached_property
    def with_activities(self) -> FloatArray:
        """The matrix [A, −I] of the equations A x = s, shape (n_rows, n_columns + n_rows)."""
        return np.hstack([self.matrix, -np.eye(len(self.names))])


def build_program(
    content: ItemContent,
    length: int,
    blueprint: ContentBlueprint | None,
    rule: SetRule,
    specification: TestSpecification | None,
) -> Program:
    """The program of a test of `length` items. Raises DesignError where it speaks of what the bank has not."""
    specification = specification or TestSpecification()
    sets = _Sets.of(content, rule, specification.least_sets)
    n_columns = content.n_items + (len(content.sets) if sets.has_columns else 0)
    rows = [Row(f"length: {length} items", dict.fromkeys(range(content.n_items), 1.0), length, length)]
    rows += _area_rows(content, blueprint, length)
    rows += [_count_row(content, limit) for limit in specification.counts]
    rows += [_sum_row(content, limit) for limit in specification.sums]
    rows += _enemy_rows((*content.enemies, *specification.enemies), content.n_items)
    rows += sets.rows(content)
    lower, upper = np.zeros(n_columns), np.ones(n_columns)
    _check_items(specification, content.n_items)
    lower[list(specification.include)], upper[list(specification.exclude)] = 1.0, 0.0
    if blueprint is not None:
        named = [name in blueprint.areas for name in content.area_names]
        upper[: content.n_items][~np.array(named)[content.area_of]] = 0.0
    rows = [row.scaled(length) for row in rows if row.can_be_broken(length)]
    return Program(
        length,
        content.n_items,
        tuple(row.name for row in rows),
        _matrix(rows, n_columns),
        np.array([row.lower for row in rows], dtype=np.float64),
        np.array([row.upper for row in rows], dtype=np.float64),
        lower,
        upper,
    )


def _matrix(rows: list[Row], n_columns: int) -> FloatArray:
    matrix = np.zeros((len(rows), n_columns))
    for number, row in enumerate(rows):
        matrix[number, list(row.coefficients)] = list(row.coefficients.values())
    return matrix


def _area_rows(content: ItemContent, blueprint: ContentBlueprint | None, length: int) -> Iterable[Row]:
    """Minimum and maximum of each area; a target t is met by ⌊t L⌋ to ⌈t L⌉ of L items, as far as these allow."""
    if blueprint is None:
        return
    if content.areas is None:
        raise DesignError("blueprint", "the bank's items have no content areas")
    for name, area in blueprint.areas.items():
        low, high = blueprint.minimum(name), length if area.maximum is None else area.maximum
        if area.target is not None:
            share = round(area.target * length, 9)
            low, high = max(low, min(floor(share), high)), min(high, max(ceil(share), low))
        items = {item: 1.0 for item, of_item in enumerate(content.areas) if of_item == name}
        yield Row(f"area {name}: {low} to {high} items", items, low, high)


def _count_row(content: ItemContent, limit: CountLimit) -> Row:
    values = content.categories(limit.attribute)
    if values is None:
        raise DesignError("specification.counts", f"the bank's items have no categories of {limit.attribute}")
    items = {item: 1.0 for item, value in enumerate(values) if value in limit.values}
    return Row(limit.name, items, limit.minimum, inf if limit.maximum is None else limit.maximum)


def _sum_row(content: ItemContent, limit: SumLimit) -> Row:
    values = content.quantities(limit.attribute)
    if values is None:
        raise DesignError("specification.sums", f"the bank's items have no numbers of {limit.attribute}")
    quantities = {item: value for item, value in enumerate(values) if value}
    low = -inf if limit.minimum is None else limit.minimum
    return Row(limit.name, quantities, low, inf if limit.maximum is None else limit.maximum)


def _enemy_rows(groups: Iterable[tuple[int, ...]], n_items: int) -> Iterable[Row]:
    for group in groups:
        if any(not 0 <= item < n_items for item in group):
            raise DesignError("specification.enemies", f"must be items from 0 to {n_items - 1}")
        yield Row(f"enemies {', '.join(map(str, group))}", dict.fromkeys(group, 1.0), 0.0, 1.0)


def _check_items(specification: TestSpecification, n_items: int) -> None:
    for name in ("include", "exclude"):
        if any(not 0 <= item < n_items for item in getattr(specification, name)):
            raise DesignError(f"specification.{name}", f"must be items from 0 to {n_items - 1}")


@dataclass(frozen=True)
class _Sets:
    """The rows that sets need; columns of their own only where a set in use differs from one that is not."""

    minima: tuple[int, ...]
    maxima: tuple[int, ...]
    least: int
    most: int | None

    @classmethod
    def of(cls, content: ItemContent, rule: SetRule, least: int) -> _Sets:
        minima, maxima = tuple(rule.minima(content).tolist()), tuple(rule.maxima(content).tolist())
        return cls(minima, maxima, least, rule.most_sets)

    @property
    def has_columns(self) -> bool:
        return bool(self.minima) and (max(self.minima) > 1 or self.least > 0 or self.most is not None)

    def rows(self, content: ItemContent) -> Iterable[Row]:
        if self.least > len(content.sets):
            reason = f"asks for {self.least} sets, the bank has {len(content.sets)}"
            raise DesignError("specification.least_sets", reason)
        for number, (group, low, high) in enumerate(zip(content.sets, self.minima, self.maxima, strict=True)):
            items = dict.fromkeys(group, 1.0)
            if not self.has_columns:
                yield Row(f"set {number}: {high} items at most", items, 0.0, high)
                continue
            column = content.n_items + number
            yield Row(f"set {number}: {high} items at most", {**items, column: -float(high)}, -inf, 0.0)
            yield Row(f"set {number}: {low} items at least once begun", {**items, column: -float(low)}, 0.0, inf)
        if self.has_columns:
            columns = dict.fromkeys(range(content.n_items, content.n_items + len(content.sets)), 1.0)
            most = len(content.sets) if self.most is None else self.most
            yield Row(f"number of sets: {self.least} to {most}", columns, self.least, most)
