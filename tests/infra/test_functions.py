"""Every function of the catalogue is one Lambda function, sized, packed and addressed as its needs say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dreamseed.needs import Job
from infra.plan import Plan
from tests.infra.templates import Json, Resource, Templates

pytestmark = pytest.mark.synth

RESERVED = ("AWS_", "LAMBDA_", "_")
"""How the names begin that Lambda keeps to itself."""


def test_every_function_of_the_catalogue_is_exactly_one_lambda_function_or_batch_job(
    plan: Plan, templates: Templates
) -> None:
    jobs = {job.name for job in plan.jobs}

    assert templates.functions().keys() == {function.name for function in plan.functions} - jobs
    names = [job.properties["JobDefinitionName"] for job in templates.of_type("AWS::Batch::JobDefinition")]
    assert sorted(names) == sorted(f"dreamseed-production-{name}" for name in jobs)


def test_a_lambda_function_has_the_size_that_its_needs_declare(plan: Plan, templates: Templates) -> None:
    for function in plan.functions:
        if isinstance(function.needs.trigger, Job):
            continue
        made = templates.functions()[function.name].properties

        assert (made["MemorySize"], made["Timeout"]) == (function.needs.memory_mb, function.needs.timeout_seconds)
        assert made["Architectures"] == ["arm64"]
        assert tuple(map(int, made["Runtime"].removeprefix("python").split("."))) >= (3, 12)
        assert len(made["Layers"]) == len(function.needs.layers)


def test_the_environment_of_a_function_is_its_grants_and_the_public_origin(plan: Plan, templates: Templates) -> None:
    for name, made in templates.functions().items():
        function = next(function for function in plan.functions if function.name == name)

        expected = {grant.variable for grant in function.needs.grants} | {"DREAMSEED_PROXIES", "DREAMSEED_PUBLIC_URL"}
        assert made.properties["Environment"]["Variables"].keys() == expected, name


def test_no_variable_has_a_name_that_lambda_reserves_or_a_password_in_it(templates: Templates) -> None:
    for made in templates.functions().values():
        for name, value in made.properties["Environment"]["Variables"].items():
            assert not name.startswith(RESERVED)
            assert "resolve:secretsmanager" not in value


def test_the_handler_is_in_the_code_that_is_deployed_and_no_other_function_is(
    plan: Plan, templates: Templates, assembly: Path
) -> None:
    for function in plan.functions:
        if isinstance(function.needs.trigger, Job):
            continue
        made = templates.functions()[function.name]
        code = _code(made, assembly)

        module, _, attribute = made.properties["Handler"].rpartition(".")
        assert attribute == function.name
        handlers = [path for path in code.rglob("*.py") if path.name != "__init__.py"]
        assert handlers == [(code / Path(*module.split("."))).with_suffix(".py")]


def test_only_functions_with_the_database_are_in_the_network(plan: Plan, templates: Templates) -> None:
    in_network = {name for name, made in templates.functions().items() if "VpcConfig" in made.properties}

    granted = {function.name for function in plan.functions if function.grant("database") is not None}
    assert in_network == granted - {job.name for job in plan.jobs}


def test_logs_of_a_function_are_encrypted_and_expire(templates: Templates) -> None:
    groups = {group.properties.get("LogGroupName"): group for group in templates.of_type("AWS::Logs::LogGroup")}

    for made in templates.functions().values():
        group = groups[f"/aws/lambda/{made.properties['FunctionName']}"]
        assert group.properties["RetentionInDays"] == 365
        assert "KmsKeyId" in group.properties


def test_a_function_is_granted_the_address_of_the_database_without_a_password(plan: Plan, templates: Templates) -> None:
    function = next(function for function in plan.functions if function.grant("database") is not None)
    url = templates.functions()[function.name].properties["Environment"]["Variables"]["DREAMSEED_DATABASE_MAIN"]

    user, _, rest = url.removeprefix("postgresql+psycopg://").partition("@")
    assert user == f"dreamseed_{function.grant('database').action}"  # type: ignore[union-attr]
    assert "sslmode=verify-full" in rest


def test_names_are_short_enough_for_lambda(templates: Templates) -> None:
    names = [made.properties["FunctionName"] for made in templates.functions().values()]

    assert max(map(len, names)) <= 64


def test_no_template_comes_near_the_limit_of_500_resources(templates: Templates) -> None:
    sizes = {stack: len(template["Resources"]) for stack, template in templates.by_stack.items()}

    assert max(sizes.values()) <= 400, sizes


def _code(made: Resource, assembly: Path) -> Path:
    key: Json = made.properties["Code"]["S3Key"]
    folder = assembly / f"asset.{key.removesuffix('.zip')}"
    assert folder.is_dir(), json.dumps(key)
    return folder
