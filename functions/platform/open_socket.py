"""Accept a WebSocket connection."""

from dreamseed.database.transaction import in_system
from dreamseed.function import function
from dreamseed.needs import PUBLIC, Needs, Socket, database
from dreamseed.platform import sockets
from dreamseed.ports import callers
from dreamseed.socket_event import SocketEvent


@function(Needs(Socket("$connect", PUBLIC), grants=(database("system"),)))
def open_socket(event: SocketEvent) -> None:
    """Sign the connection in if it brings `?access_token=`. One without may do so by its first message.

    Refuses the connection (401) if the token does not hold.
    """
    token = event.query.get("access_token")
    if token:
        caller = callers.connect().of_token(token)
        in_system(lambda db: sockets.authenticate(db, event.connection_id, caller))
