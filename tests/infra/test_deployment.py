"""A deployment migrates first: no new code meets an old schema."""

from __future__ import annotations

import pytest

from dreamseed.needs import Deployment
from infra.plan import Plan
from tests.infra.templates import Templates

pytestmark = pytest.mark.synth


def test_what_prepares_a_deployment_is_called_whenever_it_or_its_layers_change(
    plan: Plan, templates: Templates
) -> None:
    preparing = [function for function in plan.functions if isinstance(function.needs.trigger, Deployment)]
    calls = templates.of_type("Custom::Trigger")
    versions = {version.reference: version for version in templates.of_type("AWS::Lambda::Version")}

    assert len(calls) == len(preparing) >= 1
    for call in calls:
        assert call.properties["ExecuteOnHandlerChange"] is True
        version = versions[call.properties["HandlerArn"]]
        assert version.properties["FunctionName"] in {
            templates.functions()[function.name].reference for function in preparing
        }


def test_every_other_function_waits_for_the_preparation(templates: Templates) -> None:
    raw = templates.by_stack["DreamSeed-production-Application"]["Resources"]
    stacks = {id: resource for id, resource in raw.items() if resource["Type"] == "AWS::CloudFormation::Stack"}
    (preparation,) = [id for id in stacks if id.startswith("Deployment")]

    waiting = {id for id, resource in stacks.items() if preparation in resource.get("DependsOn", [])}
    assert waiting == stacks.keys() - {preparation}
