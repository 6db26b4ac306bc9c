"""The IAM role of a function: what its runtime needs, and what it is granted. No managed policies."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import aws_iam as iam
from constructs import Construct

NETWORK_INTERFACES = [
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
]
"""What Lambda does in the name of a function that is in a network. EC2 knows no narrower resource than all."""


def make_role(scope: Construct, id: str, service: str, statements: Iterable[iam.PolicyStatement]) -> iam.Role:
    """A role that `service` (e.g. `lambda.amazonaws.com`) may take, with these statements."""
    role = iam.Role(scope, id, assumed_by=iam.ServicePrincipal(service))
    for statement in statements:
        role.add_to_policy(statement)
    return role


def join_network(role: iam.Role, function_arn: str) -> None:
    """Let Lambda, but not the code of the function itself, make network interfaces."""
    role.add_to_policy(iam.PolicyStatement(actions=NETWORK_INTERFACES, resources=["*"]))
    role.add_to_policy(
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=NETWORK_INTERFACES,
            resources=["*"],
            conditions={"ArnEquals": {"lambda:SourceFunctionArn": function_arn}},
        )
    )
