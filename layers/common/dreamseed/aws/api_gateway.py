"""WebSocket connections through API Gateway's @connections. An address is that endpoint's URL."""

from __future__ import annotations

from dreamseed.aws.clients import client
from dreamseed.aws.errors import ignoring, unavailable_on_failure


class ApiGatewaySockets:
    """See dreamseed.ports.sockets.SocketAdapter."""

    def post(self, address: str, connection_id: str, body: bytes) -> bool:
        management = client("apigatewaymanagementapi", endpoint_url=address)
        with unavailable_on_failure("posting to a connection"), ignoring("GoneException"):
            management.post_to_connection(ConnectionId=connection_id, Data=body)
            return True
        return False
