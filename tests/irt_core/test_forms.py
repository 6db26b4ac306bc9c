"""Fixed and parallel forms: every form keeps every constraint, and none better can be made."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Literal

import numpy as np
import pytest

from irt_core import (
    AssemblyError,
    Constraints,
    ContentArea,
    ContentBlueprint,
    CountLimit,
    InfeasibleTest,
    ItemBank,
    MaximumInformation,
    Sections,
    SetRule,
    SumLimit,
    TargetInformation,
    TestSpecification,
    assemble_forms,
)
from irt_core.arrays import FloatArray
from tests.irt_core.conftest import random_bank
from tests.irt_core.multidimensional_samples import compensatory_bank
from tests.irt_core.test_shadow import BLUEPRINT, rich_bank

POINTS = (-1.0, 0.0, 1.0)
METHODS: tuple[Literal["simultaneous", "sequential"], ...] = ("simultaneous", "sequential")


def constraints_of() -> Constraints:
    specification = TestSpecification(
        counts=(CountLimit("format", ("open",), 3, 5),), sums=(SumLimit("words", 250, 300),), exclude=(5,)
    )
    return Constraints(8, BLUEPRINT, specification=specification)


def information(bank: ItemBank, items: tuple[int, ...], theta: tuple[float, ...] = POINTS) -> FloatArray:
    told: FloatArray = bank.information(theta)[:, list(items)].sum(axis=1)
    return told


@pytest.mark.parametrize("method", METHODS)
def test_every_form_keeps_every_constraint_and_shares_no_item(method: Literal["simultaneous", "sequential"]) -> None:
    bank = rich_bank(90)

    found = assemble_forms(bank, constraints_of(), MaximumInformation(POINTS), 3, method=method, gap=0.1)

    attributes = bank.content.attributes
    for form in found.forms:
        areas = [(bank.content.areas or ())[item] for item in form.items]
        assert len(set(form.items)) == 8
        assert 2 <= areas.count("algebra") <= 4
        assert 2 <= areas.count("geometry") <= 3
        assert 3 <= sum(attributes["format"][item] == "open" for item in form.items) <= 5
        assert 250 <= sum(float(attributes["words"][item]) for item in form.items) <= 300
        assert 5 not in form.items
        assert len({0, 3} & set(form.items)) <= 1
        assert form.information == pytest.approx(information(bank, form.items))
    used = [item for form in found.forms for item in form.items]
    assert len(set(used)) == len(used)
    assert found.value == pytest.approx(min(min(form.information) for form in found.forms))


def test_the_form_is_the_best_of_all_that_there_are() -> None:
    """Against every test of four items from fourteen."""
    bank = random_bank(14, 3)
    tests = np.array([information(bank, items) for items in combinations(range(14), 4)])
    weights, target = np.array([1.0, 2.0, 0.5]), np.array([0.6, 0.9, 0.7])

    most = assemble_forms(bank, Constraints(4), MaximumInformation(POINTS, tuple(weights)), gap=0.0)
    nearest = assemble_forms(bank, Constraints(4), TargetInformation(POINTS, tuple(target)), gap=0.0)

    assert most.value == pytest.approx((tests / weights).min(axis=1).max())
    assert most.bound == pytest.approx(most.value, abs=1e-6)
    assert nearest.value == pytest.approx(np.abs(tests - target).max(axis=1).min())
    assert nearest.bound == pytest.approx(nearest.value, abs=1e-6)


def test_two_forms_are_the_best_pair_that_there_is() -> None:
    """Against every pair of forms of three items from ten."""
    bank = random_bank(10, 2)
    best = max(
        min(information(bank, first).min(), information(bank, second).min())
        for first in combinations(range(10), 3)
        for second in combinations(sorted(set(range(10)) - set(first)), 3)
    )

    found = assemble_forms(bank, Constraints(3), MaximumInformation(POINTS), 2, gap=0.0)

    assert found.value == pytest.approx(best)


@pytest.mark.parametrize("method", METHODS)
def test_parallel_forms_measure_alike(method: Literal["simultaneous", "sequential"]) -> None:
    bank = random_bank(200, 3)
    target = TargetInformation(POINTS, (2.0, 3.0, 2.5))

    found = assemble_forms(bank, Constraints(12), target, 3, method=method, gap=0.05)

    reached = np.array([form.information for form in found.forms])
    assert np.abs(reached - np.array(target.information)).max() == pytest.approx(found.value)
    assert found.value < 0.15
    assert (found.bound is None) == (method == "sequential")


def test_the_last_of_sequential_forms_is_not_left_with_the_dregs() -> None:
    bank = random_bank(60, 2)

    together = assemble_forms(bank, Constraints(12), MaximumInformation((0.0,)), 4, gap=0.02)
    in_turn = assemble_forms(bank, Constraints(12), MaximumInformation((0.0,)), 4, method="sequential")
    dregs = np.sort(bank.information([0.0])[0])[-48:-36].sum()

    assert in_turn.value > 0.95 * together.value
    assert in_turn.value > 1.2 * dregs


def test_anchors_are_in_every_form_and_an_item_may_be_used_more_than_once() -> None:
    bank = random_bank(20, 2)
    anchored = Constraints(6, specification=TestSpecification(include=(2, 11)))

    for method in METHODS:
        found = assemble_forms(bank, anchored, MaximumInformation((0.0,)), 4, method=method, gap=0.05)
        assert all({2, 11} <= set(form.items) for form in found.forms)
        others = [item for form in found.forms for item in form.items if item not in (2, 11)]
        assert len(set(others)) == len(others) == 16
        twice = assemble_forms(bank, anchored, MaximumInformation((0.0,)), 8, most_uses=2, method=method, gap=0.05)
        uses = np.bincount([item for form in twice.forms for item in form.items], minlength=20)
        assert uses[2] == uses[11] == 8
        assert np.delete(uses, [2, 11]).max() == 2


def test_sets_stay_together_and_sections_follow_each_other() -> None:
    bank = rich_bank(60, sets=[[10, 11, 12, 13], [20, 21, 22], [40, 41, 42, 43, 44]])
    specification = TestSpecification(least_sets=1, sections=Sections("format", ("open", "closed")))
    constraints = Constraints(10, sets=SetRule(2, 3, 2), specification=specification)

    form = assemble_forms(bank, constraints, MaximumInformation((0.0,))).forms[0]

    sizes = [len(set(group) & set(form.items)) for group in bank.content.sets]
    assert 1 <= sum(size > 0 for size in sizes) <= 2
    assert all(size in (0, 2, 3) for size in sizes)
    for group in bank.content.sets:
        places = [form.items.index(item) for item in group if item in form.items]
        assert places == list(range(places[0], places[0] + len(places))) if places else True
    single = [item for item in form.items if bank.content.set_of[item] < 0]
    formats = [bank.content.attributes["format"][item] for item in single]
    assert formats == sorted(formats, reverse=True)


def test_forms_are_plain_json() -> None:
    found = assemble_forms(random_bank(20, 2), Constraints(5), MaximumInformation((0.0,)), 2)

    written = json.loads(json.dumps(found.to_dict()))

    assert [tuple(form["items"]) for form in written["forms"]] == [form.items for form in found.forms]
    assert written["value"] == found.value


def test_what_cannot_be_assembled_is_refused_with_the_reason() -> None:
    bank = rich_bank(30)
    objective = MaximumInformation((0.0,))
    impossible = Constraints(8, specification=TestSpecification(sums=(SumLimit("words", minimum=5000),)))

    with pytest.raises(InfeasibleTest, match="sum of words: 5000 or more") as refused:
        assemble_forms(bank, impossible, objective)
    assert any("words" in name for name in refused.value.conflict)
    for method in METHODS:
        with pytest.raises(AssemblyError, match="does not suffice for"):
            assemble_forms(bank, Constraints(8), objective, 4, method=method)
    with pytest.raises(AssemblyError, match="at least one form"):
        assemble_forms(bank, Constraints(8), objective, 0)
    with pytest.raises(AssemblyError, match="no method is called 'greedy'"):
        assemble_forms(bank, Constraints(8), objective, method="greedy")  # type: ignore[arg-type]
    with pytest.raises(AssemblyError, match="the bank is of several"):
        assemble_forms(compensatory_bank(20), Constraints(8), objective)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (((),), "at least one finite theta"),
        (((float("nan"),),), "at least one finite theta"),
        (((0.0, 1.0), (1.0,)), "a weight above 0 for each theta"),
        (((0.0,), (0.0,)), "a weight above 0 for each theta"),
    ],
)
def test_an_objective_that_says_nothing_is_refused(arguments: tuple[tuple[float, ...], ...], reason: str) -> None:
    with pytest.raises(AssemblyError, match=reason):
        MaximumInformation(*arguments)


def test_a_target_needs_an_information_for_each_theta() -> None:
    with pytest.raises(AssemblyError, match="an information of 0 or more for each theta"):
        TargetInformation((0.0, 1.0), (1.0,))
    with pytest.raises(AssemblyError, match="an information of 0 or more for each theta"):
        TargetInformation((0.0,), (-1.0,))


def test_a_blueprint_holds_for_polytomous_items_too(polytomous_bank: ItemBank) -> None:
    bank = polytomous_bank.with_content([("a", "b")[item % 2] for item in range(24)])
    constraints = Constraints(8, ContentBlueprint({"a": ContentArea(0.25), "b": ContentArea(0.75)}))

    form = assemble_forms(bank, constraints, MaximumInformation(POINTS)).forms[0]

    assert sum(item % 2 for item in form.items) == 6
