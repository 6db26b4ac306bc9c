"""Backups of the main database as an operator makes them: a dump, and what can be read of it later on."""

from __future__ import annotations

import base64
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import select

from dreamseed.database import privacy
from dreamseed.database.engine import dispose_engines
from dreamseed.database.roles import OWNER
from dreamseed.database.sealed import Sealed
from dreamseed.database.transaction import tenant_transaction
from dreamseed.platform.tables import PLATFORM_ID, outbox
from dreamseed.ports.subject_keys import ERASED, SubjectKeys, forget_keys
from host.postgres import Database
from host.postmaster import binaries
from tests.security.planted_person import sealed_columns


def dump(database: Database, path: Path) -> None:
    """Write a backup as SQL."""
    command = [binaries() / "pg_dump", f"--dbname={database.conninfo()}", f"--file={path}"]
    subprocess.run(command, check=True)


@contextmanager
def restored(database: Database, path: Path) -> Iterator[Database]:
    """A scratch database with what a backup holds, beside the one that it was made of."""
    scratch = Database(database.socket_dir, f"scratch_{uuid.uuid4().hex}")
    with psycopg.connect(Database(database.socket_dir, "postgres").conninfo(), autocommit=True) as connection:
        names = sql.Identifier(scratch.name), sql.Identifier(OWNER)
        connection.execute(sql.SQL("create database {} owner {}").format(*names))
        try:
            command = [binaries() / "psql", scratch.conninfo(), "--quiet", "--set=ON_ERROR_STOP=1", f"--file={path}"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            yield scratch
        finally:
            dispose_engines()
            connection.execute(sql.SQL("drop database {} with (force)").format(names[0]))


def holds(path: Path, word: str) -> bool:
    """Whether a backup holds a word, in whatever form a column may show it: as text, in hexadecimal or in Base64."""
    raw, content = word.encode(), path.read_bytes().lower()
    encoded = [base64.b64encode(b" " * shift + raw)[4 if shift else 0 : -4] for shift in range(3)]
    return any(each.lower() in content for each in (raw, raw.hex().encode(), *encoded))


def openable(scratch: Database, keys: SubjectKeys, org_id: uuid.UUID, word: str) -> list[str]:
    """`table.column` of what the keys open in a restored backup, and that holds the word."""
    forget_keys()
    found = set()
    for tenant in (org_id, PLATFORM_ID):
        own = keys.of(tenant)
        with tenant_transaction(tenant, scratch.url("write")) as db:
            for table in privacy.all_tables():
                for column in sealed_columns(table):
                    texts = [row[0] for row in own.opened(db.execute(select(column).where(column.is_not(None))))]
                    if any(word in each.lower() for each in texts if each != ERASED):
                        found.add(f"{table.name}.{column.name}")
            sent = [each for payload in db.scalars(select(outbox.c.payload)) for each in _sealed_in(payload)]
            if any(word in (own.open(each, each.place) or "").lower() for each in sent):
                found.add("outbox.payload")
    return sorted(found)


def _sealed_in(payload: Any) -> Iterator[Sealed]:
    """What an event holds sealed, in Base64: with its place, or for the outbox itself."""
    for name, value in payload.items() if isinstance(payload, dict) else ():
        if name in ("text", "email", "client") and isinstance(value, str):
            yield Sealed(base64.b64decode(value), payload.get("place", "outbox.payload"))
        yield from _sealed_in(value)
