"""Batch jobs run in containers of the size that they declare, with the rights that they are granted."""

from __future__ import annotations

import json

import pytest

from dreamseed.needs import JOB_FAILED
from infra.cdk.fargate import fargate_memory_mb
from infra.plan import Plan
from infra.resources import JOBS
from tests.infra.templates import Json, Resource, Templates, actions


@pytest.mark.parametrize(
    ("vcpus", "asked", "given"), [(1, 512, 2048), (1, 2048, 2048), (1, 2049, 3072), (2, 4000, 4096), (8, 17000, 20480)]
)
def test_fargate_gives_the_least_memory_that_is_enough(vcpus: int, asked: int, given: int) -> None:
    assert fargate_memory_mb(vcpus, asked) == given


@pytest.mark.parametrize(("vcpus", "asked"), [(3, 2048), (1, 8193), (32, 4096)])
def test_a_size_that_fargate_has_not_is_refused(vcpus: int, asked: int) -> None:
    with pytest.raises(ValueError, match="Fargate has no container"):
        fargate_memory_mb(vcpus, asked)


@pytest.mark.synth
def test_a_job_runs_its_module_with_the_environment_of_its_grants(plan: Plan, templates: Templates) -> None:
    for job in plan.jobs:
        container = _container(templates, f"dreamseed-production-{job.name}")

        assert container["Command"] == ["dreamseed.job_main", job.module]
        variables = {variable["Name"] for variable in container["Environment"]}
        shared = {"DREAMSEED_PROXIES", "DREAMSEED_PUBLIC_URL", "AWS_DEFAULT_REGION"}
        assert variables == {grant.variable for grant in job.needs.grants} | shared
        assert container["ReadonlyRootFilesystem"] is True


@pytest.mark.synth
def test_a_job_is_tried_again_unless_its_work_failed_and_ends_at_last(templates: Templates) -> None:
    for definition in templates.of_type("AWS::Batch::JobDefinition"):
        assert definition.properties["RetryStrategy"] == {
            "Attempts": JOBS.attempts,
            "EvaluateOnExit": [{"Action": "EXIT", "OnExitCode": str(JOB_FAILED)}],
        }
        assert definition.properties["Timeout"] == {"AttemptDurationSeconds": JOBS.attempt_seconds}


@pytest.mark.synth
def test_a_function_that_submits_a_job_submits_that_job_to_its_queue_only(plan: Plan, templates: Templates) -> None:
    submitters = [function for function in plan.functions if any(g.kind == "job_queue" for g in function.needs.grants)]
    assert submitters

    for function in submitters:
        made = templates.functions()[function.name]
        (grant,) = [grant for grant in function.needs.grants if grant.kind == "job_queue"]
        address = json.loads(made.properties["Environment"]["Variables"][grant.variable])
        assert address == {
            "job_queue": "dreamseed-production-jobs",
            "job_definition": f"dreamseed-production-{grant.name}",
        }
        (statement,) = [
            statement
            for statement in templates.statements_of(made.properties["Role"])
            if "batch:SubmitJob" in actions(statement)
        ]
        names = {resource.split(":job-", 1)[1] for resource in statement["Resource"]}
        assert names == {
            "queue/dreamseed-production-jobs",
            f"definition/dreamseed-production-{grant.name}",
            f"definition/dreamseed-production-{grant.name}:*",
        }


@pytest.mark.synth
def test_without_gpu_jobs_there_are_no_gpu_machines(templates: Templates) -> None:
    kinds = {
        compute.properties["ComputeResources"]["Type"]
        for compute in templates.of_type("AWS::Batch::ComputeEnvironment")
    }

    assert kinds == {"FARGATE"}


@pytest.mark.synth
def test_a_gpu_job_brings_machines_with_gpus_which_are_let_go_when_idle(dev_templates: Templates) -> None:
    (compute,) = dev_templates.of_type("AWS::Batch::ComputeEnvironment")
    resources = compute.properties["ComputeResources"]
    needed = {
        item["Type"]: item["Value"]
        for item in _container(dev_templates, "dreamseed-dev-render_scene")["ResourceRequirements"]
    }

    assert resources["Type"] == "EC2"
    assert resources["InstanceTypes"] == [JOBS.gpu_instance_type]
    assert resources["MinvCpus"] == 0
    assert needed == {"GPU": "1", "VCPU": "4", "MEMORY": "8192"}
    (queue,) = dev_templates.of_type("AWS::Batch::JobQueue")
    assert queue.properties["JobQueueName"] == "dreamseed-dev-gpu-jobs"


def _container(templates: Templates, name: str) -> Json:
    definitions: list[Resource] = templates.of_type("AWS::Batch::JobDefinition")
    (found,) = [definition for definition in definitions if definition.properties["JobDefinitionName"] == name]
    return found.properties["ContainerProperties"]
