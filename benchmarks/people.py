"""What sealed names cost: a page of an organisation's people, and of a class, against the same on plain text.

    python -m benchmarks.people

`sealed` is `identity.queries.list_users` itself: all names are fetched, opened, sought and sorted in this process.
`plain` is what it replaced, the same rows with text in their columns: sorted and sought by PostgreSQL. `first` finds no
key remembered, `later` comes within a minute of it. The median of CPU and time of rounds in one process.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import insert, text

from dreamseed.database import transaction
from dreamseed.database.engine import dispose_engines
from dreamseed.database.ids import new_id
from dreamseed.database.key_store import prepare_key_store
from dreamseed.database.migrate import migrate
from dreamseed.database.transaction import system_transaction, tenant_transaction
from dreamseed.identity.queries import list_users, sealed_values
from dreamseed.identity.tables import users
from dreamseed.platform.tables import organisations
from dreamseed.ports.subject_keys import KeyAccess, SubjectKeys, forget_keys
from host.postgres import Database, Postgres

SIZES = (30, 5_000, 50_000)
ROUNDS, PAGE = 3, 51
PLAIN = """
    select id, email, full_name, is_active, is_simulated, last_login_at from plain_users
    where org_id = :org_id order by full_name, id limit :limit
"""
PLAIN_SOUGHT = PLAIN.replace(" order by", " and (full_name ilike :query or email ilike :query) order by")
ADD_PLAIN = "insert into plain_users (org_id, id, email, full_name) values (:org_id, :id, :email, :full_name)"
PEOPLE_AT_ONCE = 1_000


def main() -> None:
    """Measure and print a table."""
    transaction.IDLE_TIMEOUT_MS = 600_000  # a busy machine would not open 50,000 names within the usual limit
    print("| people | what | plain | sealed, first | sealed, later | later, CPU | × plain |")
    print("|---" * 7 + "|")
    with TemporaryDirectory(prefix="dreamseed-bench-") as folder:
        postgres = Postgres(Path(folder) / "postgres", durable=False)
        database = postgres.start()
        try:
            prepare_key_store(database.keys_url("owner"))
            migrate(database.url("owner"))
            make_plain_table(database)
            for size in SIZES:
                measure(database, size)
        finally:
            dispose_engines()
            postgres.stop()


def measure(database: Database, size: int) -> None:
    """Two rows of the table."""
    org_id = new_id()
    access = KeyAccess(database.keys_url("write"), "write", lambda name: "5a" * 32)
    keys = SubjectKeys(access, org_id)
    fill(database, org_id, keys, size)
    url, values = database.url("owner"), {"org_id": org_id, "limit": PAGE}

    def plain(query: str | None) -> None:
        with tenant_transaction(org_id, url) as db:
            db.execute(text(PLAIN if query is None else PLAIN_SOUGHT), values | {"query": f"%{query}%"}).all()

    def sealed(query: str | None) -> None:
        with tenant_transaction(org_id, url) as db:
            list_users(db, keys, datetime.now(UTC), None, query, None, PAGE)

    for query in (None, "person"):
        before, _ = median(lambda: plain(query))  # noqa: B023 - called at once
        first, _ = median(lambda: sealed(query), before=forget_keys)  # noqa: B023
        later, cpu = median(lambda: sealed(query))  # noqa: B023
        what = "list" if query is None else "search"
        times = f"{before:.1f} ms | {first:.0f} ms | {later:.0f} ms | {cpu:.0f} ms | {later / before:.0f}"
        print(f"| {size:,} | {what} | {times} |", flush=True)


def make_plain_table(database: Database) -> None:
    """Where the same people stand in plain text."""
    with system_transaction(database.url("owner")) as db:
        db.execute(text("create table plain_users (like users including defaults)"))
        db.execute(text("alter table plain_users alter email type text using '', alter full_name type text using ''"))
        db.execute(text("create index on plain_users (org_id, full_name, id)"))


def fill(database: Database, org_id: UUID, keys: SubjectKeys, size: int) -> None:
    """People of a new organisation, sealed, and in plain text in a table of the benchmark's own."""
    with tenant_transaction(org_id, database.url("write")) as db:
        db.execute(insert(organisations).values(id=org_id, slug=f"org-{org_id.hex[-12:]}", name="A school"))
    for start in range(0, size, PEOPLE_AT_ONCE):
        numbers = range(start, min(start + PEOPLE_AT_ONCE, size))
        people = [
            {"id": new_id(), "email": f"p{number}@x.example", "full_name": f"Person {number * 7919 % size}"}
            for number in numbers
        ]
        keys.make([person["id"] for person in people])
        with tenant_transaction(org_id, database.url("write")) as db:
            db.execute(insert(users), [sealed_values(keys, person["id"], person) for person in people])
        with tenant_transaction(org_id, database.url("owner")) as db:
            db.execute(text(ADD_PLAIN), [{**person, "org_id": org_id} for person in people])


def median(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> tuple[float, float]:
    """Milliseconds that the work takes, and of them those of this process's CPU."""
    times, cpu = [], []
    for _ in range(ROUNDS):
        before()
        began_at, began_cpu = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - began_at) * 1000)
        cpu.append((time.process_time() - began_cpu) * 1000)
    return statistics.median(times), statistics.median(cpu)


if __name__ == "__main__":
    main()
