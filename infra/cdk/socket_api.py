"""The WebSocket API, and how functions post to what is connected to it."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as gateway
from constructs import Construct

from infra.cdk.acknowledged import acknowledge
from infra.cdk.names import physical_name
from infra.resources import SOCKET_PATH, Environment

STAGE = SOCKET_PATH.removeprefix("/")
"""A WebSocket API answers at `/<stage>` only: named like our path, it can stand behind the delivery network."""


class SocketApi(Construct):
    """The API with one stage. Its routes come from the functions."""

    def __init__(self, scope: Construct, id: str, environment: Environment) -> None:
        super().__init__(scope, id)
        self.api = gateway.WebSocketApi(
            self,
            "Api",
            api_name=physical_name(environment, "sockets"),
            route_selection_expression="$request.body.action",
        )
        self.stage = gateway.WebSocketStage(
            self,
            "Stage",
            web_socket_api=self.api,
            stage_name=STAGE,
            auto_deploy=True,
            throttle=gateway.ThrottleSettings(
                rate_limit=environment.requests_per_second, burst_limit=environment.burst_requests
            ),
        )
        acknowledge(
            self.stage,
            "API Gateway logs WebSocket stages only through a role of the whole account, which is not one stack's to"
            " set; the functions log every connection and message.",
            "APIG1",
        )

    @property
    def domain(self) -> str:
        """The host of the API."""
        return f"{self.api.api_id}.execute-api.{Stack.of(self).region}.{Stack.of(self).url_suffix}"

    @property
    def management_url(self) -> str:
        """Where messages for connections are posted."""
        return f"https://{self.domain}/{STAGE}"

    @property
    def connections_arn(self) -> str:
        """All connections, for posting."""
        return Stack.of(self).format_arn(
            service="execute-api", resource=self.api.api_id, resource_name=f"{STAGE}/POST/@connections/*"
        )
