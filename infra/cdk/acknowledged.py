"""Findings of cdk-nag that we accept, each where it arises and with its reason.

Wildcards in policies are not accepted here: tests/infra/test_permissions.py lists the few that there may be.
"""

from __future__ import annotations

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, reason: str, *rules: str) -> None:
    """Accept the findings of `rules` on the construct and what is below it."""
    accepted = (Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason) for rule in rules)
    Validations.of(construct).acknowledge(*accepted)
