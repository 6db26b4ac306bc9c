"""The CDK application: the stacks of one environment."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import App, Tags

from infra.cdk.application_stack import ApplicationStack
from infra.cdk.data_stack import DataStack
from infra.cdk.packaging import Packaging
from infra.plan import Plan
from infra.resources import Environment

FLAGS = {
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "@aws-cdk/core:checkSecretUsage": True,
    "@aws-cdk/core:enablePartitionLiterals": True,
    "@aws-cdk/core:validateAgainstDefaultRules": True,
    "@aws-cdk/aws-kms:reduceCrossAccountRegionPolicyScope": True,
    "@aws-cdk/aws-lambda:recognizeLayerVersion": True,
    "@aws-cdk/aws-rds:databaseProxyUniqueResourceName": True,
    "@aws-cdk/aws-s3:publicAccessBlockedByDefault": True,
}
"""Behaviour that CDK keeps behind flags for the sake of older applications. Here and not in cdk.json, so that they hold
without the CDK CLI as well."""


UNTAGGABLE = ["AWS::RDS::DBProxyTargetGroup"]
"""What CDK would tag and CloudFormation refuses."""


def build_app(plan: Plan, environment: Environment, *, output: Path, with_dependencies: bool = False) -> App:
    """The application, ready to be synthesised into `output`."""
    app = App(outdir=str(output), analytics_reporting=False, context=FLAGS)
    name = f"DreamSeed-{environment.name}"
    data = DataStack(app, f"{name}-Data", plan, environment)
    packaging = Packaging(root=plan.root, folder=output / "staged", with_dependencies=with_dependencies)
    ApplicationStack(app, f"{name}-Application", plan, environment, data=data, packaging=packaging)
    for tag, value in (("product", "dreamseed"), ("environment", environment.name)):
        Tags.of(app).add(tag, value, exclude_resource_types=UNTAGGABLE)
    return app
