"""Least privilege: a function may do what it is granted, and what its runtime needs, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dreamseed.function import Function
from infra.plan import Plan
from tests.infra.templates import Json, Resource, Templates, actions, resources

pytestmark = pytest.mark.synth

RUNTIME_PREFIXES = ("logs:", "xray:", "ec2:")
"""Services that Lambda itself uses in the name of a function: logs, traces and network interfaces."""

SERVICES_OF_GRANT = {
    "database": {"rds-db"},
    "subject_keys": {"rds-db"},
    "topics": {"sqs"},
    "workflow": {"states"},
    "job_queue": {"batch"},
    "bucket": {"s3", "kms"},
    "secret": {"secretsmanager", "kms"},
    "sockets": {"execute-api"},
    "mail": {"ses"},
    "audit_sink": set(),
}
SERVICES_OF_TRIGGER = {"Queue": {"sqs"}}

UNAVOIDABLE = {
    # EC2 gives network interfaces no narrower resource; each role denies the same to the function's own code.
    r"ec2:(Create|Delete|Describe)NetworkInterfaces?|ec2:DescribeSubnets|ec2:(Una|A)ssignPrivateIpAddresses": r"\*",
    # X-Ray has no resources to name.
    r"xray:(PutTraceSegments|PutTelemetryRecords|GetSamplingRules|GetSamplingTargets)": r"\*",
    # Step Functions sets up the delivery of its logs through calls that name no resource.
    r"logs:(Create|Get|Update|Delete|List)LogDeliver(y|ies)|logs:(Put|Describe)ResourcePolic(y|ies)"
    r"|logs:DescribeLogGroups": r"\*",
    # A registry sign-in belongs to the account.
    r"ecr:GetAuthorizationToken": r"\*",
    # Objects in one bucket, executions of one machine, revisions of one definition, connections of one API.
    r"s3:(Get|Put|Delete)Object|s3:AbortMultipartUpload": r"<DreamSeed-production-Data\.\w+\.Arn>/\*",
    r"states:(Stop|Describe)Execution": r"arn:.*:states:.*:execution:dreamseed-production-\w+:\*",
    r"batch:SubmitJob": r"arn:.*:batch:.*:job-definition/dreamseed-production-\w+:\*",
    # CDK's helper calls the version of a function that prepares a deployment.
    r"lambda:InvokeFunction": r"<DreamSeedproductionApplicationDeployment\w+\.\w+\.Arn>:\*",
    # A job's id is made by Batch; only what runs in this account can be stopped.
    r"batch:(Terminate|Cancel)Job": r"arn:.*:batch:.*:job/\*",
    r"execute-api:ManageConnections": r"arn:.*:execute-api:.*/ws/POST/@connections/\*",
}


def test_no_policy_names_a_wildcard_that_is_not_listed_here_with_its_reason(templates: Templates) -> None:
    findings = [
        f"{policy.stack}.{policy.id}: {action} on {resource}"
        for policy, statement in _statements(templates)
        if statement["Effect"] == "Allow"
        for action in actions(statement)
        for resource in resources(statement)
        if ("*" in resource or "*" in action) and not _is_unavoidable(action, resource)
    ]

    assert findings == []


def test_a_function_may_use_only_the_services_of_its_grants_and_its_trigger(plan: Plan, templates: Templates) -> None:
    for function in _lambda_functions(plan, templates):
        allowed = _allowed_actions(templates, function)
        services = {action.split(":")[0] for action in allowed if not action.startswith(RUNTIME_PREFIXES)}

        declared = set().union(*(SERVICES_OF_GRANT[grant.kind] for grant in function.needs.grants))
        declared |= SERVICES_OF_TRIGGER.get(type(function.needs.trigger).__name__, set())
        assert services == declared, function.name


def test_only_functions_with_a_grant_to_send_may_send_to_a_queue(plan: Plan, templates: Templates) -> None:
    senders = {
        function.name
        for function in _lambda_functions(plan, templates)
        if "sqs:SendMessage" in _allowed_actions(templates, function)
    }

    granted = {
        function.name for function in plan.functions if any(grant.kind == "topics" for grant in function.needs.grants)
    }
    assert senders == granted


def test_a_function_signs_in_to_a_database_as_the_role_of_its_grant_only(plan: Plan, templates: Templates) -> None:
    for function in _lambda_functions(plan, templates):
        grants = [grant for grant in (function.grant("database"), function.grant("subject_keys")) if grant]
        connects = [
            resource
            for statement in templates.statements_of(_role(templates, function))
            if "rds-db:connect" in actions(statement)
            for resource in resources(statement)
        ]

        prefixes = {"database": "dreamseed", "subject_keys": "dreamseed_keys"}
        roles = {arn.rsplit("/", 1)[1] for arn in connects}
        assert roles == {f"{prefixes[grant.kind]}_{grant.action}" for grant in grants}, function.name
        assert len({arn.rsplit("/", 1)[0] for arn in connects}) == len(grants), "each through the proxy of its own"


def test_a_function_reads_the_secrets_of_its_grants_only(plan: Plan, templates: Templates) -> None:
    for function in _lambda_functions(plan, templates):
        read = {
            resource
            for statement in templates.statements_of(_role(templates, function))
            if "secretsmanager:GetSecretValue" in actions(statement)
            for resource in resources(statement)
        }

        environment = templates.functions()[function.name].properties["Environment"]["Variables"]
        granted = {environment[grant.variable] for grant in function.needs.grants if grant.kind == "secret"}
        assert read == granted, function.name


def test_the_code_of_a_function_cannot_make_network_interfaces(templates: Templates) -> None:
    in_network = [function for function in templates.functions().values() if "VpcConfig" in function.properties]
    assert in_network

    for function in in_network:
        denied = [
            statement
            for statement in templates.statements_of(function.properties["Role"])
            if statement["Effect"] == "Deny" and "ec2:CreateNetworkInterface" in actions(statement)
        ]
        (statement,) = denied
        arn = statement["Condition"]["ArnEquals"]["lambda:SourceFunctionArn"]
        assert arn.endswith(f":function:{function.properties['FunctionName']}")


def test_every_function_has_a_role_of_its_own(templates: Templates) -> None:
    roles = [function.properties["Role"] for function in templates.functions().values()]

    assert len(roles) == len(set(roles))


def _lambda_functions(plan: Plan, templates: Templates) -> list[Function]:
    return [function for function in plan.functions if function.name in templates.functions()]


def _role(templates: Templates, function: Function) -> str:
    role: str = templates.functions()[function.name].properties["Role"]
    return role


def _allowed_actions(templates: Templates, function: Function) -> set[str]:
    statements = templates.statements_of(_role(templates, function))
    return {action for statement in statements if statement["Effect"] == "Allow" for action in actions(statement)}


def _statements(templates: Templates) -> Iterator[tuple[Resource, dict[str, Json]]]:
    for policy in templates.of_type("AWS::IAM::Policy"):
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            yield policy, statement
    for role in templates.of_type("AWS::IAM::Role"):
        for inline in role.properties.get("Policies", ()):
            for statement in inline["PolicyDocument"]["Statement"]:
                yield role, statement


def _is_unavoidable(action: str, resource: str) -> bool:
    return any(
        re.fullmatch(known, action) and re.fullmatch(pattern, resource) for known, pattern in UNAVOIDABLE.items()
    )
