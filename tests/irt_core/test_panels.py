"""Panels: every way through them is a test that keeps its constraints, and routes lead to the fitting module."""

from __future__ import annotations

import json
from itertools import chain, combinations
from statistics import NormalDist
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irt_core import (
    AssemblyError,
    Constraints,
    ContentArea,
    ContentBlueprint,
    CountLimit,
    DesignError,
    InfeasibleTest,
    ItemBank,
    Module,
    ModulePlan,
    Normal,
    Panel,
    PanelPlan,
    Route,
    SetRule,
    SumLimit,
    TestSpecification,
    assemble_panels,
)
from irt_core.assembly.panel import RouteBy, neighbours
from irt_core.assembly.routing import information_cuts, population_cuts, score_cuts, with_routes
from tests.irt_core.conftest import random_bank
from tests.irt_core.multidimensional_samples import compensatory_bank
from tests.irt_core.test_shadow import rich_bank

WHOLE_WAY = Constraints(
    blueprint=ContentBlueprint(
        {"algebra": ContentArea(minimum=3, maximum=6), "geometry": ContentArea(0.3), "numbers": ContentArea()}
    ),
    specification=TestSpecification(
        counts=(CountLimit("format", ("open",), 4, 7),), sums=(SumLimit("words", 330, 480),), exclude=(5,)
    ),
)


def plan_1_3_3(length: int = 4, **more: Any) -> PanelPlan:
    """One routing module and two stages of three."""

    def stage(number: int, spread: float) -> tuple[ModulePlan, ...]:
        names = ("easy", "medium", "hard")
        return tuple(
            ModulePlan(f"{name} {number}", length, (place * spread,))
            for name, place in zip(names, (-1, 0, 1), strict=True)
        )

    return PanelPlan(((ModulePlan("routing", length, (-1.0, 0.0, 1.0)),), stage(2, 1.0), stage(3, 1.3)), **more)


def items_of(panel: Panel, path: tuple[str, ...]) -> list[int]:
    return [item for name in path for item in panel.module(name).items]


def all_items(panel: Panel) -> list[int]:
    return [item for module in chain(*panel.stages) for item in module.items]


def test_every_way_through_every_panel_keeps_every_constraint() -> None:
    bank = rich_bank(100)

    panels = assemble_panels(bank, plan_1_3_3(), WHOLE_WAY, 2, gap=0.1)

    attributes = bank.content.attributes
    for panel in panels:
        assert len(set(all_items(panel))) == len(all_items(panel)) == 28
        for path in panel.paths():
            items = items_of(panel, path)
            areas = [(bank.content.areas or ())[item] for item in items]
            assert len(items) == 12
            assert 3 <= areas.count("algebra") <= 6
            assert 3 <= areas.count("geometry") <= 4
            assert 4 <= sum(attributes["format"][item] == "open" for item in items) <= 7
            assert 330 <= sum(float(attributes["words"][item]) for item in items) <= 480
            assert 5 not in items
            assert len({0, 3} & set(items)) <= 1
            assert len({7, 8, 9} & set(items)) <= 1
    assert not set(all_items(panels[0])) & set(all_items(panels[1]))


def test_a_panel_is_the_best_that_there_is() -> None:
    """Against every panel of two modules of two items from seven."""
    bank = random_bank(7, 2)
    plan = PanelPlan(((ModulePlan("first", 2, (0.0,)),), (ModulePlan("second", 2, (1.0,)),)))
    first, second = bank.information([0.0, 1.0])
    ideal = np.sort(first)[-2:].sum(), np.sort(second)[-2:].sum()

    def worth(of_first: list[int], of_second: list[int]) -> float:
        return min(float(first[of_first].sum() / ideal[0]), float(second[of_second].sum() / ideal[1]))

    best = max(
        worth(list(one), list(other))
        for one in combinations(range(7), 2)
        for other in combinations(sorted(set(range(7)) - set(one)), 2)
    )

    panel = assemble_panels(bank, plan, gap=0.0)[0]

    assert worth(list(panel.first.items), list(panel.module("second").items)) == pytest.approx(best)


