"""What a state machine owes the job that it works for: to be resumed, retried and cancelled, and never to fail unseen.

That it keeps to the language is checked by `tests/infra/test_state_machines.py`.
"""

from __future__ import annotations

import json
import re

import pytest

from dreamseed.catalogue import load_catalogue
from dreamseed.function import Function
from dreamseed.needs import Step
from dreamseed.platform.rules import BATCH_QUEUE_ALLOWANCE
from infra.resources import JOBS
from tests.statemachines.definitions import Machine, State, all_machines, all_tasks

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
EVERYTHING = "States.ALL"
CANCELLED = "JobCancelled"

each_machine = pytest.mark.parametrize("machine", all_machines(), ids=lambda machine: machine.name)
each_task = pytest.mark.parametrize(("name", "task"), all_tasks(), ids=[name for name, _ in all_tasks()])


@pytest.fixture(scope="module")
def steps() -> dict[str, Function]:
    """The functions that a state machine may call, by name."""
    return {function.name: function for function in load_catalogue() if isinstance(function.needs.trigger, Step)}


@each_task
def test_a_task_calls_a_step_and_waits_longer_than_it_may_take(
    steps: dict[str, Function], name: str, task: State
) -> None:
    function = steps[PLACEHOLDER.findall(task["Parameters"]["FunctionName"])[0]]

    assert task["TimeoutSeconds"] > function.needs.timeout_seconds


@each_task
def test_a_task_tells_its_step_whose_work_it_is(name: str, task: State) -> None:
    payload = task["Parameters"].get("Payload")
    if payload is None:
        assert task["Parameters"]["Payload.$"] == "$"
    else:
        assert {"org_id.$", "job_id.$", "attempt.$"} <= set(payload)


@each_task
def test_a_task_that_waits_for_a_report_allows_for_the_queue_and_has_a_step_for_each_try(
    name: str, task: State
) -> None:
    if not task["Resource"].endswith(".waitForTaskToken"):
        return

    assert task["HeartbeatSeconds"] == BATCH_QUEUE_ALLOWANCE.total_seconds()
    assert task["TimeoutSeconds"] >= task["HeartbeatSeconds"] + JOBS.attempt_seconds
    assert "$$.State.RetryCount" in task["Parameters"]["Payload"]["item.$"]


@each_task
def test_a_task_is_retried_with_growing_pauses_unless_the_job_was_cancelled(name: str, task: State) -> None:
    not_again, again = task["Retry"]

    assert (not_again["ErrorEquals"], not_again["MaxAttempts"]) == ([CANCELLED], 0)
    assert again["ErrorEquals"] == [EVERYTHING]
    assert 2 <= again["MaxAttempts"] <= 8
    assert again["BackoffRate"] > 1


@each_machine
def test_every_error_is_caught_and_a_cancelled_job_is_none(machine: Machine) -> None:
    last_resort = {name for name, state in machine.states.items() if "fail_job" in json.dumps(state.get("Parameters"))}
    for name, state in machine.states.items():
        if state["Type"] in ("Task", "Map", "Parallel"):
            first, *rest = state["Catch"]
            assert first["ErrorEquals"] == [CANCELLED]
            assert machine.states[first["Next"]]["Type"] == "Succeed"
            caught = [(handler["ErrorEquals"], handler["Next"]) for handler in rest]
            assert caught == ([] if name in last_resort else [([EVERYTHING], next(iter(last_resort)))])


@each_machine
def test_maps_are_bounded_and_keep_their_results_out_of_the_execution(machine: Machine) -> None:
    for state in machine.states.values():
        if state["Type"] == "Map":
            assert 1 <= state["MaxConcurrency"] <= 16
            assert state["ResultPath"] is None
            assert {"org_id.$", "job_id.$", "attempt.$", "item.$"} <= set(state["ItemSelector"])
