"""API Gateway's WebSocket events → one call a message.

The function gets a SocketEvent and opens its own transactions: who is behind a connection is known only once it has
been looked up. What it raises is logged and becomes the status of the reply, which closes a connection that is opening.
"""

from __future__ import annotations

import base64
from typing import Any

from dreamseed import logs
from dreamseed.collaborators import Invocation, Parameters
from dreamseed.errors import DreamSeedError
from dreamseed.function import Function, Handler
from dreamseed.http.problems import problem
from dreamseed.socket_event import SocketEvent

_log = logs.logger("socket")


def build_handler(function: Function) -> Handler:
    """The Lambda handler of a socket function."""
    logs.configure()
    parameters = Parameters.of(function.call)
    (event_name,) = parameters.inputs

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        received = socket_event(event)
        with logs.bind(connection_id=received.connection_id):
            try:
                function.call(**{event_name: received}, **parameters.provide(Invocation(function)))
            except DreamSeedError as error:
                status, _ = problem(error, received.connection_id)
                _log.warning("refused", extra={"code": error.code, "status": status})
                return {"statusCode": status}
        return {"statusCode": 200}

    return handle


def socket_event(event: dict[str, Any]) -> SocketEvent:
    """What a function needs of API Gateway's event."""
    context = event["requestContext"]
    body = event.get("body") or ""
    return SocketEvent(
        connection_id=context["connectionId"],
        route=context["routeKey"],
        query=event.get("queryStringParameters") or {},
        body=base64.b64decode(body).decode() if event.get("isBase64Encoded") else body,
    )
