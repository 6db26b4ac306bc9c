"""Content balancing: proportions, minima, maxima and enemies are kept in every test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from irt_core import (
    CatState,
    Constraints,
    ContentArea,
    ContentBlueprint,
    DesignError,
    ItemBank,
    NoItemLeft,
    Randomesque,
    SelectionError,
    next_item,
    rng_for,
)
from tests.irt_core.conftest import random_bank


def areas_of_a_test(bank: ItemBank, constraints: Constraints, length: int, seed: int = 1) -> list[str]:
    """The areas of the items of one test, in their order."""
    state = CatState.begin()
    for position in range(length):
        rng = rng_for(seed, position)
        choice = next_item(bank, state, "mfi", constraints, Randomesque(3), rng)
        state = state.after(bank, choice.item, int(rng.integers(2)))
    assert bank.content.areas is not None
    return [bank.content.areas[item] for item in state.administered]


def test_the_test_keeps_to_its_target_proportions_all_along(bank_with_areas: ItemBank) -> None:
    targets = {"algebra": 0.5, "geometry": 0.3, "numbers": 0.2}
    blueprint = ContentBlueprint({name: ContentArea(target) for name, target in targets.items()})

    areas = areas_of_a_test(bank_with_areas, Constraints(20, blueprint), 20)

    assert [areas.count(name) for name in targets] == [10, 6, 4]
    for n in range(1, 21):
        for name, target in targets.items():
            assert abs(areas[:n].count(name) - n * target) <= 1.0


def test_an_area_without_a_target_fills_what_the_others_leave(bank_with_areas: ItemBank) -> None:
    blueprint = ContentBlueprint({"algebra": ContentArea(0.5), "geometry": ContentArea(), "numbers": ContentArea()})

    areas = areas_of_a_test(bank_with_areas, Constraints(20, blueprint), 20)

    assert areas.count("algebra") == 10


def test_minima_and_maxima_alone_leave_the_rest_to_the_rule(bank_with_areas: ItemBank) -> None:
    blueprint = ContentBlueprint(
        {"algebra": ContentArea(minimum=8), "geometry": ContentArea(maximum=1), "numbers": ContentArea()}
    )

    areas = areas_of_a_test(bank_with_areas, Constraints(12, blueprint), 12)

    assert areas.count("algebra") >= 8
    assert areas.count("geometry") <= 1


def test_areas_that_the_blueprint_does_not_name_are_not_used(bank_with_areas: ItemBank) -> None:
    blueprint = ContentBlueprint({"geometry": ContentArea()})

    assert set(areas_of_a_test(bank_with_areas, Constraints(10, blueprint), 10)) == {"geometry"}


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_minima_and_maxima_that_can_be_kept_are_kept(data: st.DataObject) -> None:
    """Whatever the blueprint, as long as it does not contradict itself: no test breaks it or ends early."""
    names = ["a", "b", "c", "d"][: data.draw(st.integers(1, 4))]
    bank = random_bank(40, 2).with_content([names[item % len(names)] for item in range(40)])
    length = data.draw(st.integers(1, 12))
    areas = {}
    for name in names:
        minimum = data.draw(st.integers(0, 5))
        maximum = data.draw(st.none() | st.integers(max(1, minimum), 9))
        target = data.draw(st.none() | st.floats(0.0, 1.0 / len(names)))
        areas[name] = ContentArea(target, minimum, maximum)
    blueprint = ContentBlueprint(areas)
    try:
        blueprint.check_length(length)
    except DesignError:
        assume(False)

    taken = areas_of_a_test(bank, Constraints(length, blueprint), length)

    for name, area in areas.items():
        assert taken.count(name) >= area.minimum
        assert area.maximum is None or taken.count(name) <= area.maximum


def test_of_enemies_a_test_holds_one_at_most(bank_with_areas: ItemBank) -> None:
    state = CatState.begin()
    for position in range(195):
        state = state.after(bank_with_areas, next_item(bank_with_areas, state).item, position % 2)

    for group in ([0, 1, 5], [7, 8], [30, 60, 90]):
        assert len(set(group) & set(state.administered)) == 1
    with pytest.raises(NoItemLeft):
        next_item(bank_with_areas, state)


def test_an_item_is_left_out_when_its_enemies_are_needed_for_a_minimum() -> None:
    """The sharpest item is the enemy of both geometry items, of which the test must have one."""
    bank = ItemBank.dichotomous([3.0, 1.0, 1.0, 0.9], [0.0, 0.0, 0.1, 0.0])
    bank = bank.with_content(["algebra", "geometry", "geometry", "algebra"], enemies=[[0, 1], [0, 2]])
    blueprint = ContentBlueprint({"algebra": ContentArea(0.9), "geometry": ContentArea(minimum=1)})

    choice = next_item(bank, CatState.begin(), "mfi", Constraints(2, blueprint))

    assert choice.item == 3
    assert next_item(bank, CatState.begin()).item == 0


def test_a_blueprint_that_cannot_be_kept_any_more_ends_the_test(bank_with_areas: ItemBank) -> None:
    blueprint = ContentBlueprint({"algebra": ContentArea(maximum=2)})
    state = CatState.begin().after_all(bank_with_areas, [3, 6], [1, 0])

    with pytest.raises(NoItemLeft):
        next_item(bank_with_areas, state, "mfi", Constraints(10, blueprint))


def test_a_blueprint_needs_items_with_areas(bank: ItemBank) -> None:
    blueprint = ContentBlueprint({"algebra": ContentArea(minimum=1)})

    with pytest.raises(SelectionError, match="needs a bank whose items have content areas"):
        next_item(bank, CatState.begin(), "mfi", Constraints(5, blueprint))
    with pytest.raises(DesignError, match="the bank's items have no content areas"):
        blueprint.check_bank(bank)


def test_a_bank_that_has_too_few_items_of_an_area_is_refused() -> None:
    bank = random_bank(4).with_content(["a", "a", "a", "b"], enemies=[[0, 1]])

    ContentBlueprint({"a": ContentArea(minimum=2)}).check_bank(bank)
    with pytest.raises(DesignError, match=r"blueprint\.a\.minimum: is 3, the bank can give 2"):
        ContentBlueprint({"a": ContentArea(minimum=3)}).check_bank(bank)
    with pytest.raises(DesignError, match=r"blueprint\.c\.minimum: is 1, the bank can give 0"):
        ContentBlueprint({"c": ContentArea(minimum=1)}).check_bank(bank)


@pytest.mark.parametrize(
    ("areas", "length", "field"),
    [
        ({}, 5, "blueprint"),
        ({"a": ContentArea(target=1.5)}, 5, "blueprint.a.target"),
        ({"a": ContentArea(target=float("nan"))}, 5, "blueprint.a.target"),
        ({"a": ContentArea(minimum=-1)}, 5, "blueprint.a.minimum"),
        ({"a": ContentArea(minimum=3, maximum=2)}, 5, "blueprint.a.maximum"),
        ({"a": ContentArea(maximum=0)}, 5, "blueprint.a.maximum"),
        ({"a": ContentArea(0.6), "b": ContentArea(0.6)}, 5, "blueprint"),
        ({"a": ContentArea(minimum=3), "b": ContentArea(minimum=3)}, 5, "blueprint"),
        ({"a": ContentArea(maximum=2), "b": ContentArea(maximum=2)}, 5, "blueprint"),
    ],
)
def test_a_blueprint_that_contradicts_itself_is_refused_by_field(
    areas: dict[str, ContentArea], length: int, field: str
) -> None:
    with pytest.raises(DesignError) as refused:
        ContentBlueprint(areas).check_length(length)

    assert refused.value.field == field


def test_many_examinees_are_judged_as_each_of_them_alone(bank_with_areas: ItemBank) -> None:
    blueprint = ContentBlueprint(
        {"algebra": ContentArea(0.5, 2, 9), "geometry": ContentArea(None, 3), "numbers": ContentArea(0.2)}
    )
    limits = blueprint.limits(bank_with_areas.content.area_names)
    rng = np.random.default_rng(6)
    used, available = rng.integers(0, 6, (50, 3)), rng.integers(0, 4, (50, 3))

    together = limits.next_areas(used, available, position=7, places=4)

    for row in range(50):
        alone = limits.next_areas(used[row : row + 1], available[row : row + 1], position=7, places=4)
        np.testing.assert_array_equal(together[row], alone[0])
