"""What the audit log costs: an entry beside the transaction that it is part of, many at once, a check of the chain, and
a month that goes.

    python -m benchmarks.audit

An embedded PostgreSQL on this machine; wall time but for the check, the median of interleaved rounds. `a change` is a
transaction that locks a row, changes it and reads it back, as most calls that are audited do at least. Keys are
remembered, as they are for whoever called within the last minute.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import Connection, select, update

from dreamseed.audit.entries import Entry, append
from dreamseed.audit.queries import release_month
from dreamseed.audit.verification import verify
from dreamseed.database import engine
from dreamseed.database.ids import new_id
from dreamseed.database.key_store import prepare_key_store
from dreamseed.database.migrate import migrate
from dreamseed.database.transaction import in_tenant
from dreamseed.http.exchange import Client
from dreamseed.platform.tables import organisations
from dreamseed.ports.subject_keys import SubjectKeys
from host.postgres import Database
from tests.common.audit.old_log import date_back, keep_for
from tests.conftest import create_organisation
from tests.keys import keys_of
from tests.postgres_fixture import PostgresForTests

ROUNDS, CALLS = 15, 100
LONG_AGO = datetime(2019, 3, 5, tzinfo=UTC)
WRITERS, WRITES = 8, 250
CLIENT = Client("192.0.2.1", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
SAID = {"before": {"full_name": "Ada Okafor", "is_active": True}, "after": {"full_name": "Ada", "is_active": False}}


def a_change(db: Connection) -> None:
    """The smallest useful write."""
    db.execute(select(organisations).with_for_update())
    db.execute(update(organisations).values(name="A school", version=organisations.c.version + 1))
    db.execute(select(organisations)).one()


def an_entry(person: UUID) -> Entry:
    """An entry with everything that a call of a page's leaves."""
    return Entry("update_user", person, new_id(), "users", person, person, SAID, CLIENT, request_id="0" * 32)


def milliseconds(work: Callable[[], object]) -> float:
    """Wall time a call."""
    began_at = time.perf_counter()
    for _ in range(CALLS):
        work()
    return (time.perf_counter() - began_at) * 1000 / CALLS


def measure(org_id: UUID, keys: SubjectKeys) -> dict[str, float]:
    """The medians of a change without and with an entry, in milliseconds."""
    person = new_id()

    def audited(db: Connection) -> None:
        a_change(db)
        append(db, an_entry(person), keys)

    works: dict[str, Callable[[], object]] = {
        "a change": lambda: in_tenant(org_id, a_change),
        "with its entry": lambda: in_tenant(org_id, audited),
    }
    rounds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            rounds[name].append(milliseconds(work))
    return {name: statistics.median(figures) for name, figures in rounds.items()}


def appends_a_second(database: Database, org_id: UUID, keys: SubjectKeys) -> float:
    """Entries of one organisation by several connections at once, each in a transaction of its own."""
    person = new_id()
    keys.make([person])

    def append_many(_: int) -> None:
        link = engine.Link(database.url("write"))
        connection = link.take()
        driver = engine.driver_of(connection)
        for _ in range(WRITES):
            driver.execute(f"begin; select set_config('app.org_id', '{org_id}', true)".encode())
            append(connection, an_entry(person), keys)
            driver.commit()
        link.give_back(connection)
        link.close()

    began_at = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(append_many, range(WRITERS)))
    return WRITERS * WRITES / (time.perf_counter() - began_at)


def checked_a_second(org_id: UUID) -> float:
    """Entries whose hashes a check recomputes, by the CPU time of its process; PostgreSQL's own is not in it."""
    began_at = time.process_time()
    found = verify(org_id)
    if not found.is_intact:
        raise AssertionError(found)
    return found.checked / (time.process_time() - began_at)


def released_a_second(database: Database, org_id: UUID) -> float:
    """Entries of a month that is let go, which the database checks and deletes: wall time of the whole transaction."""
    with psycopg.connect(database.conninfo()) as db:
        row = db.execute("select count(*) from audit_logs where org_id = %s", [org_id]).fetchone()
    count = int(row[0]) if row else 0
    date_back(database, org_id, [LONG_AGO] * count)
    keep_for(database, org_id, 5)
    began_at = time.perf_counter()
    released = in_tenant(org_id, release_month, database.url("erase"))
    if released is None or released.get("entries") != count:
        raise AssertionError(released)
    return count / (time.perf_counter() - began_at)


def migrated(database: Database) -> None:
    """A database and a key store with the schema of today."""
    prepare_key_store(database.keys_url("owner"))
    migrate(database.url("owner"))


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        postgres = PostgresForTests(Path(folder), migrated)
        try:
            with postgres.database() as database:
                os.environ["DREAMSEED_DATABASE_MAIN"] = database.url("write")
                org_id = create_organisation(database)
                keys = keys_of(database, org_id)
                medians = measure(org_id, keys)
                rate, speed = appends_a_second(database, org_id, keys), checked_a_second(org_id)
                gone = released_a_second(database, org_id)
                engine.dispose_engines()
        finally:
            postgres.stop()
    alone, together = medians["a change"], medians["with its entry"]
    print(f"a change        {alone:.3f} ms")
    print(f"with its entry  {together:.3f} ms, {together / alone:.2f} times as long")
    print(f"one organisation, {WRITERS} connections: {rate:,.0f} entries a second")
    print(f"a check: {speed:,.0f} entries a second of CPU")
    print(f"a month that goes: {gone:,.0f} entries a second")


if __name__ == "__main__":
    main()
