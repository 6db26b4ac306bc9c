"""State machines as they are deployed: every placeholder filled, every right theirs alone, every step traced."""

from __future__ import annotations

import pytest

from infra.plan import PLACEHOLDER, Plan
from tests.infra.templates import Resource, Templates, actions, resources

pytestmark = pytest.mark.synth


def test_every_placeholder_of_a_definition_is_filled_with_the_function_of_that_name(
    plan: Plan, templates: Templates
) -> None:
    for machine in plan.state_machines:
        deployed = _machine(templates, machine.name).properties

        placeholders = set(PLACEHOLDER.findall(deployed["DefinitionString"]))
        assert placeholders == set(machine.placeholders)
        filled = deployed["DefinitionSubstitutions"]
        assert filled == {name: templates.functions()[name].attribute("Arn") for name in machine.placeholders}


def test_a_state_machine_may_call_the_functions_that_it_names_and_no_others(plan: Plan, templates: Templates) -> None:
    for machine in plan.state_machines:
        role = _machine(templates, machine.name).properties["RoleArn"]
        callable_functions = {
            resource
            for statement in templates.statements_of(role)
            if "lambda:InvokeFunction" in actions(statement)
            for resource in resources(statement)
        }

        assert callable_functions == {templates.functions()[name].attribute("Arn") for name in machine.placeholders}


def test_executions_are_traced_and_logged_without_what_they_carry(templates: Templates) -> None:
    for machine in templates.of_type("AWS::StepFunctions::StateMachine"):
        assert machine.properties["TracingConfiguration"] == {"Enabled": True}
        assert machine.properties["LoggingConfiguration"]["Level"] == "ALL"
        assert machine.properties["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_a_function_that_starts_a_workflow_has_its_address_before_it_exists(plan: Plan, templates: Templates) -> None:
    for function in plan.functions:
        for grant in function.needs.grants:
            if grant.kind == "workflow" and function.name in templates.functions():
                variables = templates.functions()[function.name].properties["Environment"]["Variables"]
                machine = _machine(templates, grant.name)
                assert variables[grant.variable].endswith(f":stateMachine:{machine.properties['StateMachineName']}")


def _machine(templates: Templates, name: str) -> Resource:
    machines = templates.of_type("AWS::StepFunctions::StateMachine")
    (found,) = [item for item in machines if item.properties["StateMachineName"] == f"dreamseed-production-{name}"]
    return found
