"""Test designs as JSON: what they say comes back, and what is wrong is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irt_core import (
    CatDesign,
    ConfidenceInterval,
    ContentArea,
    ContentBlueprint,
    DesignError,
    ItemBank,
    NoItemLeft,
    Normal,
    Randomesque,
    SequentialRatio,
    Start,
    Stopping,
    SympsonHetter,
    rng_for,
)
from irt_core.adaptive.criteria import CRITERIA
from tests.irt_core.conftest import random_bank

FULL = {
    "stopping": {
        "max_items": 30,
        "min_items": 5,
        "se": 0.3,
        "theta_change": 0.01,
        "se_gain": 0.001,
        "time_limit_seconds": 3600,
        "classification": {
            "kind": "sprt",
            "cut_scores": [-1, 0.5],
            "indifference": 0.25,
            "alpha": 0.1,
            "beta": 0.05,
        },
    },
    "selection": {"rule": "progressive"},
    "exposure": {"kind": "randomesque", "n": 5},
    "blueprint": {"algebra": {"target": 0.5, "minimum": 2, "maximum": 20}, "geometry": {"target": 0.5}},
    "start": {"theta": -0.5, "n_random": 2, "among": 7},
    "prior": {"mean": 0.5, "sd": 1.5},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The full design with another value at a dotted path."""
    design: dict[str, Any] = json.loads(json.dumps(FULL))
    *parents, last = path.split(".")
    part = design
    for name in parents:
        part = part[name]
    part[last] = value
    return design


def test_a_design_says_what_was_written() -> None:
    design = CatDesign.from_dict(FULL)

    assert design == CatDesign(
        stopping=Stopping(30, 5, 0.3, 0.01, 0.001, 3600.0, SequentialRatio((-1.0, 0.5), 0.25, 0.1, 0.05)),
        selection="progressive",
        exposure=Randomesque(5),
        blueprint=ContentBlueprint({"algebra": ContentArea(0.5, 2, 20), "geometry": ContentArea(0.5)}),
        start=Start(-0.5, 2, 7),
        prior=Normal(0.5, 1.5),
    )


def test_only_the_greatest_length_must_be_said() -> None:
    design = CatDesign.from_dict({"stopping": {"max_items": 20}, "exposure": None, "start": {}})

    assert design == CatDesign(Stopping(20))


_numbers = st.floats(0.01, 5.0)
_designs = st.builds(
    CatDesign,
    stopping=st.builds(
        Stopping,
        max_items=st.integers(20, 60),
        min_items=st.integers(0, 20),
        se=st.none() | _numbers,
        theta_change=st.none() | _numbers,
        se_gain=st.none() | _numbers,
        time_limit_seconds=st.none() | _numbers,
        classification=st.none()
        | st.builds(ConfidenceInterval, cut_scores=st.just((0.0, 1.0)), level=st.floats(0.5, 0.99))
        | st.builds(SequentialRatio, cut_scores=st.just((0.25,)), indifference=_numbers),
    ),
    selection=st.sampled_from(sorted(CRITERIA)),
    exposure=st.none()
    | st.builds(Randomesque, st.integers(1, 9))
    | st.builds(SympsonHetter, st.lists(st.floats(0.01, 1.0), min_size=1).map(tuple)),
    blueprint=st.none()
    | st.builds(
        ContentBlueprint,
        st.dictionaries(
            st.text(min_size=1),
            st.builds(ContentArea, target=st.none() | st.floats(0.0, 0.2), minimum=st.integers(0, 4)),
            min_size=1,
            max_size=5,
        ),
    ),
    start=st.builds(Start, theta=st.none() | st.floats(-3, 3), n_random=st.integers(0, 5), among=st.integers(1, 9)),
    prior=st.builds(Normal, mean=st.floats(-2, 2), sd=_numbers),
)


