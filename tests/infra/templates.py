"""CloudFormation templates as tests read them: resources by type, references written out as text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Json = Any


@dataclass(frozen=True)
class Resource:
    """A resource. `properties` have every intrinsic function written out, e.g. `<Data.Key.Arn>`."""

    stack: str
    id: str
    type: str
    properties: dict[str, Json]
    depends_on: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """How `Ref` to it is written out."""
        return f"<{self.stack}.{self.id}>"

    def attribute(self, name: str) -> str:
        """How `Fn::GetAtt` to it is written out."""
        return f"<{self.stack}.{self.id}.{name}>"


class Templates:
    """All templates of an assembly. References across stacks, by export or nested parameter, lead to their origin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.by_stack: dict[str, Json] = {
            path.name.split(".")[0]: json.loads(path.read_text()) for path in sorted(folder.glob("*.template.json"))
        }

    @cached_property
    def resources(self) -> list[Resource]:
        return [
            Resource(
                stack,
                id,
                raw["Type"],
                self._write_out(stack, raw.get("Properties", {})),
                tuple(raw.get("DependsOn", ())),
            )
            for stack, template in self.by_stack.items()
            for id, raw in template["Resources"].items()
        ]

    def of_type(self, type: str) -> list[Resource]:
        """The resources of a CloudFormation type such as `AWS::SQS::Queue`."""
        return [resource for resource in self.resources if resource.type == type]

    def functions(self) -> dict[str, Resource]:
        """Our Lambda functions, by the name in the catalogue; not the helpers that CDK brings."""
        return {
            resource.properties["FunctionName"].removeprefix("dreamseed-production-"): resource
            for resource in self.of_type("AWS::Lambda::Function")
            if "FunctionName" in resource.properties
        }

    def statements_of(self, role: str) -> list[dict[str, Json]]:
        """The statements of every policy of the role whose ARN is written `role`."""
        policies = [
            policy
            for policy in self.of_type("AWS::IAM::Policy")
            if any(f"{reference[:-1]}.Arn>" == role for reference in policy.properties["Roles"])
        ]
        return [statement for policy in policies for statement in policy.properties["PolicyDocument"]["Statement"]]

    @cached_property
    def _exports(self) -> dict[str, str]:
        return {
            output["Export"]["Name"]: self._write_out(stack, output["Value"])
            for stack, template in self.by_stack.items()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    @cached_property
    def _nested(self) -> dict[str, tuple[str, dict[str, Json]]]:
        """Of each nested template: the stack that it is nested in and the parameters that it is given."""
        return {
            self._nested_name(id): (stack, raw["Properties"].get("Parameters", {}))
            for stack, template in self.by_stack.items()
            for id, raw in template["Resources"].items()
            if raw["Type"] == "AWS::CloudFormation::Stack"
        }

    def _nested_name(self, id: str) -> str:
        """The template of the nested stack with that logical id, which begins with the area."""
        area = id.split("NestedStack")[0]
        return next(path.name.split(".")[0] for path in self.folder.glob(f"*Application{area}*.nested.template.json"))

    def _write_out(self, stack: str, value: Json) -> Json:
        if isinstance(value, list):
            return [self._write_out(stack, item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((key, argument),) = value.items()
            if key == "Ref" or key.startswith("Fn::"):
                return self._intrinsic(stack, key, argument)
        return {key: self._write_out(stack, item) for key, item in value.items()}

    def _intrinsic(self, stack: str, key: str, argument: Json) -> str:
        match key:
            case "Ref":
                return self._reference(stack, argument)
            case "Fn::GetAtt":
                return self._attribute(stack, *argument)
            case "Fn::Join":
                separator, parts = argument
                return str(separator).join(str(part) for part in self._write_out(stack, parts))
            case "Fn::ImportValue":
                return str(self._exports[argument])
            case _:
                return f"<{key.removeprefix('Fn::')} {json.dumps(self._write_out(stack, argument))}>"

    def _reference(self, stack: str, id: str) -> str:
        if stack in self._nested and id in self._nested[stack][1]:
            parent, parameters = self._nested[stack]
            return str(self._write_out(parent, parameters[id]))
        return f"<{id}>" if id.startswith("AWS::") else f"<{stack}.{id}>"

    def _attribute(self, stack: str, id: str, attribute: str) -> str:
        if attribute.startswith("Outputs."):
            nested = self._nested_name(id)
            output = self.by_stack[nested]["Outputs"][attribute.removeprefix("Outputs.")]
            return str(self._write_out(nested, output["Value"]))
        return f"<{stack}.{id}.{attribute}>"


def actions(statement: dict[str, Json]) -> list[str]:
    """The actions of a statement, which may be one or many."""
    return _listed(statement["Action"])


def resources(statement: dict[str, Json]) -> list[str]:
    """The resources of a statement, which may be one or many."""
    return _listed(statement["Resource"])


def _listed(value: Json) -> list[str]:
    return list(value) if isinstance(value, list) else [value]