def test_modules_measure_where_they_are_to_and_the_last_panel_as_well_as_the_first() -> None:
    bank = random_bank(90, 2)

    panels = assemble_panels(bank, plan_1_3_3(), n_panels=3, gap=0.1)

    def told(panel: Panel, name: str, theta: float) -> float:
        return float(bank.information([theta])[0, list(panel.module(name).items)].sum())

    for panel in panels:
        assert told(panel, "easy 3", -1.3) > 1.5 * told(panel, "hard 3", -1.3)
        assert told(panel, "hard 3", 1.3) > 1.5 * told(panel, "easy 3", 1.3)
    for name, theta in (("easy 3", -1.3), ("medium 3", 0.0), ("hard 3", 1.3)):
        of_each = [told(panel, name, theta) for panel in panels]
        assert min(of_each) > 0.6 * max(of_each)


def test_sets_stay_in_one_module_and_anchors_are_in_every_panel() -> None:
    bank = rich_bank(120, sets=[[10, 11, 12], [20, 21, 22], [40, 41, 42, 43]])
    anchored = Constraints(specification=TestSpecification(include=(33,)))

    panels = assemble_panels(
        bank,
        plan_1_3_3(),
        Constraints(sets=SetRule(2, 3)),
        2,
        of_modules={"routing": anchored, "easy 2": Constraints(sets=SetRule(2, 3), specification=least_one_set())},
        gap=0.1,
    )

    for panel in panels:
        assert 33 in panel.first.items
        for group in bank.content.sets:
            where = [module for module in chain(*panel.stages) if set(group) & set(module.items)]
            assert len(where) <= 1
        begun = [set(group) & set(panel.module("easy 2").items) for group in bank.content.sets]
        assert sorted(map(len, begun))[-1] in (2, 3)


def least_one_set() -> TestSpecification:
    return TestSpecification(least_sets=1)


def test_items_may_be_used_in_several_panels_if_that_is_allowed() -> None:
    bank = random_bank(40, 2)

    panels = assemble_panels(bank, plan_1_3_3(), n_panels=2, most_uses=2, gap=0.1)

    assert len(set(all_items(panels[0]))) == 28
    assert set(all_items(panels[0])) & set(all_items(panels[1]))
    with pytest.raises(AssemblyError, match="not all of them from this bank"):
        assemble_panels(bank, plan_1_3_3(), n_panels=2, gap=0.1)


