"""What calls a function, attached to its Lambda function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, triggers
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as awslambda
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from dreamseed.function import Function
from dreamseed.needs import PUBLIC, Deployment, Http, Queue, Schedule, Socket
from infra.cdk.acknowledged import acknowledge
from infra.cdk.queues import QueuePair
from infra.cdk.roles import make_role
from infra.resources import SCHEDULE_TIME_ZONE

SIGN_IN_IS_OURS = (
    "The function authenticates and authorises every request itself, the same way on every platform; a test calls"
    " every route without signing in."
)
MISSED_RUN_SECONDS = 300


@dataclass(frozen=True)
class Sources:
    """What calls functions."""

    http: gateway.HttpApi
    sockets: gateway.WebSocketApi
    queues: Mapping[str, QueuePair]


def attach(scope: Construct, function: Function, target: awslambda.Function, sources_: Sources) -> None:
    """Attach the trigger. Steps are called by the state machines, which name them; jobs are no Lambda functions."""
    match function.needs.trigger:
        case Http() as http:
            _attach_http(scope, function, http, target, sources_.http)
        case Queue() as queue:
            _attach_queue(queue, target, sources_.queues[queue.name])
        case Schedule() as schedule:
            _attach_schedule(scope, function, schedule, target)
        case Socket() as socket:
            _attach_socket(scope, function, socket, target, sources_.sockets)
        case Deployment():
            _attach_deployment(scope, function, target)


def _attach_http(
    scope: Construct, function: Function, http: Http, target: awslambda.Function, api: gateway.HttpApi
) -> None:
    route = gateway.HttpRoute(
        scope,
        f"{function.name}-route",
        http_api=api,
        route_key=gateway.HttpRouteKey.with_(http.path, gateway.HttpMethod[http.method]),
        integration=integrations.HttpLambdaIntegration(
            f"{function.name}-integration",
            target,
            payload_format_version=gateway.PayloadFormatVersion.VERSION_2_0,
        ),
    )
    reason = "Anyone may call it without signing in." if http.permission == PUBLIC else SIGN_IN_IS_OURS
    acknowledge(route, reason, "APIG4")


def _attach_queue(queue: Queue, target: awslambda.Function, pair: QueuePair) -> None:
    target.add_event_source(
        sources.SqsEventSource(pair.main, batch_size=queue.batch_size, report_batch_item_failures=True)
    )


def _attach_schedule(scope: Construct, function: Function, schedule: Schedule, target: awslambda.Function) -> None:
    call = iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[target.function_arn])
    role = make_role(scope, f"{function.name}-scheduler", "scheduler.amazonaws.com", [call])
    scheduler.CfnSchedule(
        scope,
        f"{function.name}-schedule",
        description=function.summary,
        schedule_expression=schedule.expression,
        schedule_expression_timezone=SCHEDULE_TIME_ZONE,
        flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
        target=scheduler.CfnSchedule.TargetProperty(
            arn=target.function_arn,
            role_arn=role.role_arn,
            input="{}",
            retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                maximum_event_age_in_seconds=MISSED_RUN_SECONDS, maximum_retry_attempts=2
            ),
        ),
    )
    # The next run makes up for a failed one: what it did not do is still in the database.
    target.configure_async_invoke(retry_attempts=0)


def _attach_deployment(scope: Construct, function: Function, target: awslambda.Function) -> None:
    """Call it when it, or a layer of its, has changed: the migrations are in one. A failure stops the deployment."""
    triggers.Trigger(
        scope,
        f"{function.name}-call",
        handler=target,
        timeout=Duration.seconds(function.needs.timeout_seconds),
    )


def _attach_socket(
    scope: Construct, function: Function, socket: Socket, target: awslambda.Function, api: gateway.WebSocketApi
) -> None:
    route = gateway.WebSocketRoute(
        scope,
        f"{function.name}-route",
        web_socket_api=api,
        route_key=socket.route,
        integration=integrations.WebSocketLambdaIntegration(f"{function.name}-integration", target),
    )
    acknowledge(route, SIGN_IN_IS_OURS, "APIG4")
