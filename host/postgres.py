"""The embedded PostgreSQL of the local cloud: one cluster in `<data-dir>/postgres`, reached by a Unix socket only.

    start   claim the folder → initdb once → stop what a killed host left running → server → database and roles → watch
    watch   a server that dies is started again on the same socket, so every URL stays valid
    stop    fast shutdown; the socket's folder goes, the data stay

The socket lies in a short temporary folder because its path may have 107 bytes at most, and a checkout's may have more.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal
from urllib.parse import quote

import psycopg
from psycopg import sql

from dreamseed.database import key_store
from dreamseed.database.roles import OWNER, creation_statements
from host.postmaster import (
    FAST_SHUTDOWN,
    IMMEDIATE_SHUTDOWN,
    SOCKET_PREFIX,
    PostgresError,
    account,
    binaries,
    read_postmaster,
    stop_postmaster,
)

Role = Literal["owner", "read", "write", "erase", "system"]
KeyAction = Literal["owner", "read", "write", "destroy"]
ROLES: tuple[Role, ...] = ("owner", "read", "write", "erase", "system")
SUPERUSER = "postgres"
START_SECONDS = 30
CLAIM_SECONDS = 1.0
"""How long to wait for a folder that a host on its way out, or a look by `./dreamseed status`, still holds."""

LONGEST_RESTART_PAUSE_SECONDS = 5.0

log = logging.getLogger(__name__)

INITDB_OPTIONS = (
    f"--username={SUPERUSER}",
    "--auth=trust",  # whoever can reach the socket's folder (mode 0700) is its user
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
)

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "sync",  # the default keeps three more processes waiting
    "max_parallel_workers_per_gather": "0",  # two cores are busy with functions
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "log_min_messages": "warning",
}

THROW_AWAY = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
"""For clusters that nobody will miss: a crash of the machine may lose them, one of PostgreSQL loses nothing still."""


@dataclass(frozen=True)
class Database:
    """A database and how to reach it as each role."""

    socket_dir: Path
    name: str = "dreamseed"

    def url(self, role: Role) -> str:
        """The URL as SQLAlchemy takes it, signed in as `dreamseed_<role>`."""
        return self._url(f"dreamseed_{role}")

    def _url(self, user: str) -> str:
        return f"postgresql+psycopg://{user}@/{quote(self.name)}?host={quote(str(self.socket_dir), safe='')}"

    @property
    def key_store(self) -> Database:
        """The database beside it that holds the subjects' keys."""
        return Database(self.socket_dir, f"{self.name}_keys")

    def keys_url(self, action: KeyAction) -> str:
        """The URL of the key store, signed in as the role of an action of `needs.subject_keys`."""
        return self.key_store._url(key_store.ROLE_OF_ACTION[action])

    def conninfo(self, user: str = SUPERUSER) -> str:
        """The connection string as libpq, psycopg and psql take it."""
        return psycopg.conninfo.make_conninfo(host=str(self.socket_dir), user=user, dbname=self.name)


