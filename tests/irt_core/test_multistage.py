"""Multistage tests: sessions, their stored state, and the simulation of many of them."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import numpy as np
import pytest

from irt_core import (
    CatDesign,
    Constraints,
    DesignError,
    IrtError,
    ItemBank,
    MaximumInformation,
    Module,
    MultistageResult,
    MultistageState,
    MultistageTest,
    Normal,
    Panel,
    PanelPlan,
    Route,
    StateError,
    assemble_forms,
    assemble_panels,
    estimate_ability,
    rng_for,
    simulate_cat,
    simulate_multistage,
)
from irt_core.assembly.panel import RouteBy
from tests.irt_core.conftest import random_bank
from tests.irt_core.multidimensional_samples import compensatory_bank
from tests.irt_core.test_panels import plan_1_3_3

EVERY_WAY_OF_ROUTING = pytest.mark.parametrize("by", ["theta", "score", "information"])


def small_panel(by: RouteBy = "theta", shift: int = 0) -> Panel:
    """A 1-2-2 panel of two items a module."""

    def module(name: str, first: int) -> Module:
        return Module(name, (first + shift, first + shift + 1))

    stages = (
        (module("r", 0),),
        (module("e2", 2), module("h2", 4)),
        (module("e3", 6), module("h3", 8)),
    )
    cuts = {"theta": ((0.1,), (-0.2,), (0.3,)), "score": ((1.0,), (2.0,), (3.0,)), "information": ((), (), ())}[by]
    return Panel(
        stages,
        {
            ("r",): Route(("e2", "h2"), by, cuts[0]),
            ("r", "e2"): Route(("e3", "h3"), by, cuts[1]),
            ("r", "h2"): Route(("e3", "h3"), by, cuts[2]),
        },
    )


def taken(test: MultistageTest, bank: ItemBank, scores: list[int], panel: int = 0) -> MultistageState:
    """The test of somebody with these scores."""
    state = test.begin(panel=panel)
    for score in scores:
        state = test.after(bank, state, score, 2.0)
    return state


@EVERY_WAY_OF_ROUTING
def test_everybody_is_led_to_the_module_that_the_route_says(by: RouteBy) -> None:
    """Against every pattern of answers, with estimates of our own."""
    bank, panel = random_bank(10, 3), small_panel(by)
    test = MultistageTest((panel,))
    for scores in product((0, 1), repeat=4):
        state = taken(test, bank, list(scores))

        path: tuple[str, ...] = ("r",)
        for n_items in (2, 4):
            given = list(state.cat.administered[:n_items])
            responses = np.full(10, np.nan)
            responses[given] = scores[:n_items]
            theta = estimate_ability(bank, responses).theta
            route = panel.route(path)
            if by == "information":
                told = [bank.information(theta)[0, list(panel.module(name).items)].sum() for name in route.to]
                is_hard = told[1] > told[0]
            else:
                is_hard = (theta if by == "theta" else sum(scores[:n_items])) >= route.cuts[0]
            path = (*path, route.to[int(is_hard)])
        assert state.path == path


def test_a_test_gives_all_items_of_its_modules_in_their_order_and_ends() -> None:
    bank, test = random_bank(10, 2), MultistageTest((small_panel("score"),))

    state = taken(test, bank, [1, 0, 1, 1, 0, 0])

    assert state.path == ("r", "h2", "h3")
    assert state.cat.administered == (0, 1, 4, 5, 8, 9)
    assert state.cat.elapsed_seconds == 12.0
    assert test.next_item(state) is None
    with pytest.raises(StateError, match="over"):
        test.after(bank, state, 1)
    with pytest.raises(StateError, match="not a score"):
        test.after(bank, test.begin(), 2)


@EVERY_WAY_OF_ROUTING
def test_a_stored_state_is_plain_json_and_replays_to_the_same_bits(by: RouteBy) -> None:
    bank = random_bank(20, 3)
    test = MultistageTest((small_panel(by), small_panel(by, shift=10)), Normal(0.2, 0.9))
    restored_test = MultistageTest.from_dict(json.loads(json.dumps(test.to_dict())))
    assert restored_test == test
    rng = np.random.default_rng(3)
    for panel in (0, 1):
        state = test.begin(panel=panel)
        for _ in range(7):
            stored = json.loads(json.dumps(state.to_dict()))
            restored = MultistageState.from_dict(stored, restored_test, bank)
            assert (restored.panel, restored.path) == (state.panel, state.path)
            assert restored.cat.thetas == state.cat.thetas
            assert restored.cat.elapsed_seconds == state.cat.elapsed_seconds
            assert (restored.cat.log_posterior == state.cat.log_posterior).all()
            assert test.next_item(restored) == test.next_item(state)
            if test.next_item(state) is not None:
                state = test.after(bank, state, int(rng.integers(2)), 1.5)


def test_a_stored_state_that_does_not_fit_is_refused() -> None:
    bank, test = random_bank(20, 2), MultistageTest((small_panel("score"), small_panel("score", shift=10)))
    stored = taken(test, bank, [1, 1, 0]).to_dict()

    def refused(reason: str, **changes: Any) -> None:
        with pytest.raises(StateError, match=reason):
            MultistageState.from_dict({**stored, **changes}, test, bank)

    refused("does not fit its panel", path=["r", "e2"])
    refused("does not fit its panel", panel=1)
    refused("the panels 0 to 1, not 2", panel=2)
    refused("does not fit its panel", cat={**stored["cat"], "administered": [0, 1, 2]})
    refused("does not fit its bank", cat={**stored["cat"], "scores": [1, 1, 7]})
    refused("not as this version writes it", cat={})
    with pytest.raises(StateError, match="not as this version writes it"):
        MultistageState.from_dict({}, test, bank)


def test_the_panel_is_drawn_by_chance_or_named() -> None:
    test = MultistageTest((small_panel(), small_panel(shift=10)))

    drawn = [test.begin(rng_for(seed, 0)).panel for seed in range(200)]

    assert 70 < sum(drawn) < 130
    assert drawn == [test.begin(rng_for(seed, 0)).panel for seed in range(200)]
    assert test.begin(panel=1).panel == 1
    assert test.begin(prior=Normal(1.0, 0.5)).cat.theta == pytest.approx(1.0, abs=1e-6)
    with pytest.raises(StateError, match="the panels 0 to 1, not 5"):
        test.begin(panel=5)


def test_a_bank_that_cannot_serve_the_panels_is_refused() -> None:
    test = MultistageTest((small_panel(),))

    with pytest.raises(DesignError, match=r"panels\.0: must hold items from 0 to 8"):
        test.check(random_bank(9))
    with pytest.raises(DesignError, match="the bank is of several"):
        simulate_multistage(compensatory_bank(10), [0.0], test)
    with pytest.raises(DesignError, match="at least one panel"):
        MultistageTest(())
    with pytest.raises(DesignError, match="not as this version writes them"):
        MultistageTest.from_dict({"panels": []})
    with pytest.raises(IrtError, match="finite numbers"):
        simulate_multistage(random_bank(10), [np.nan], test)


@EVERY_WAY_OF_ROUTING
def test_a_simulated_examinee_and_a_live_session_take_the_same_test(by: RouteBy) -> None:
    bank = random_bank(20, 3)
    test = MultistageTest((small_panel(by), small_panel(by, shift=10)))

    result = simulate_multistage(bank, np.linspace(-2, 2, 40), test, seed=5)

    for who in range(40):
        state = taken(test, bank, result.tests.scores[who].tolist(), int(result.panels[who]))
        assert state.path == result.paths[who]
        assert list(state.cat.administered) == result.tests.items[who].tolist()
        assert (state.cat.theta, state.cat.se) == (result.tests.estimates[who], result.tests.ses[who])


@EVERY_WAY_OF_ROUTING
def test_a_simulation_agrees_with_all_patterns_of_answers(by: RouteBy) -> None:
    """Routes, bias and error against their expectations over the 64 patterns of six answers."""
    bank, test, theta, n = random_bank(10, 3), MultistageTest((small_panel(by),)), 0.4, 20_000
    expected: dict[tuple[str, ...], float] = {}
    moments = np.zeros(4)
    for scores in product((0, 1), repeat=6):
        state = taken(test, bank, list(scores))
        right = bank.probability(theta)[0, list(state.cat.administered)]
        chance = float(np.where(scores, right, 1 - right).prod())
        expected[state.path] = expected.get(state.path, 0.0) + chance
        moments += chance * (state.cat.theta - theta) ** np.arange(1, 5)

    result = simulate_multistage(bank, np.full(n, theta), test, seed=2)

    assert sum(expected.values()) == pytest.approx(1.0)
    for path, part in expected.items():
        assert abs(result.routes.get(path, 0.0) - part) < 4 * np.sqrt(part * (1 - part) / n) + 1e-12
    bias, square, _, fourth = moments
    assert abs(result.tests.bias - bias) < 4 * np.sqrt((square - bias**2) / n)
    assert abs(result.tests.rmse**2 - square) < 4 * np.sqrt((fourth - square**2) / n)
    assert result.tests.conditional.rmse.tolist() == [pytest.approx(result.tests.rmse)]


def test_the_same_seed_gives_the_same_result_and_its_summary_is_plain_json() -> None:
    bank, test = random_bank(20, 2), MultistageTest((small_panel(), small_panel(shift=10)))

    one, again = (simulate_multistage(bank, np.linspace(-1, 1, 50), test, seed=9) for _ in range(2))
    other = simulate_multistage(bank, np.linspace(-1, 1, 50), test, seed=10)

    assert (one.tests.items == again.tests.items).all()
    assert not (one.tests.scores == other.tests.scores).all()
    written = json.loads(json.dumps(one.to_dict()))
    assert sum(route["part"] for route in written["routes"]) == pytest.approx(1.0)
    assert written["length"] == 6.0


def test_panels_share_the_exposure_between_them() -> None:
    bank, test = random_bank(20, 2), MultistageTest((small_panel(), small_panel(shift=10)))

    result: MultistageResult = simulate_multistage(bank, np.random.default_rng(1).normal(size=4000), test)

    assert result.tests.exposure[[0, 1, 10, 11]] == pytest.approx(0.5, abs=0.04)
    assert result.tests.exposure.sum() == pytest.approx(6.0)


def test_modules_of_different_lengths_end_in_nothing() -> None:
    stages = ((Module("r", (0,)),), (Module("e", (1, 2, 3)), Module("h", (4,))))
    test = MultistageTest((Panel(stages, {("r",): Route(("e", "h"), "score", (1.0,))}),))

    result = simulate_multistage(random_bank(5, 2), np.zeros(30), test)

    assert set(result.tests.lengths.tolist()) == {2, 4}
    for items, length in zip(result.tests.items, result.tests.lengths, strict=True):
        assert (items[length:] == -1).all()
        assert (items[:length] >= 0).all()


def test_a_polytomous_bank_routes_by_its_points(polytomous_bank: ItemBank) -> None:
    stages = ((Module("r", tuple(range(8))),), (Module("e", (8, 9)), Module("h", (10, 11))))
    test = MultistageTest((Panel(stages, {("r",): Route(("e", "h"), "score", (9.0,))}),))

    result = simulate_multistage(polytomous_bank, np.linspace(-2, 2, 60), test, seed=1)

    points = result.tests.scores[:, :8].sum(axis=1)
    assert [path[1] for path in result.paths] == ["h" if total >= 9 else "e" for total in points]


def test_a_multistage_test_measures_the_ends_better_than_a_fixed_form_and_not_better_than_an_adaptive_one() -> None:
    bank, length = random_bank(150, 2), 12
    panel = assemble_panels(bank, plan_1_3_3(), gap=0.1)[0]
    form = assemble_forms(bank, Constraints(length), MaximumInformation((0.0,))).forms[0]
    only = Module("form", form.items)
    fixed = MultistageTest((Panel(((only,),)),))
    theta = np.repeat([-2.0, 2.0], 1500)

    adaptive = simulate_cat(bank, theta, CatDesign.from_dict({"stopping": {"max_items": length}}), seed=1)
    multistage = simulate_multistage(bank, theta, MultistageTest((panel,)), seed=1).tests
    linear = simulate_multistage(bank, theta, fixed, seed=1).tests

    assert linear.length == multistage.length == adaptive.length == length
    assert (multistage.conditional.rmse < 0.95 * linear.conditional.rmse).all()
    assert (adaptive.conditional.rmse < 1.03 * multistage.conditional.rmse).all()
    assert (multistage.conditional.se < linear.conditional.se).all()


def test_one_stage_is_a_fixed_form() -> None:
    bank, plan = random_bank(30, 2), PanelPlan((plan_1_3_3(6).stages[0],))

    panel = assemble_panels(bank, plan, gap=0.0)[0]
    result = simulate_multistage(bank, np.zeros(5), MultistageTest((panel,)))

    assert (result.tests.items == np.array(panel.first.items)).all()
    assert result.routes == {("routing",): 1.0}
