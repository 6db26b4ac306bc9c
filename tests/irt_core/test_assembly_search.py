"""The solver of whole tests: against every test there is, against HiGHS, and its proofs."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from irt_core.adaptive.blueprint import ContentArea, ContentBlueprint
from irt_core.adaptive.item_sets import SetRule
from irt_core.assembly import search
from irt_core.assembly.conflicts import EXCLUDED, INCLUDED, conflict_of
from irt_core.assembly.program import Program, build_program
from irt_core.assembly.search import BestTest, best_test
from irt_core.assembly.simplex import DualSimplex
from irt_core.assembly.specification import CountLimit, SumLimit, TestSpecification
from irt_core.errors import DesignError
from irt_core.models.content import ItemContent


def random_program(seed: int, n_items: int = 11, length: int = 4, has_sets: bool = False) -> Program:
    """A test under a few constraints of every kind, more or less tight."""
    rng = np.random.default_rng(seed)
    words = rng.integers(10, 100, n_items).astype(float)
    content = ItemContent.of(
        n_items,
        [str(value) for value in rng.choice(["a", "b", "c"], n_items)],
        [rng.choice(n_items, 2, replace=False).tolist() for _ in range(2)],
        [[0, 1, 2], [3, 4], [5, 6, 7]] if has_sets else (),
        {"format": [str(value) for value in rng.choice(["open", "closed"], n_items)], "words": words.tolist()},
    )
    middle = words.mean() * length
    specification = TestSpecification(
        counts=(CountLimit("format", ("open",), int(rng.integers(0, 3)), int(rng.integers(2, 4))),),
        sums=(SumLimit("words", middle - rng.uniform(0, 60), middle + rng.uniform(0, 60)),),
        include=tuple(rng.choice(n_items, int(rng.integers(0, 2)), replace=False).tolist()),
        least_sets=int(rng.integers(0, 2)) if has_sets else 0,
    )
    blueprint = ContentBlueprint({"a": ContentArea(minimum=1), "b": ContentArea(maximum=2), "c": ContentArea(0.25)})
    rule = SetRule(int(rng.integers(1, 3)), int(rng.integers(2, 4)), int(rng.integers(1, 4)) if has_sets else None)
    return build_program(content, length, blueprint, rule, specification)


def best_by_enumeration(program: Program, values: np.ndarray) -> float | None:
    """The largest value of all tests that meet the program, its sets in or out as suits them."""
    tests = np.array(list(combinations(range(program.n_items), program.length)))
    used = np.array(list(product([0.0, 1.0], repeat=program.n_columns - program.n_items)))
    columns = np.zeros((len(tests), program.n_items))
    np.put_along_axis(columns, tests, 1.0, axis=1)
    every = np.hstack([np.repeat(columns, len(used), axis=0), np.tile(used, (len(tests), 1))])
    activity = every @ program.matrix.T
    is_met = ((activity >= program.lower - 1e-9) & (activity <= program.upper + 1e-9)).all(axis=1)
    is_met &= ((every >= program.column_lower) & (every <= program.column_upper)).all(axis=1)
    worth = every[is_met, : program.n_items] @ values
    return float(worth.max()) if worth.size else None


def search_best(program: Program, values: np.ndarray, tolerance: float = 0.0) -> BestTest | None:
    """The search with the program's own bounds."""
    return best_test(program, values, program.column_lower, program.column_upper, tolerance)


@pytest.mark.parametrize("has_sets", [False, True], ids=["single items", "sets"])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_the_search_finds_what_enumeration_finds(has_sets: bool, seed: int) -> None:
    program = random_program(seed, has_sets=has_sets, n_items=9 if has_sets else 11)
    values = np.random.default_rng(seed + 1).uniform(0.0, 1.0, program.n_items)

    found, expected = search_best(program, values), best_by_enumeration(program, values)

    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert found.value == pytest.approx(expected, abs=1e-9)
        assert found.bound == pytest.approx(expected, abs=1e-8)
        assert program.is_met(found.columns).all()
        assert found.columns[: program.n_items].sum() == program.length


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_items_of_equal_value_do_not_confuse_the_search(seed: int) -> None:
    program = random_program(seed)
    values = np.random.default_rng(seed).integers(0, 3, program.n_items).astype(float)

    found, expected = search_best(program, values), best_by_enumeration(program, values)

    assert (found is None) == (expected is None)
    assert found is None or found.value == pytest.approx(expected)