class Postgres:
    """One PostgreSQL server of ours. `start` and `stop` are called once each, in this order."""

    def __init__(self, data: Path, *, log_file: Path | None = None, durable: bool = True) -> None:
        self.data = data.resolve()
        self.log_file = log_file or self.data.parent / "logs" / "postgres.log"
        self._settings = SETTINGS if durable else SETTINGS | THROW_AWAY
        self._account = account()
        self._stopping = threading.Event()
        self._claim: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None
        self._socket_dir: Path | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id, which changes when it is restarted."""
        return self._process.pid if self._process else None

    @property
    def database(self) -> Database:
        if self._socket_dir is None:
            raise PostgresError("PostgreSQL is not running")
        return Database(self._socket_dir)

    def start(self) -> Database:
        """Serve the data folder, making it first if need be; returns when the database takes connections.

        Raises PostgresError when another process serves it, or PostgreSQL will not start.
        """
        self._claim = _claim(self.data)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._account.give(self.data)
        stop_postmaster(self.data)
        self._socket_dir = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=_short_temporary_folder()))
        self._account.give(self._socket_dir)
        try:
            self._launch()
            prepare(self.database)
        except BaseException:
            self.stop()
            raise
        self._watcher = threading.Thread(target=self._watch, name="postgres-watcher", daemon=True)
        self._watcher.start()
        return self.database

    def stop(self) -> None:
        """Shut down, letting no transaction finish that has not been committed."""
        self._stopping.set()
        if self._process and self._process.poll() is None:
            self._process.send_signal(FAST_SHUTDOWN)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.send_signal(IMMEDIATE_SHUTDOWN)
                self._process.wait(20)
        if self._watcher:
            self._watcher.join()
        if self._socket_dir:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
            self._socket_dir = None
        if self._claim:
            self._claim.close()

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there, so that one whose making was cut short is never used.

        Each has a folder of its own: the program that makes it outlives a host that is killed, and would meet the next.
        """
        self.data.parent.mkdir(parents=True, exist_ok=True)
        for unfinished in self.data.parent.glob(f"{self.data.name}.new-*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix=f"{self.data.name}.new-", dir=self.data.parent))
        self._account.give(fresh)
        with self.log_file.open("ab") as output:
            process = self._account.popen([binaries() / "initdb", f"--pgdata={fresh}", *INITDB_OPTIONS], output)
            if process.wait() != 0:
                raise self._failure("PostgreSQL could not make its data folder")
        fresh.rename(self.data)

    def _launch(self) -> None:
        """Start the server and wait until it is ready.

        After a crash the old server's processes may hold the shared memory for a moment longer: it is tried again.
        """
        deadline = time.monotonic() + START_SECONDS
        while not self._stopping.is_set():
            self._process = self._spawn()
            while self._process.poll() is None and time.monotonic() < deadline:
                postmaster = read_postmaster(self.data)
                if postmaster and postmaster.pid == self._process.pid and postmaster.is_ready:
                    return
                time.sleep(0.01)
            if time.monotonic() > deadline or "shared memory block" not in self._log_tail():
                raise self._failure("PostgreSQL did not start")
            time.sleep(0.1)

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = self._settings | {"unix_socket_directories": str(self._socket_dir)}
        options = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        with self.log_file.open("ab") as output:
            return self._account.popen([binaries() / "postgres", "-D", self.data, *options], output)

    def _watch(self) -> None:
        """Start the server again whenever it ends unasked, with growing pauses while it will not."""
        pause = 0.05
        while not self._stopping.is_set():
            if self._process is not None:
                code = self._process.wait()
                if self._stopping.is_set():
                    return
                log.warning("PostgreSQL ended with code %s; starting it again", code)
            try:
                self._launch()
                pause = 0.05
            except PostgresError as error:
                log.error("%s", error)
                pause = min(2 * pause, LONGEST_RESTART_PAUSE_SECONDS)
            self._stopping.wait(pause)

    def _failure(self, what: str) -> PostgresError:
        hint = ""
        if self._account.uid != os.geteuid():
            hint = f"\nIt runs as the user nobody, who must be able to read {binaries()} and {self.data}."
        return PostgresError(f"{what}. The end of {self.log_file}:\n{self._log_tail()}{hint}")

    def _log_tail(self, size: int = 1000) -> str:
        return self.log_file.read_bytes()[-size:].decode(errors="replace")


def prepare(database: Database) -> None:
    """Make the database, its key store, their sign-in roles and the vector extension, as far as they are missing.

    Only the owner may change the schema; what the other roles may touch is granted table by table in the migrations.
    """
    with psycopg.connect(Database(database.socket_dir, "postgres").conninfo(), autocommit=True) as connection:
        roles = {name for (name,) in connection.execute("select rolname from pg_roles")}
        for role_statement in (*creation_statements(roles), *key_store.creation_statements(roles)):
            connection.execute(role_statement.encode())
        for name, owner in ((database.name, OWNER), (database.key_store.name, key_store.OWNER)):
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                statement = sql.SQL("create database {} owner {}")
                connection.execute(statement.format(sql.Identifier(name), sql.Identifier(owner)))
    with psycopg.connect(database.conninfo(), autocommit=True) as connection:
        if not connection.execute("select 1 from pg_extension where extname = 'vector'").fetchone():
            connection.execute("create extension vector")


def _claim(data: Path) -> IO[bytes]:
    """Hold the folder for this process; the kernel lets go of it when the process ends, however it ends."""
    data.parent.mkdir(parents=True, exist_ok=True)
    claim = data.with_name(data.name + ".lock").open("ab")
    deadline = time.monotonic() + CLAIM_SECONDS
    while True:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return claim
        except BlockingIOError:
            if time.monotonic() > deadline:
                claim.close()
                message = f"another DreamSeed is using {data}: stop it, or choose another --data-dir"
                raise PostgresError(message) from None
            time.sleep(0.05)


def _short_temporary_folder() -> str:
    preferred = tempfile.gettempdir()
    return preferred if len(os.fsencode(preferred)) < 60 else "/tmp"  # noqa: S108 - the socket's path must be short  # nosec B108
