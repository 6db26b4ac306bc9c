"""What the demo school costs the first start: its content, then the term of its two hundred learners.

    python -m benchmarks.demo_term

Each part is written once into a PostgreSQL of its own that is durable, as `./dreamseed up` has it. CPU time of this
process and of PostgreSQL beside the time that passed, because the machine may do other things.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.processes import cpu_seconds, descendants
from dreamseed.database.engine import dispose_engines
from dreamseed.database.key_store import prepare_key_store
from dreamseed.database.migrate import migrate
from dreamseed.ports.subject_keys import KeyAccess, SubjectKeys
from host.demo.seed import seed
from host.demo.term.seed import seed_term
from host.postgres import Database, Postgres

ROWS = "select (select count(*) from test_sessions), (select count(*) from responses)"


def main() -> None:
    """Measure and print a table."""
    with TemporaryDirectory(prefix="dreamseed-bench-") as folder:
        postgres = Postgres(Path(folder) / "postgres")
        database = postgres.start()
        try:
            measure(postgres, database)
        finally:
            dispose_engines()
            postgres.stop()


def measure(postgres: Postgres, database: Database) -> None:
    """Each step on a new database, one after the other."""
    prepare_key_store(database.keys_url("owner"))
    migrate(database.url("owner"))
    url, now = database.url("write"), datetime.now(UTC)
    keys = SubjectKeys(KeyAccess(database.keys_url("write"), "write", lambda name: "5a" * 32), None)
    print("| step | CPU here | CPU of PostgreSQL | passed |\n|---|---|---|---|")
    show("content of two organisations", postgres, lambda: seed(url, keys))
    show("term of eight classes", postgres, lambda: seed_term(url, keys, now))
    show("content again: nothing to do", postgres, lambda: seed(url, keys))
    show("term again: nothing to do", postgres, lambda: seed_term(url, keys, now))
    with psycopg.connect(database.conninfo()) as db:
        print("\n{} tests, {} answers, up to {}".format(*db.execute(ROWS).fetchone() or (0, 0), date.today()))


def show(what: str, postgres: Postgres, step: Callable[[], object]) -> None:
    """A row of the table."""
    began_at, own, theirs = time.perf_counter(), time.process_time(), cpu_of(postgres)
    step()
    own, theirs = time.process_time() - own, cpu_of(postgres) - theirs
    print(f"| {what} | {own:.2f} s | {theirs:.2f} s | {time.perf_counter() - began_at:.1f} s |")


def cpu_of(postgres: Postgres) -> float:
    """The CPU seconds of PostgreSQL's processes so far."""
    return cpu_seconds(descendants(postgres.pid)) if postgres.pid is not None else 0.0


if __name__ == "__main__":
    main()