def tight_program(seed: int, n_items: int) -> tuple[Program, np.ndarray]:
    """Thirty items under thirty rows, two of them sums with little room, and what the items are worth."""
    rng = np.random.default_rng(seed)

    def categories(name: str, n: int) -> list[str]:
        return [f"{name}{value}" for value in rng.integers(0, n, n_items)]

    content = ItemContent.of(
        n_items,
        categories("area", 8),
        [rng.choice(n_items, 3, replace=False).tolist() for _ in range(7)],
        attributes={
            "format": categories("format", 4),
            "key": categories("key", 5),
            "words": rng.integers(20, 200, n_items).tolist(),
            "seconds": rng.lognormal(4, 0.4, n_items).tolist(),
        },
    )
    specification = TestSpecification(
        counts=(
            *(CountLimit("format", (f"format{number}",), 5, 10) for number in range(4)),
            *(CountLimit("key", (f"key{number}",), 4, 8) for number in range(5)),
        ),
        sums=(SumLimit("words", 2800, 3000), SumLimit("seconds", maximum=1500)),
    )
    blueprint = ContentBlueprint({f"area{number}": ContentArea(None, 2, 5) for number in range(8)})
    return build_program(content, 30, blueprint, SetRule(), specification), rng.lognormal(-1.0, 0.6, n_items)


@pytest.mark.parametrize("columns_at_once", [10_000, 60], ids=["all items", "the items that matter"])
def test_large_tests_are_as_good_as_those_of_the_general_solver(
    monkeypatch: pytest.MonkeyPatch, columns_at_once: int
) -> None:
    """The second time the search gives up at once, so that HiGHS solves the program."""
    program, values = tight_program(1, 160)
    monkeypatch.setattr(search, "_MOST_COLUMNS_AT_ONCE", columns_at_once)
    monkeypatch.setattr(search, "_FIRST_COLUMNS", 30)
    monkeypatch.setattr(search, "_FIRST_COLUMNS_OF_ROW", 6)

    found = search_best(program, values)
    monkeypatch.setattr(search, "_MOST_BRANCHES", 0)
    expected = search_best(program, values)

    assert found is not None
    assert expected is not None
    assert found.value == pytest.approx(expected.value, rel=1e-6)
    assert program.is_met(found.columns).all()


