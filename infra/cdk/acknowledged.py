"""Findings of cdk-nag that we accept, each where it arises and with its reason."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, reason: str, *rules: str) -> None:
    """Accept the findings of `rules` on the construct and what is below it."""
    accepted = (Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason) for rule in rules)
    Validations.of(construct).acknowledge(*accepted)


def acknowledge_wildcards(construct: IConstruct, reason: str, resources: Iterable[str]) -> None:
    """Accept that a policy names these resources, which hold a `*`, as cdk-nag writes them."""
    acknowledge(construct, reason, *(f"IAM5[Resource::{resource}]" for resource in resources))
