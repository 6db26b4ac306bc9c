"""The process's connection to its database: one, made on first use, that never waits for ever.

A function serves one request at a time, so one connection is enough; RDS Proxy or PostgreSQL itself does the sharing.
It is in autocommit mode as the driver sees it, because `dreamseed.database.transaction` sends its own BEGIN together
with the settings of the transaction: one round trip where the driver would take two.

Server-side limits are set per transaction and not as start-up options, which RDS Proxy refuses.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Dialect, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from dreamseed.needs import database
from dreamseed.ports.grants import environment_address

if TYPE_CHECKING:
    import psycopg  # 77 modules, which SQLAlchemy loads with the first connection

RDS_HOSTS = ".rds.amazonaws.com"
CONNECT_TIMEOUT_SECONDS = 3
TCP_USER_TIMEOUT_MS = 5_000
TURN_TIMEOUT_SECONDS = 10
PREPARED_AFTER = 5
"""A statement that comes this often stays prepared in its session, which more than halves what the server does for it:
under row-level security, planning costs more than fetching a row."""


class Link:
    """A connection that is taken for each transaction and given back clean.

    Threads take turns. SQLAlchemy's pool would do no more for a single connection, at the cost of BEGIN and COMMIT
    together.
    """

    def __init__(self, url: str) -> None:
        self._engine = _make_engine(url)
        self.driver_error: type[psycopg.Error] = cast(Any, self._engine.dialect).dbapi.Error
        self._turn = threading.Lock()
        self._connection: Connection | None = None

    def take(self) -> Connection:
        """The connection, for the caller alone until `give_back`. Raises DBAPIError if none can be made."""
        if not self._turn.acquire(timeout=TURN_TIMEOUT_SECONDS):
            raise TimeoutError("the connection is in use: is there a transaction inside another one?")
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            return self._connection
        except BaseException:
            self._turn.release()
            raise

    def give_back(self, connection: Connection) -> None:
        """End what is left of a transaction, and forget a connection that broke: the next to take one makes it."""
        try:
            if not (connection.invalidated or self._is_clean(connection)):
                connection.invalidate()
            if connection.invalidated:
                self._connection = None
                connection.close()
        finally:
            self._turn.release()

    def _is_clean(self, connection: Connection) -> bool:
        """Whether nothing of a transaction is left on the connection, after a ROLLBACK if it needs one."""
        try:
            driver_of(connection).rollback()  # nothing is sent if the transaction has ended
            if connection.in_transaction():
                connection.rollback()  # SQLAlchemy's own note of it
        except (self.driver_error, DBAPIError):
            return False
        return True

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


_links: dict[tuple[int, str], Link] = {}
_lock = threading.Lock()


def link(url: str | None = None) -> Link:
    """This process's link to that URL, by default to the database that the function was granted.

    Keyed by process as well: a forked child must not share its parent's socket.
    """
    url = url or environment_address(database("read"))
    key = (os.getpid(), url)
    with _lock:
        if key not in _links:
            _links[key] = Link(url)
        return _links[key]


def dispose_engines() -> None:
    """Close this process's connections: at shutdown, and between tests."""
    with _lock:
        for key in [key for key in _links if key[0] == os.getpid()]:
            _links.pop(key).close()


def driver_of(connection: Connection) -> psycopg.Connection[Any]:
    """The driver's connection below SQLAlchemy's."""
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def _make_engine(url: str) -> Engine:
    address = make_url(url)
    is_rds = (address.host or "").endswith(RDS_HOSTS)
    made = create_engine(
        address,
        poolclass=NullPool,
        hide_parameters=True,  # errors are logged, and parameters are people's answers and addresses
        use_native_hstore=False,  # saves a look-up on the first connection
        connect_args={
            "autocommit": True,
            "prepare_threshold": None if is_rds else PREPARED_AFTER,  # they would pin the connection of RDS Proxy
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "tcp_user_timeout": TCP_USER_TIMEOUT_MS,
            "keepalives_idle": 30,
            "application_name": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "dreamseed"),
        },
    )
    if is_rds and address.password is None:
        event.listen(made, "do_connect", _sign_in)
    return made


def _sign_in(dialect: Dialect, record: Any, arguments: Any, parameters: dict[str, Any]) -> None:
    """Give a new connection the password of the moment: a token that this process signs."""
    from dreamseed.aws.rds import sign_in_token

    parameters["password"] = sign_in_token(parameters["host"], int(parameters["port"]), parameters["user"])
