"""The process's SQLAlchemy engine: one connection, made on first use, that never waits for ever.

A function serves one request at a time, so a pool of one is enough; RDS Proxy or PostgreSQL itself does the sharing.
The connection is in autocommit mode as the driver sees it, because `dreamseed.database.transaction` sends its own BEGIN
together with the settings of the transaction: one round trip where the driver would take two.

Server-side limits are set per transaction and not as start-up options, which RDS Proxy refuses.
"""

from __future__ import annotations

import os
import threading
from typing import Any

from sqlalchemy import Dialect, Engine, create_engine, event

from dreamseed.aws.rds import HOSTS as RDS_HOSTS
from dreamseed.aws.rds import sign_in_token
from dreamseed.needs import database
from dreamseed.ports.grants import environment_address

CONNECT_TIMEOUT_SECONDS = 3
TCP_USER_TIMEOUT_MS = 5_000
POOL_TIMEOUT_SECONDS = 10

_engines: dict[tuple[int, str], Engine] = {}
_lock = threading.Lock()


def engine(url: str | None = None) -> Engine:
    """The engine for that URL, by default the one that the function was granted.

    Keyed by process as well: a forked child must not share its parent's socket.
    """
    url = url or environment_address(database("read"))
    key = (os.getpid(), url)
    with _lock:
        if key not in _engines:
            _engines[key] = _make_engine(url)
        return _engines[key]


def dispose_engines() -> None:
    """Close this process's connections and forget its engines: at shutdown, and between tests."""
    with _lock:
        for key in [key for key in _engines if key[0] == os.getpid()]:
            _engines.pop(key).dispose()


def _make_engine(url: str) -> Engine:
    made = create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        hide_parameters=True,  # errors are logged, and parameters are people's answers and addresses
        use_native_hstore=False,  # saves a look-up on the first connection
        connect_args={
            "autocommit": True,
            "prepare_threshold": None,  # named statements would pin the connection of a proxy in transaction mode
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "tcp_user_timeout": TCP_USER_TIMEOUT_MS,
            "keepalives_idle": 30,
            "application_name": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "dreamseed"),
        },
    )
    if made.url.host and made.url.host.endswith(RDS_HOSTS) and made.url.password is None:
        event.listen(made, "do_connect", _sign_in)
    return made


def _sign_in(dialect: Dialect, record: Any, arguments: Any, parameters: dict[str, Any]) -> None:
    """Give a new connection the password of the moment: a token that this process signs."""
    parameters["password"] = sign_in_token(parameters["host"], int(parameters["port"]), parameters["user"])
