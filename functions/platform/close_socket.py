"""Forget a closed WebSocket connection."""

from dreamseed.database.transaction import in_system
from dreamseed.function import function
from dreamseed.needs import PUBLIC, Needs, Socket, database
from dreamseed.platform.sockets import forget
from dreamseed.socket_event import SocketEvent


@function(Needs(Socket("$disconnect", PUBLIC), grants=(database("system"),)))
def close_socket(event: SocketEvent) -> None:
    """Delete the connection and what it listened to."""
    in_system(lambda db: forget(db, event.connection_id))
