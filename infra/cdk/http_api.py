"""The HTTP API: payload format 2.0, throttled, with access logs."""

from __future__ import annotations

import json

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_kms as kms
from constructs import Construct

from dreamseed.http import cors
from infra.cdk.logs import make_log_group
from infra.cdk.names import physical_name
from infra.resources import Environment

ACCESS_LOG = {
    "at": "$context.requestTimeEpoch",
    "request_id": "$context.requestId",
    "method": "$context.httpMethod",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "function_latency_ms": "$context.integrationLatency",
    "error": "$context.integrationErrorMessage",
}
"""No address and no path of the caller: the route says which function, and the function knows the tenant."""


class HttpApi(Construct):
    """The API with one stage. Its routes come from the functions."""

    def __init__(self, scope: Construct, id: str, environment: Environment, key: kms.IKey) -> None:
        super().__init__(scope, id)
        self.api = gateway.HttpApi(
            self,
            "Api",
            api_name=physical_name(environment, "http"),
            create_default_stage=False,
            cors_preflight=_cors(environment),
        )
        self.stage = gateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            throttle=gateway.ThrottleSettings(
                rate_limit=environment.requests_per_second, burst_limit=environment.burst_requests
            ),
        )

        self._log_accesses(environment, key)

    def _log_accesses(self, environment: Environment, key: kms.IKey) -> None:
        stage = self.stage.node.default_child
        if not isinstance(stage, gateway.CfnStage):
            raise TypeError(f"{self.stage} is not made of one stage")
        stage.access_log_settings = gateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=make_log_group(self, "AccessLogs", environment, key).log_group_arn,
            format=json.dumps(ACCESS_LOG),
        )

    @property
    def domain(self) -> str:
        """The host of the API."""
        return f"{self.api.api_id}.execute-api.{Stack.of(self).region}.{Stack.of(self).url_suffix}"


def _cors(environment: Environment) -> gateway.CorsPreflightOptions | None:
    """Pages of our own come from the same origin and need none."""
    if not environment.web_origins:
        return None
    return gateway.CorsPreflightOptions(
        allow_origins=list(environment.web_origins),
        allow_methods=[gateway.CorsHttpMethod.ANY],
        allow_headers=cors.ALLOWED_HEADERS.split(", "),
        expose_headers=cors.EXPOSED_HEADERS.split(", "),
        max_age=Duration.seconds(cors.PREFLIGHT_SECONDS),
    )
