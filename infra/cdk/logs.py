"""Log groups: encrypted, kept as long as the environment says, and named so that an operator finds them."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.resources import Environment

RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    365: logs.RetentionDays.ONE_YEAR,
}
"""CloudWatch keeps logs for certain numbers of days only."""


def make_log_group(
    scope: Construct, id: str, environment: Environment, key: kms.IKey, name: str | None = None
) -> logs.LogGroup:
    """A log group of the deployment. Logs go with the stack: what must be kept is in the database."""
    return logs.LogGroup(
        scope,
        id,
        log_group_name=name,
        retention=RETENTION[environment.log_days],
        encryption_key=key,
        removal_policy=RemovalPolicy.DESTROY,
    )
