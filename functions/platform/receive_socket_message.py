"""Handle what a browser sends over its WebSocket."""

from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from dreamseed.database.transaction import in_system
from dreamseed.errors import DreamSeedError, Invalid
from dreamseed.function import function
from dreamseed.needs import PUBLIC, Needs, Socket, database, sockets
from dreamseed.platform import sockets as connections
from dreamseed.platform.models import Authenticate, Subscribe
from dreamseed.ports import callers
from dreamseed.ports.sockets import Sockets
from dreamseed.socket_event import SocketEvent

Action = Annotated[Authenticate | Subscribe, Field(discriminator="action")]


@function(Needs(Socket("$default", PUBLIC), grants=(database("system"), sockets())))
def receive_socket_message(event: SocketEvent, sockets: Sockets) -> None:
    """Sign the connection in, or let it listen to a job. The reply, or what is wrong, goes back over the connection.

    Events sent before a subscription are not repeated: subscribe first, then read them from the job's event list.
    """
    try:
        reply = _perform(event.connection_id, _read_action(event.body))
    except DreamSeedError as error:
        reply = {"type": "error", "code": error.code, "detail": error.detail}
    sockets.post(event.connection_id, reply)


def _read_action(body: str) -> Authenticate | Subscribe:
    try:
        action: Authenticate | Subscribe = TypeAdapter(Action).validate_json(body)
    except ValidationError as error:
        raise Invalid("Send {action: authenticate, access_token} or {action: subscribe, job_id}.") from error
    return action


def _perform(connection_id: str, action: Authenticate | Subscribe) -> dict[str, object]:
    if isinstance(action, Authenticate):
        caller = callers.connect().of_token(action.access_token)
        in_system(lambda db: connections.authenticate(db, connection_id, caller))
        return {"type": "authenticated"}
    in_system(lambda db: connections.subscribe(db, connection_id, action.job_id))
    return {"type": "subscribed", "job_id": str(action.job_id)}
