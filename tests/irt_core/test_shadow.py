"""Shadow tests: every test keeps every constraint, and each item comes from the best whole test."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irt_core import (
    CatDesign,
    CatState,
    Constraints,
    ContentArea,
    ContentBlueprint,
    DesignError,
    ItemBank,
    NoItemLeft,
    Randomesque,
    SelectionError,
    Stopping,
    next_item,
    rng_for,
    simulate_cat,
)
from irt_core.adaptive.item_eligibility import Ineligible
from irt_core.adaptive.item_sets import SetRule
from irt_core.assembly.specification import CountLimit, Sections, SumLimit, TestSpecification
from irt_core.errors import InfeasibleTest
from tests.irt_core.conftest import random_bank
from tests.irt_core.test_simulation import assert_a_session_goes_the_same_way


def rich_bank(n_items: int = 60, seed: int = 1, sets: list[list[int]] | None = None) -> ItemBank:
    """Items with areas, enemies, formats and words."""
    rng = np.random.default_rng(seed)
    return random_bank(n_items, 3, seed).with_content(
        [("algebra", "geometry", "numbers")[item % 3] for item in range(n_items)],
        [[0, 3], [7, 8, 9]],
        sets or [],
        {
            "format": [str(value) for value in rng.choice(["open", "closed"], n_items)],
            "words": rng.integers(10, 60, n_items).tolist(),
        },
    )


BLUEPRINT = ContentBlueprint(
    {"algebra": ContentArea(minimum=2, maximum=4), "geometry": ContentArea(0.3), "numbers": ContentArea()}
)
SPECIFICATION = TestSpecification(
    counts=(CountLimit("format", ("open",), 3, 5),), sums=(SumLimit("words", 250, 300),), exclude=(5,), tolerance=0.0
)


def take(bank: ItemBank, constraints: Constraints, length: int, seed: int, **exposure: Any) -> CatState:
    """A whole test with random answers."""
    state = CatState.begin()
    for position in range(length):
        rng = rng_for(seed, position)
        choice = next_item(bank, state, "shadow", constraints, rng=rng, **exposure)
        assert choice.item in choice.shadow_test
        assert set(state.administered) <= set(choice.shadow_test)
        state = state.setting_aside(choice.ruled_out).after(bank, choice.item, int(rng.integers(2)))
    return state


@given(seed=st.integers(0, 5000))
@settings(max_examples=8, deadline=None)
def test_every_test_keeps_every_constraint(seed: int) -> None:
    bank = rich_bank(seed=seed % 7)
    constraints = Constraints(8, BLUEPRINT, specification=SPECIFICATION)

    state = take(bank, constraints, 8, seed, exposure=Randomesque(3))

    items = list(state.administered)
    areas = [(bank.content.areas or ())[item] for item in items]
    attributes = bank.content.attributes
    assert 2 <= areas.count("algebra") <= 4
    assert 2 <= areas.count("geometry") <= 3
    assert 3 <= sum(attributes["format"][item] == "open" for item in items) <= 5
    assert 250 <= sum(float(attributes["words"][item]) for item in items) <= 300
    assert 5 not in items
    assert len({0, 3} & set(items)) <= 1
    assert len({7, 8, 9} & set(items)) <= 1


def test_the_next_item_is_the_best_of_the_best_whole_test() -> None:
    """Against every test of four items from twelve, in the middle of a test."""
    bank = rich_bank(12)
    specification = TestSpecification(
        counts=(CountLimit("format", ("open",), 2, 2),), sums=(SumLimit("words", 100, 140),), tolerance=0.0
    )
    constraints = Constraints(4, specification=specification)
    state = CatState.begin()
    for position in range(4):
        information = bank.information(state.theta)[0]
        words = np.array(bank.content.attributes["words"], dtype=float)
        is_open = np.array(bank.content.attributes["format"]) == "open"
        tests = [
            list(items)
            for items in combinations(range(12), 4)
            if set(state.administered) <= set(items)
            and is_open[list(items)].sum() == 2
            and 100 <= words[list(items)].sum() <= 140
            and not {0, 3} <= set(items)
            and len({7, 8, 9} & set(items)) <= 1
        ]
        best = max(tests, key=lambda items: information[items].sum())

        choice = next_item(bank, state, "shadow", constraints)

        assert sorted(choice.shadow_test) == sorted(best)
        assert choice.item == max(set(best) - set(state.administered), key=lambda item: information[item])
        state = state.after(bank, choice.item, position % 2)


def test_without_constraints_the_shadow_rule_is_maximum_information() -> None:
    bank = random_bank(80, 3)
    shadow, free = CatState.begin(), CatState.begin()
    for position in range(10):
        shadow = shadow.after(bank, next_item(bank, shadow, "shadow", Constraints(10)).item, position % 2)
        free = free.after(bank, next_item(bank, free).item, position % 2)

    assert shadow.administered == free.administered


def test_sets_are_given_together_in_their_order_and_as_many_as_they_must() -> None:
    sets = [[4, 2, 0], [10, 11, 12, 13], [20, 22], [33, 31, 35, 37]]
    bank = rich_bank(sets=sets)
    specification = TestSpecification(least_sets=2, tolerance=0.0)
    constraints = Constraints(12, sets=SetRule(2, 3, most_sets=2), specification=specification)

    for seed in range(6):
        items = take(bank, constraints, 12, seed, exposure=Randomesque(2)).administered
        used = [group for group in sets if set(group) & set(items)]
        assert len(used) == 2
        for group in used:
            places = [items.index(item) for item in group if item in items]
            assert 2 <= len(places) <= 3
            assert places == list(range(places[0], places[0] + len(places)))


def test_sections_follow_each_other() -> None:
    bank = rich_bank()
    sections = Sections("format", ("open", "closed"))
    specification = TestSpecification(counts=(CountLimit("format", ("open",), 2, 4),), sections=sections)

    for seed in range(4):
        items = take(bank, Constraints(8, specification=specification), 8, seed).administered
        formats = [bank.content.attributes["format"][item] for item in items]
        assert 2 <= formats.count("open") <= 4
        assert formats == sorted(formats, reverse=True)


def test_areas_wait_for_those_that_they_build_on() -> None:
    bank = rich_bank()
    blueprint = ContentBlueprint(
        {
            "algebra": ContentArea(minimum=3, after=("numbers",)),
            "geometry": ContentArea(after=("algebra",)),
            "numbers": ContentArea(minimum=2),
        }
    )

    areas = [(bank.content.areas or ())[item] for item in take(bank, Constraints(9, blueprint), 9, 1).administered]

    assert areas[:2] == ["numbers", "numbers"]
    assert "geometry" not in areas[: areas.index("algebra") + 3]
    assert areas.count("algebra") >= 3


def test_items_that_must_be_in_the_test_are_in_it() -> None:
    bank = rich_bank()
    dull = np.argsort(bank.information(0.0)[0])[:3].tolist()

    state = take(bank, Constraints(5, specification=TestSpecification(include=tuple(dull))), 5, 1)

    assert set(dull) <= set(state.administered)


def test_ineligible_items_stay_out_unless_no_test_can_do_without_them() -> None:
    bank = rich_bank(12)
    best = int(bank.information(0.0)[0].argmax())
    constraints = Constraints(3, BLUEPRINT.__class__({"algebra": ContentArea(minimum=2), "numbers": ContentArea()}))

    barred = CatState.begin().with_ineligible(Ineligible(((best,),)))
    all_barred = CatState.begin().with_ineligible(Ineligible((tuple(range(12)),)))

    assert best not in next_item(bank, barred, "shadow", Constraints(3)).shadow_test
    assert next_item(bank, all_barred, "shadow", constraints) == next_item(
        bank, CatState.begin(), "shadow", constraints
    )


def test_a_simulated_examinee_and_a_live_session_take_the_same_shadow_tests() -> None:
    bank = rich_bank(sets=[[10, 11, 12, 13], [20, 22]])
    design = CatDesign(
        Stopping(7), "shadow", blueprint=BLUEPRINT, sets=SetRule(2), specification=TestSpecification(exclude=(5,))
    )

    result = simulate_cat(bank, np.linspace(-2, 2, 5), design, seed=4)

    for who in range(5):
        assert_a_session_goes_the_same_way(bank, design, result, who)


def test_a_design_with_a_specification_survives_being_written_as_json() -> None:
    design = CatDesign(
        Stopping(8),
        "shadow",
        blueprint=BLUEPRINT,
        sets=SetRule(2, 3, 1),
        specification=TestSpecification(
            counts=(CountLimit("format", ("open", "closed"), 3, None),),
            sums=(SumLimit("words", 250.0, 300.0),),
            enemies=((1, 2),),
            include=(4,),
            exclude=(5,),
            least_sets=1,
            sections=Sections("format", ("open",)),
            tolerance=0.01,
        ),
    )

    assert CatDesign.from_dict(json.loads(json.dumps(design.to_dict()))) == design


def test_a_bank_that_cannot_serve_the_constraints_is_refused_with_those_that_conflict() -> None:
    bank = rich_bank()
    design = CatDesign(Stopping(5), "shadow", specification=TestSpecification(sums=(SumLimit("words", minimum=1000),)))

    with pytest.raises(DesignError, match="no test can meet all of: length: 5 items; sum of words: 1000 or more"):
        design.check(bank)
    with pytest.raises(InfeasibleTest):
        design.next_item(bank, design.begin())
    with pytest.raises(NoItemLeft):
        design.next_item(bank, design.begin())
    assert set(simulate_unchecked(bank, design)) == {"no_item_left"}


def simulate_unchecked(bank: ItemBank, design: CatDesign) -> list[str]:
    """Why simulated tests end when nobody checked the design."""
    from irt_core.simulation.cohort import Cohort
    from irt_core.simulation.simulate import run_in_step

    cohort = Cohort.begin(bank, design, np.zeros(2), rng_for(1, 0))
    return [str(reason) for _, reasons in run_in_step(cohort) for reason in reasons]


def test_the_shadow_rule_needs_a_length_and_a_specification_needs_the_shadow_rule() -> None:
    bank = rich_bank()

    with pytest.raises(SelectionError, match="need constraints with the length"):
        next_item(bank, CatState.begin(), "shadow")
    with pytest.raises(DesignError, match="needs the selection rule shadow"):
        CatDesign(Stopping(5), specification=TestSpecification())


def test_a_test_that_has_its_length_gets_no_further_shadow_test() -> None:
    bank = rich_bank()
    state = CatState.begin().after_all(bank, [0, 1], [1, 0])

    with pytest.raises(NoItemLeft):
        next_item(bank, state, "shadow", Constraints(2))
