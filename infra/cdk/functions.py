"""One Lambda function for each function of the catalogue, in a nested stack for each area.

Stacks are nested because a template takes at most 500 resources, and a function needs about seven.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aws_cdk import ArnFormat, Duration, NestedStack, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as awslambda
from constructs import Construct

from dreamseed.function import Function
from dreamseed.needs import Deployment, Http, Job, Layer
from infra.cdk.acknowledged import acknowledge
from infra.cdk.grants import Grants
from infra.cdk.logs import make_log_group
from infra.cdk.names import physical_name
from infra.cdk.network import FUNCTIONS, Network
from infra.cdk.packaging import Packaging
from infra.cdk.roles import join_network, make_role
from infra.resources import Environment

RUNTIME = awslambda.Runtime.PYTHON_3_12
DEPLOYMENT = "deployment"
LARGE_AREAS = {"identity"}
"""Areas with so many functions that those which only read have a stack of their own."""

ARCHITECTURE = awslambda.Architecture.ARM_64


@dataclass(frozen=True)
class Surroundings:
    """What all functions of a deployment have in common."""

    environment: Environment
    packaging: Packaging
    layers: Mapping[Layer, awslambda.ILayerVersion]
    grants: Grants
    network: Network
    key: kms.IKey


class FunctionStack(NestedStack):
    """Some Lambda functions, by name."""

    def __init__(self, scope: Construct, id: str, functions: Iterable[Function], surroundings: Surroundings) -> None:
        super().__init__(scope, id)
        self._surroundings = surroundings
        self.by_name = {function.name: self._make(function) for function in functions}

    def _make(self, function: Function) -> awslambda.Function:
        surroundings = self._surroundings
        name = physical_name(surroundings.environment, function.name)
        log_group = make_log_group(
            self, f"{function.name}-logs", surroundings.environment, surroundings.key, f"/aws/lambda/{name}"
        )
        role = make_role(
            self, f"{function.name}-role", "lambda.amazonaws.com", surroundings.grants.statements(function)
        )
        log_group.grant_write(role)
        is_in_network = function.grant("database") is not None
        if is_in_network:
            join_network(role, self._arn(name))
        made = awslambda.Function(
            self,
            function.name,
            function_name=name,
            description=function.summary,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=awslambda.Code.from_asset(str(surroundings.packaging.function(function))),
            handler=f"{function.module}.{function.name}",
            layers=[surroundings.layers[layer] for layer in function.needs.layers],
            memory_size=function.needs.memory_mb,
            timeout=Duration.seconds(function.needs.timeout_seconds),
            environment=surroundings.grants.environment(function),
            role=role,
            log_group=log_group,
            logging_format=awslambda.LoggingFormat.JSON,
            tracing=awslambda.Tracing.ACTIVE,
            vpc=surroundings.network.vpc if is_in_network else None,
            vpc_subnets=FUNCTIONS if is_in_network else None,
            security_groups=[surroundings.network.callers] if is_in_network else None,
        )
        acknowledge(made, "The layers are built for 3.12, the newest that the locked wheels all have.", "L1")
        return made

    def _arn(self, name: str) -> str:
        return Stack.of(self).format_arn(
            service="lambda", resource="function", resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
        )


def make_layers(scope: Construct, packaging: Packaging) -> dict[Layer, awslambda.ILayerVersion]:
    """The layers, for the runtime and architecture of the functions."""
    names: tuple[Layer, ...] = ("common", "irt_core")
    return {
        name: awslambda.LayerVersion(
            scope,
            f"Layer-{name}",
            code=awslambda.Code.from_asset(str(packaging.layer(name))),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )
        for name in names
    }


def functions_by_stack(functions: Iterable[Function]) -> dict[str, list[Function]]:
    """The functions that Lambda runs, by the nested stack that they are in: their area's, its readers', or DEPLOYMENT.

    Those that prepare a deployment stand apart, so that all others can wait for them. Batch jobs are in none.
    """
    stacks: dict[str, list[Function]] = {}
    for function in functions:
        match function.needs.trigger:
            case Job():
                continue
            case Deployment():
                stacks.setdefault(DEPLOYMENT, []).append(function)
            case Http(method="GET") if function.area in LARGE_AREAS:
                stacks.setdefault(f"{function.area}-reading", []).append(function)
            case _:
                stacks.setdefault(function.area, []).append(function)
    return stacks
