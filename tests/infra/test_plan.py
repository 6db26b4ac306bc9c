"""The plan puts the declarations together and refuses those that contradict one another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dreamseed.needs import Http, Job, Needs, Queue, Step, bucket, job_queue, secret, topics, workflow
from infra.plan import PlanError, job_queue_of, make_plan
from infra.resources import ENVIRONMENTS, SECRETS
from tests.infra.declarations import declare

ROOT = Path(__file__).resolve().parents[2]


def test_the_product_s_own_declarations_agree() -> None:
    plan = make_plan(ROOT)

    assert plan.functions
    assert plan.queues
    assert plan.state_machines


def test_a_queue_is_planned_from_its_consumer(tmp_path: Path) -> None:
    consumer = declare("count", Needs(Queue("counts", "session.finished", batch_size=5), timeout_seconds=20))

    (planned,) = make_plan(tmp_path, [consumer]).queues

    assert (planned.name, planned.consumer, planned.batch_size) == ("counts", "count", 5)
    assert planned.visibility_timeout_seconds == 6 * 20
    assert planned.dead_letter_name == "counts-dead"


def test_a_topic_goes_to_every_queue_that_names_it(tmp_path: Path) -> None:
    consumers = [
        declare("count", Needs(Queue("counts", "session.finished"))),
        declare("learn", Needs(Queue("states", "session.finished"))),
        declare("start", Needs(Queue("starts", "job.requested"))),
    ]

    assert make_plan(tmp_path, consumers).topics == {
        "session.finished": ["counts", "states"],
        "job.requested": ["starts"],
    }


def test_two_consumers_of_one_queue_are_refused_because_each_would_get_a_part(tmp_path: Path) -> None:
    consumers = [declare(name, Needs(Queue("counts", "session.finished"))) for name in ("count", "count_again")]

    with pytest.raises(PlanError, match="queue counts has 2 consumers"):
        make_plan(tmp_path, consumers)


@pytest.mark.parametrize("grant", [workflow("w"), job_queue("j"), bucket("b", "read"), secret("s")])
def test_a_grant_of_something_that_does_not_exist_is_refused(tmp_path: Path, grant: object) -> None:
    function = declare("use", Needs(Http("GET", "/x", "public"), grants=(grant,)))  # type: ignore[arg-type]

    with pytest.raises(PlanError, match=r"use is granted .* which does not exist"):
        make_plan(tmp_path, [function])


def test_a_job_queue_grant_must_name_a_job_and_not_any_function(tmp_path: Path) -> None:
    step = declare("prepare", Needs(Step()))
    submitter = declare("submit", Needs(Step(), grants=(job_queue("prepare"),)))

    with pytest.raises(PlanError, match="job_queue prepare, which does not exist"):
        make_plan(tmp_path, [step, submitter])


def test_a_state_machine_that_calls_a_missing_function_is_refused(tmp_path: Path) -> None:
    (tmp_path / "statemachines").mkdir()
    (tmp_path / "statemachines" / "simulate.asl.json").write_text('{"Resource": "${missing}", "Next": "${prepare}"}')

    with pytest.raises(PlanError) as refused:
        make_plan(tmp_path, [declare("prepare", Needs(Step()))])

    assert refused.value.problems == ["state machine simulate calls missing, which does not exist"]


def test_every_contradiction_is_told_at_once(tmp_path: Path) -> None:
    functions = [declare(name, Needs(Step(), grants=(secret(name),))) for name in ("one", "two")]

    with pytest.raises(PlanError) as refused:
        make_plan(tmp_path, [*functions, declare("relay", Needs(Step(), grants=(topics(),)))])

    assert len(refused.value.problems) == 2


def test_a_job_waits_in_the_queue_that_has_its_hardware() -> None:
    assert job_queue_of(declare("simulate", Needs(Job()))) == "jobs"
    assert job_queue_of(declare("render", Needs(Job(gpus=1)))) == "gpu-jobs"
    with pytest.raises(TypeError, match="no_job is not a batch job"):
        job_queue_of(declare("no_job", Needs(Step())))


def test_a_generated_secret_is_32_bytes_in_hexadecimal_and_never_the_same_twice() -> None:
    for declared in SECRETS:
        first, second = declared.generate(), declared.generate()

        assert re.fullmatch("[0-9a-f]{64}", first)
        assert first != second


def test_production_is_protected_and_admits_no_other_origin() -> None:
    production = ENVIRONMENTS["production"]

    assert production.is_protected
    assert production.web_origins == ()
    assert production.backup_days == 35