@given(design=_designs)
def test_every_design_survives_being_written_as_json(design: CatDesign) -> None:
    assert CatDesign.from_dict(json.loads(json.dumps(design.to_dict()))) == design


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("stopping", None, "stopping"),
        ("stopping", [], "stopping"),
        ("stopping.max_items", None, "stopping.max_items"),
        ("stopping.max_items", "30", "stopping.max_items"),
        ("stopping.max_items", 30.5, "stopping.max_items"),
        ("stopping.max_items", True, "stopping.max_items"),
        ("stopping.max_items", 0, "stopping.max_items"),
        ("stopping.se", "small", "stopping.se"),
        ("stopping.se", -1, "stopping.se"),
        ("stopping.patience", 3, "stopping.patience"),
        ("stopping.classification.kind", "coin", "stopping.classification.kind"),
        ("stopping.classification.kind", None, "stopping.classification.kind"),
        ("stopping.classification", "sprt", "stopping.classification.kind"),
        ("stopping.classification.cut_scores", None, "stopping.classification.cut_scores"),
        ("stopping.classification.cut_scores", 0.5, "stopping.classification.cut_scores"),
        ("stopping.classification.cut_scores", [0.5, "x"], "stopping.classification.cut_scores.1"),
        ("stopping.classification.alpha", 0.7, "stopping.classification.alpha"),
        ("stopping.classification.level", 0.9, "stopping.classification.level"),
        ("selection", "mfi", "selection"),
        ("selection.rule", "best", "selection"),
        ("selection.rule", 3, "selection.rule"),
        ("selection", {}, "selection.rule"),
        ("exposure.kind", "hide", "exposure.kind"),
        ("exposure.n", 0, "exposure.n"),
        ("exposure.n", None, "exposure.n"),
        ("exposure", {"kind": "sympson_hetter", "k": [2.0]}, "exposure.k"),
        ("blueprint", [], "blueprint"),
        ("blueprint", {}, "blueprint"),
        ("blueprint.algebra", 0.5, "blueprint.algebra"),
        ("blueprint.algebra.target", 1.2, "blueprint.algebra.target"),
        ("blueprint.algebra.minimum", 31, "blueprint.algebra.maximum"),
        ("blueprint.geometry.minimum", 29, "blueprint"),
        ("blueprint.algebra.weight", 1, "blueprint.algebra.weight"),
        ("start.theta", "low", "start.theta"),
        ("start.theta", float("inf"), "start.theta"),
        ("start.n_random", -1, "start.n_random"),
        ("start.among", 0, "start.among"),
        ("prior.sd", 0, "prior"),
        ("prior.mean", [], "prior.mean"),
        ("colour", "red", "colour"),
    ],
)
def test_what_is_wrong_with_a_design_is_named(path: str, value: Any, field: str) -> None:
    with pytest.raises(DesignError) as refused:
        CatDesign.from_dict(changed(path, value))

    assert refused.value.field == field
    assert str(refused.value) == f"{field}: {refused.value.reason}"


@pytest.mark.parametrize("written", [None, [], "design", 3])
def test_something_that_is_no_object_is_no_design(written: Any) -> None:
    with pytest.raises(DesignError) as refused:
        CatDesign.from_dict(written)

    assert refused.value.field == "design"


def test_a_design_knows_the_banks_that_cannot_serve_it() -> None:
    bank = random_bank(20).with_content(["algebra"] * 20)

    CatDesign(Stopping(10), exposure=SympsonHetter((0.5,) * 20)).check(bank)
    with pytest.raises(DesignError, match=r"exposure\.k: has 19 values, the bank has 20 items"):
        CatDesign(Stopping(10), exposure=SympsonHetter((0.5,) * 19)).check(bank)
    with pytest.raises(DesignError, match=r"blueprint\.geometry\.minimum"):
        CatDesign(Stopping(10), blueprint=ContentBlueprint({"geometry": ContentArea(minimum=1)})).check(bank)


def test_the_first_items_are_drawn_at_random_and_the_later_ones_are_not(bank: ItemBank) -> None:
    design = CatDesign(Stopping(10), start=Start(theta=1.0, n_random=1, among=4))
    begun = design.begin()

    first = {design.next_item(bank, begun, rng_for(seed, 0)).item for seed in range(60)}
    second = {design.next_item(bank, begun.after(bank, 0, 1), rng_for(seed, 1)).item for seed in range(20)}

    assert begun.theta == 1.0
    assert len(first) == 4
    assert len(second) == 1


def test_a_whole_test_replays_from_its_seed(bank_with_areas: ItemBank) -> None:
    design = CatDesign.from_dict(changed("blueprint", {"algebra": {"target": 0.5}, "numbers": {"minimum": 4}}))

    def run() -> tuple[tuple[int, ...], str | None]:
        state = design.begin()
        while (reason := design.stop_reason(bank_with_areas, state)) is None:
            choice = design.next_item(bank_with_areas, state, rng_for(99, state.n_administered))
            state = state.setting_aside(choice.ruled_out).after(bank_with_areas, choice.item, choice.item % 2)
        return state.administered, reason

    assert run() == run()
    assert run()[1] is not None


def test_a_bank_that_runs_dry_says_so() -> None:
    bank = random_bank(3)
    design = CatDesign(Stopping(10))
    state = design.begin().after_all(bank, [0, 1, 2], [1, 0, 1])

    assert design.stop_reason(bank, state) is None
    with pytest.raises(NoItemLeft):
        design.next_item(bank, state)
