"""State machines: `statemachines/*.asl.json` with the catalogue's names filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from infra.cdk.logs import make_log_group
from infra.cdk.names import physical_name, state_machine_arn
from infra.cdk.roles import make_role
from infra.plan import StateMachine
from infra.resources import Environment


class Workflows(Construct):
    """All state machines, by name. Each may call the functions and state machines that it names, and no others."""

    def __init__(self, scope: Construct, id: str, environment: Environment, key: kms.IKey) -> None:
        super().__init__(scope, id)
        self._environment, self._key = environment, key
        self.by_name: dict[str, stepfunctions.StateMachine] = {}

    def add(self, machines: Iterable[StateMachine], functions: Mapping[str, awslambda.IFunction]) -> None:
        """Make the machines, which call `functions`."""
        self.by_name |= {machine.name: self._make(machine, functions) for machine in machines}

    def _make(self, machine: StateMachine, functions: Mapping[str, awslambda.IFunction]) -> stepfunctions.StateMachine:
        calls = {name: functions[name].function_arn for name in machine.placeholders if name in functions}
        starts = {
            name: state_machine_arn(self, self._environment, name) for name in machine.placeholders if name not in calls
        }
        rights = (("lambda:InvokeFunction", calls), ("states:StartExecution", starts))
        statements = [
            iam.PolicyStatement(actions=[action], resources=list(arns.values())) for action, arns in rights if arns
        ]
        name = physical_name(self._environment, machine.name)
        return stepfunctions.StateMachine(
            self,
            machine.name,
            state_machine_name=name,
            definition_body=stepfunctions.DefinitionBody.from_string(machine.definition),
            definition_substitutions=calls | starts,
            role=make_role(self, f"{machine.name}-role", "states.amazonaws.com", statements),
            tracing_enabled=True,
            logs=stepfunctions.LogOptions(
                destination=make_log_group(
                    self, f"{machine.name}-logs", self._environment, self._key, f"/aws/vendedlogs/states/{name}"
                ),
                level=stepfunctions.LogLevel.ALL,
                include_execution_data=False,
            ),
        )
