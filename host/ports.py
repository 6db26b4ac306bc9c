"""Free ports for programs that are told where to listen."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


def reserve_port() -> socket.socket:
    """A socket on a free loopback port, which is nobody else's as long as the socket is open.

    The kernel gives the port to nobody who asks for just any. A program that asks for this one and reuses addresses, as
    servers do, gets it nevertheless, because nothing listens there; and it gets it again after it was killed.
    """
    reservation = socket.socket()
    reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reservation.bind((LOOPBACK, 0))
    return reservation


def port_of(reservation: socket.socket) -> int:
    """The port that the socket holds."""
    return int(reservation.getsockname()[1])