def test_what_cannot_be_assembled_is_refused_with_the_reason() -> None:
    bank = rich_bank(60)
    words = Constraints(specification=TestSpecification(sums=(SumLimit("words", minimum=5000),)))

    with pytest.raises(InfeasibleTest, match=r"no way through a panel can meet all of: .*words"):
        assemble_panels(bank, plan_1_3_3(), words)
    with pytest.raises(InfeasibleTest, match=r"the module routing cannot meet all of: .*words"):
        assemble_panels(bank, plan_1_3_3(), of_modules={"routing": words})
    with pytest.raises(DesignError, match="no module is called 'other'"):
        assemble_panels(bank, plan_1_3_3(), of_modules={"other": words})
    with pytest.raises(DesignError, match="is 12, the constraints say 20"):
        assemble_panels(bank, plan_1_3_3(), Constraints(20))
    with pytest.raises(DesignError, match=r"specification\.include"):
        assemble_panels(bank, plan_1_3_3(), Constraints(specification=TestSpecification(include=(1,))))
    with pytest.raises(AssemblyError, match="at least one panel"):
        assemble_panels(bank, plan_1_3_3(), n_panels=0)
    with pytest.raises(AssemblyError, match="the bank is of several"):
        assemble_panels(compensatory_bank(60), plan_1_3_3())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"stages": ()}, "must begin with a stage of one module"),
        ({"stages": ((ModulePlan("a", 1, (0.0,)), ModulePlan("b", 1, (0.0,))),)}, "must begin with a stage of one"),
        ({"stages": ((ModulePlan("a", 1, (0.0,)),), (ModulePlan("a", 1, (0.0,)),))}, "a name of its own"),
        (
            {"stages": ((ModulePlan("a", 1, (0.0,)),), (ModulePlan("b", 1, (0.0,)), ModulePlan("c", 2, (0.0,))))},
            "the same number of items",
        ),
        (
            {"stages": ((ModulePlan("a", 1, (0.0,)),), (ModulePlan("b", 1, (0.0,)),)), "ways": {("b",): ("a",)}},
            "must lead from a to modules of the next stage",
        ),
        (
            {"stages": ((ModulePlan("a", 1, (0.0,)),), (ModulePlan("b", 1, (0.0,)),)), "ways": {("a",): ("c",)}},
            "must lead from a to modules of the next stage",
        ),
    ],
)
def test_a_plan_that_no_panel_can_follow_is_refused(arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(DesignError, match=reason):
        PanelPlan(**arguments)


def test_a_module_to_be_filled_has_a_length_and_a_place_to_measure_at() -> None:
    for length, theta in ((0, (0.0,)), (1, ())):
        with pytest.raises(DesignError, match=r"panel\.a: needs a length"):
            ModulePlan("a", length, theta)


def test_the_usual_ways_lead_to_neighbours() -> None:
    ways = neighbours((("routing",), ("easy", "medium", "hard"), ("e", "m", "h")))

    assert ways["routing",] == ("easy", "medium", "hard")
    assert ways["routing", "easy"] == ("e", "m")
    assert ways["routing", "medium"] == ("e", "m", "h")
    assert ways["routing", "hard"] == ("m", "h")
    assert neighbours((("r",), ("a", "b"), ("x", "y", "z")))["r", "a"] == ("x", "y")


def two_modules(bank: ItemBank) -> tuple[Module, Module]:
    order = np.argsort(bank.locations)
    return Module("easy", tuple(order[:10].tolist())), Module("hard", tuple(order[-10:].tolist()))


def test_cuts_of_information_lie_where_the_modules_tell_the_same() -> None:
    bank = random_bank(40, 2)
    easy, hard = two_modules(bank)

    (cut,) = information_cuts(bank, [easy, hard])

    told = bank.information([cut - 0.2, cut, cut + 0.2])
    of_easy, of_hard = told[:, list(easy.items)].sum(axis=1), told[:, list(hard.items)].sum(axis=1)
    assert of_easy[1] == pytest.approx(of_hard[1], rel=1e-4)
    assert of_easy[0] > of_hard[0]
    assert of_easy[2] < of_hard[2]


def test_cuts_never_fall_even_if_the_modules_are_in_the_wrong_order() -> None:
    bank = random_bank(40, 3)
    easy, hard = two_modules(bank)
    middle = Module("middle", tuple(range(10)))

    for modules in ([hard, middle, easy], [easy, hard, middle], [middle, middle, easy]):
        cuts = information_cuts(bank, modules)
        assert len(cuts) == 2
        assert cuts[0] <= cuts[1]


def test_cuts_of_the_population_give_each_module_its_part() -> None:
    cuts = population_cuts((0.25, 0.5, 0.25), Normal(1.0, 2.0))

    assert [NormalDist(1.0, 2.0).cdf(cut) for cut in cuts] == pytest.approx([0.25, 0.75])
    for parts in ((0.5, 0.6), (1.5, -0.5), ()):
        with pytest.raises(DesignError, match="above 0 and add up to 1"):
            population_cuts(parts)


@given(theta=st.floats(-3, 3), seed=st.integers(0, 50))
@settings(max_examples=20, deadline=None)
def test_a_cut_of_the_score_is_the_expected_score_rounded_up(theta: float, seed: int) -> None:
    bank = random_bank(12, 3, seed)
    modules = [Module("a", (0, 3, 5)), Module("b", (7, 9))]

    (cut,) = score_cuts(bank, modules, (theta,))

    expected = bank.probability(theta)[0, [0, 3, 5, 7, 9]].sum()
    assert expected - 1e-8 <= cut < expected + 1
    assert cut == round(cut)


def test_a_cut_of_the_score_counts_the_points_of_polytomous_items(polytomous_bank: ItemBank) -> None:
    (cut,) = score_cuts(polytomous_bank, [Module("a", tuple(range(24)))], (0.3,))

    probability = np.nan_to_num(polytomous_bank.probability(0.3)[0])
    assert cut == np.ceil((probability @ np.arange(probability.shape[1])).sum())


@pytest.mark.parametrize("by", ["theta", "score", "information"])
def test_an_assembled_panel_has_a_route_for_every_way(by: RouteBy) -> None:
    bank = random_bank(120, 3)
    plan = plan_1_3_3(by=by, parts={1: (0.3, 0.4, 0.3)})

    panel = assemble_panels(bank, plan, gap=0.1)[0]

    assert len(list(panel.paths())) == 7
    first = panel.route(("routing",))
    assert first.by == by
    if by == "information":
        assert first.cuts == ()
    if by == "theta":
        assert first.cuts == pytest.approx(population_cuts((0.3, 0.4, 0.3)))
        assert panel.route(("routing", "easy 2")).cuts == pytest.approx(
            information_cuts(bank, [panel.module("easy 3"), panel.module("medium 3")])
        )
    if by == "score":
        assert first.cuts == score_cuts(bank, [panel.first], population_cuts((0.3, 0.4, 0.3)))
    assert Panel.from_dict(json.loads(json.dumps(panel.to_dict()))) == panel


def test_population_intervals_are_cut_to_the_modules_that_can_be_reached() -> None:
    bank = random_bank(30, 2)
    stages = (
        (Module("r", (0, 1)),),
        (Module("a", (2,)), Module("b", (3,))),
        (Module("x", (4,)), Module("y", (5,)), Module("z", (6,))),
    )

    panel = with_routes(bank, stages, parts={2: (0.2, 0.5, 0.3)})

    low, high = population_cuts((0.2, 0.5, 0.3))
    assert panel.route(("r", "a")).cuts == (low,)
    assert panel.route(("r", "b")).cuts == (high,)
    with pytest.raises(DesignError, match="a part for each of the 3 modules"):
        with_routes(bank, stages, parts={2: (0.5, 0.5)})
    with pytest.raises(DesignError, match="neighbouring modules"):
        with_routes(bank, stages, parts={2: (0.2, 0.5, 0.3)}, ways={("r",): ("a",), ("r", "a"): ("x", "z")})


FIRST, EASY, HARD = Module("r", (0, 1)), Module("e", (2, 3)), Module("h", (4, 5))


@pytest.mark.parametrize(
    ("stages", "routes", "reason"),
    [
        (((FIRST, EASY),), {}, "begin with a stage of one module"),
        (((FIRST,), (FIRST,)), {}, "a name of its own"),
        (((Module("r", (0, 0)),),), {}, "none twice"),
        (((Module("r", ()),),), {}, "must hold items"),
        (((FIRST,), (EASY, HARD)), {}, "no route after r"),
        (((FIRST,), (EASY, HARD)), {("r",): Route(("e", "x"), "theta", (0.0,))}, "lead to modules of the next stage"),
        (((FIRST,), (EASY, HARD)), {("r",): Route(("e", "h"), "theta", ())}, "needs 1 finite cuts"),
        (((FIRST,), (EASY, HARD)), {("r",): Route(("e", "h"), "information", (0.0,))}, "needs 0 finite cuts"),
        (
            ((FIRST,), (EASY, HARD)),
            {("r",): Route(("e", "h"), cast(RouteBy, "luck"), (0.0,))},
            "by score, theta or information",
        ),
        (
            ((FIRST,), (EASY, HARD, Module("m", (6,)))),
            {("r",): Route(("e", "m", "h"), "theta", (1.0, 0.0))},
            "must not fall",
        ),
        (((FIRST,), (Module("e", (1, 2)),)), {("r",): Route(("e",))}, "an item comes twice on the way r - e"),
    ],
)
def test_a_panel_that_cannot_be_run_is_refused(stages: Any, routes: Any, reason: str) -> None:
    with pytest.raises(DesignError, match=reason):
        Panel(stages, routes)


def test_a_stored_panel_that_is_none_is_refused() -> None:
    for stored in ({}, {"stages": [[{"name": "r"}]], "routes": []}, {"stages": [[{"name": "r", "items": ["x"]}]]}):
        with pytest.raises(DesignError, match="not as this version writes it"):
            Panel.from_dict(stored)