def test_a_tolerance_is_kept_and_the_bound_holds() -> None:
    for seed in range(4):
        program, values = tight_program(seed, 200)
        best, near = search_best(program, values), search_best(program, values, tolerance=0.01)

        assert best is not None
        assert near is not None
        assert best.value / 1.01 <= near.value <= best.value + 1e-9
        assert near.bound >= best.value - 1e-9
        assert near.gap <= 0.01 + 1e-9
        assert best.gap <= 1e-9


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_simplex_method_agrees_with_another(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_rows, n = int(rng.integers(1, 8)), int(rng.integers(2, 25))
    matrix = np.round(rng.normal(size=(n_rows, n)), int(rng.integers(0, 3)))
    costs = rng.normal(size=n)
    middle = matrix @ rng.uniform(0, 1, n)
    spread = rng.uniform(0, 1, n_rows) * rng.integers(0, 2)
    low = np.concatenate([np.zeros(n), middle - spread])
    high = np.concatenate([np.ones(n), middle + spread])

    simplex = DualSimplex(np.hstack([matrix, -np.eye(n_rows)]), np.concatenate([costs, np.zeros(n_rows)]), low, high)
    outcome = simplex.solve()

    reference = linprog(
        -costs, A_ub=np.vstack([matrix, -matrix]), b_ub=np.concatenate([high[n:], -low[n:]]), bounds=(0, 1)
    )
    assert outcome == "optimal"
    assert simplex.value == pytest.approx(-reference.fun, abs=1e-7)
    assert simplex.bound() == pytest.approx(-reference.fun, abs=1e-7)


def test_the_simplex_method_knows_when_there_is_no_solution() -> None:
    matrix = np.array([[1.0, 1.0, -1.0]])
    simplex = DualSimplex(matrix, np.zeros(3), np.array([0.0, 0.0, 2.5]), np.array([1.0, 1.0, 3.0]))

    assert simplex.solve() == "infeasible"


CONTENT = ItemContent.of(
    8,
    ["a", "a", "a", "b", "b", "b", "c", "c"],
    [[3, 4], [4, 5], [3, 5]],
    (),
    {"words": [10, 20, 30, 40, 50, 60, 70, 80]},
)


def conflict(length: int, areas: dict[str, ContentArea] | None = None, **specification: Any) -> tuple[str, ...]:
    """What conflicts in a test from eight items."""
    blueprint = None if areas is None else ContentBlueprint(areas)
    return conflict_of(build_program(CONTENT, length, blueprint, SetRule(), TestSpecification(**specification)))


def test_a_conflict_names_the_constraints_that_cannot_be_kept_together() -> None:
    low, high = SumLimit("words", minimum=100), CountLimit("area", ("a",), minimum=3)

    assert conflict(3, sums=(low,), counts=(high,)) == (
        "length: 3 items",
        "area a: 3 or more items",
        "sum of words: 100 or more",
    )
    assert conflict(4, sums=(low,), counts=(high,)) == ()


def test_a_conflict_can_be_due_to_enemies_and_to_items_that_must_be_in_or_out() -> None:
    assert conflict(3, {"b": ContentArea(minimum=2), "c": ContentArea()}) == (
        "area b: 2 to 3 items",
        "enemies 3, 4",
        "enemies 4, 5",
        "enemies 3, 5",
    )
    assert conflict(2, include=(3, 4)) == ("enemies 3, 4", INCLUDED)
    assert conflict(2, include=(0, 1, 2)) == ("length: 2 items", INCLUDED)
    assert conflict(2, {"c": ContentArea(), "a": ContentArea(maximum=1)}, exclude=(6, 7)) == (
        "length: 2 items",
        "area a: 0 to 1 items",
        EXCLUDED,
    )


@pytest.mark.parametrize(
    ("specification", "field"),
    [
        ({"counts": (CountLimit("format", ("open",)),)}, "specification.counts"),
        ({"counts": (CountLimit("words", ("10",)),)}, "specification.counts"),
        ({"sums": (SumLimit("seconds", 1.0),)}, "specification.sums"),
        ({"enemies": ((0, 8),)}, "specification.enemies"),
        ({"include": (8,)}, "specification.include"),
        ({"exclude": (-1,)}, "specification.exclude"),
        ({"least_sets": 1}, "specification.least_sets"),
    ],
)
def test_constraints_on_what_the_bank_has_not_are_refused(specification: dict[str, Any], field: str) -> None:
    with pytest.raises(DesignError) as refused:
        conflict(2, **specification)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: CountLimit("format", ()), "specification.counts"),
        (lambda: CountLimit("format", ("open",), 3, 2), "specification.counts"),
        (lambda: SumLimit("words"), "specification.sums"),
        (lambda: SumLimit("words", 3.0, 2.0), "specification.sums"),
        (lambda: SumLimit("words", float("nan")), "specification.sums"),
        (lambda: TestSpecification(include=(1,), exclude=(1,)), "specification.include"),
        (lambda: TestSpecification(tolerance=1.0), "specification.tolerance"),
        (lambda: TestSpecification(least_sets=-1), "specification.least_sets"),
    ],
)
def test_constraints_that_contradict_themselves_are_refused(make: Any, field: str) -> None:
    with pytest.raises(DesignError) as refused:
        make()

    assert refused.value.field == field
