"""Alarms: each failure is seen once, where it ends up, and each alarm says what to do.

message that cannot be handled ──▶ dead letters        request that fails or is slow ──▶ API errors, API latency
schedule that fails            ──▶ schedule errors     workflow that fails           ──▶ workflow failures
events that are not sent on    ──▶ outbox age          functions turned away         ──▶ throttles
database that runs full        ──▶ database capacity   audit log that was tampered with ──▶ audit chain
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from infra.cdk.http_api import HttpApi
from infra.cdk.names import physical_name
from infra.cdk.queues import QueuePair
from infra.resources import AUDIT_BREAKS_FIELD, OUTBOX_AGE_FIELD, Environment

PERIOD = Duration.minutes(5)
RUNBOOKS = "docs/runbooks"
CAPACITY_PERCENT = 85


class Alarms(Construct):
    """The alarms of one deployment and the topic that they go to. `runbook` names `docs/runbooks/<runbook>.md`."""

    def __init__(self, scope: Construct, id: str, environment: Environment, key: kms.IKey) -> None:
        super().__init__(scope, id)
        self._environment = environment
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        if environment.alarm_email is not None:
            self.topic.add_subscription(subscriptions.EmailSubscription(environment.alarm_email))

    def watch_queue(self, name: str, pair: QueuePair) -> None:
        """One dead letter is one too many: somebody's event was not handled."""
        metric = pair.dead.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="Maximum")
        self._add(f"dead-letters-{name}", f"Queue {name} has dead letters.", metric, 0, "dead-letters")

    def watch_http(self, api: HttpApi) -> None:
        """Failures as a fraction of all requests, and the latency that 19 of 20 requests stay under."""
        levels = self._environment.alarms
        fraction = cloudwatch.MathExpression(
            expression="failures / MAX([requests, 1])",
            using_metrics={
                "failures": api.api.metric_server_error(period=PERIOD, statistic="Sum"),
                "requests": api.api.metric_count(period=PERIOD, statistic="Sum"),
            },
            label="Fraction of requests that failed",
            period=PERIOD,
        )
        self._add("api-errors", "Requests fail.", fraction, levels.error_fraction, "api-errors")
        latency = api.api.metric_latency(period=PERIOD, statistic="p95")
        self._add("api-latency", "Requests are slow.", latency, levels.p95_latency_ms, "api-latency")

    def watch_schedule(self, name: str, function: awslambda.IFunction) -> None:
        """A scheduled function has no caller who would notice."""
        metric = function.metric_errors(period=PERIOD, statistic="Sum")
        self._add(f"schedule-errors-{name}", f"The schedule {name} fails.", metric, 0, "schedule-errors")

    def watch_workflow(self, name: str, machine: stepfunctions.StateMachine) -> None:
        """A failed execution has already been tried again by its own rules."""
        metric = machine.metric_failed(period=PERIOD, statistic="Sum")
        self._add(f"workflow-failures-{name}", f"The workflow {name} fails.", metric, 0, "workflow-failures")

    def watch_outbox(self, relay: awslambda.Function) -> None:
        """The relay logs how long the oldest event has waited; silence means that the relay itself does not run."""
        age = logs.MetricFilter(
            self,
            "outbox-age-filter",
            log_group=relay.log_group,
            filter_pattern=logs.FilterPattern.exists(f"$.{OUTBOX_AGE_FIELD}"),
            metric_namespace=physical_name(self._environment, "events"),
            metric_name=OUTBOX_AGE_FIELD,
            metric_value=f"$.{OUTBOX_AGE_FIELD}",
        )
        self._add(
            "outbox-age",
            "Events wait in the outbox.",
            age.metric(period=PERIOD, statistic="Maximum"),
            self._environment.alarms.outbox_age_seconds,
            "outbox-age",
            missing=cloudwatch.TreatMissingData.BREACHING,
        )

    def watch_audit_log(self, checks: Mapping[str, awslambda.Function]) -> None:
        """A chain that does not hold: somebody changed what nobody may change."""
        if not checks:
            return
        namespace = physical_name(self._environment, "events")
        for name, check in checks.items():
            logs.MetricFilter(
                self,
                f"audit-chain-filter-{name}",
                log_group=check.log_group,
                filter_pattern=logs.FilterPattern.exists(f"$.{AUDIT_BREAKS_FIELD}"),
                metric_namespace=namespace,
                metric_name=AUDIT_BREAKS_FIELD,
                metric_value=f"$.{AUDIT_BREAKS_FIELD}",
            )
        metric = cloudwatch.Metric(
            namespace=namespace, metric_name=AUDIT_BREAKS_FIELD, period=PERIOD, statistic="Maximum"
        )
        self._add("audit-chain", "An audit log was tampered with.", metric, 0, "audit-chain")

    def watch_account(self) -> None:
        """Throttles count over all functions: it is the account's concurrency that runs out."""
        metric = awslambda.Function.metric_all_throttles(period=PERIOD, statistic="Sum")
        self._add("throttles", "Functions are turned away.", metric, 0, "throttles")

    def watch_database(self, name: str, cluster: rds.DatabaseCluster) -> None:
        """Capacity in per cent of the most that the cluster may scale to."""
        metric = cluster.metric_acu_utilization(period=PERIOD, statistic="Average")
        what = f"The {name.replace('-', ' ')} runs full."
        self._add(f"{name}-capacity", what, metric, CAPACITY_PERCENT, "database-capacity")

    def _add(
        self,
        name: str,
        what: str,
        metric: cloudwatch.IMetric,
        above: float,
        runbook: str,
        *,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=physical_name(self._environment, name),
            alarm_description=f"{what} Runbook: {RUNBOOKS}/{runbook}.md",
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=missing,
        )
        action = actions.SnsAction(self.topic)
        alarm.add_alarm_action(action)
        alarm.add_ok_action(action)
