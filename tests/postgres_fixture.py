"""A real PostgreSQL for tests: one throw-away cluster per run, one migrated template in it, one clone per asker.

Under pytest-xdist every worker makes a `PostgresForTests` of the same folder: the first that needs it starts the server
and migrates, the others find it running. Whoever ends the run (the controller) calls `stop`.
"""

from __future__ import annotations

import fcntl
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql

from dreamseed.database import key_store
from dreamseed.database.roles import OWNER
from host.postgres import Database, Postgres
from host.postmaster import IMMEDIATE_SHUTDOWN, is_serving, read_postmaster, stop_postmaster


class PostgresForTests:
    """`migrate` is called once with the empty template database and must leave no connection open."""

    def __init__(self, folder: Path, migrate: Callable[[Database], None]) -> None:
        self._data = folder / "postgres"
        self._migrate = migrate
        self._server: Postgres | None = None

    def __enter__(self) -> PostgresForTests:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @contextmanager
    def database(self) -> Iterator[Database]:
        """A database of one's own with the migrated schema, and a key store beside it, dropped at the end."""
        template = self._template()
        clone = Database(template.socket_dir, f"test_{uuid.uuid4().hex}")
        maintenance = Database(template.socket_dir, "postgres").conninfo()
        copies = ((clone, template, OWNER), (clone.key_store, template.key_store, key_store.OWNER))
        create = sql.SQL("create database {} template {} owner {} strategy file_copy")
        with psycopg.connect(maintenance, autocommit=True) as connection:
            for made, source, owner in copies:
                names = (sql.Identifier(name) for name in (made.name, source.name, owner))
                connection.execute(create.format(*names))
        yield clone
        with psycopg.connect(maintenance, autocommit=True) as connection:
            for made, _, _ in copies:
                connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(made.name)))

    def stop(self) -> None:
        """Stop the server, whichever process started it."""
        if self._server:
            self._server.stop()
        stop_postmaster(self._data, how=IMMEDIATE_SHUTDOWN)

    def _template(self) -> Database:
        """The migrated database, after starting the server and migrating if no other process has."""
        self._data.parent.mkdir(parents=True, exist_ok=True)
        with self._data.with_name("template.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            postmaster = read_postmaster(self._data)
            if postmaster and is_serving(postmaster, self._data):
                return Database(postmaster.socket_dir)
            server = Postgres(self._data, durable=False)
            database = server.start()
            try:
                self._migrate(database)
            except BaseException:
                server.stop()
                raise
            self._server = server
            return database
