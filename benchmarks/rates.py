"""What counting a request costs: each kind of count, as a share of an empty read in the same process.

    python -m benchmarks.rates

An embedded PostgreSQL on this machine; wall time a call, the median of interleaved rounds. `empty read` is a
transaction with one trivial statement: what the smallest useful request costs the database. The limits: what is counted
nearly adds at most a fifth of that, and within a learner's test at most a twentieth.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from dreamseed.database.engine import dispose_engines
from dreamseed.database.ids import new_id
from dreamseed.database.key_store import prepare_key_store
from dreamseed.database.migrate import migrate
from dreamseed.database.transaction import in_tenant
from dreamseed.http import meter, rates
from dreamseed.http.caller import Caller
from dreamseed.http.exchange import Request
from dreamseed.http.rates import Plan, Rate
from dreamseed.needs import Http
from dreamseed.platform.rate_counts import plan_of
from host.demo.seed import HILLSIDE, seed
from host.postgres import Database
from tests.keys import keys_of
from tests.postgres_fixture import PostgresForTests

ROUNDS, CALLS = 15, 400
NEAR_LIMIT, TEST_LIMIT = 0.2, 0.05
ENDLESS = 10**9
READ = Http("GET", "/api/v1/classes", "class:read")
ANSWER = Http("POST", "/api/v1/sessions/{id}/responses", "session:answer:own")
REQUEST = Request("GET", "/api/v1/classes", "", {}, b"", "127.0.0.1")


def caller(scopes: frozenset[str] | None = None) -> Caller:
    """Somebody of the demo school, or a program of theirs."""
    return Caller(new_id(), HILLSIDE.id, frozenset(), frozenset("*"), scopes, session_id=new_id())


def counting(trigger: Http, who: Caller) -> Callable[[], None]:
    """Counts one request of theirs."""
    return lambda: meter.take(trigger, REQUEST, who, {}, has_database=True)


def microseconds(work: Callable[[], object]) -> float:
    """Wall time a call."""
    began_at = time.perf_counter()
    for _ in range(CALLS):
        work()
    return (time.perf_counter() - began_at) * 1e6 / CALLS


def allow_everything() -> None:
    """Quotas that no round reaches, with the steps of the real ones."""
    endless = [_endless(rate) for rate in vars(rates.PLANS["standard"]).values()]
    rates.PLANS["standard"] = Plan(*endless)
    rates.PERSON, rates.TEST = _endless(rates.PERSON), _endless(rates.TEST)


def _endless(rate: Rate) -> Rate:
    class Endless(Rate):
        step = rate.step

    return Endless(ENDLESS, rate.window_seconds)


def measure(org_id: UUID) -> dict[str, float]:
    """The medians, in microseconds."""
    program = caller(frozenset({"class:read"}))
    works: dict[str, Callable[[], object]] = {
        "empty read": lambda: in_tenant(org_id, plan_of),
        "a key": counting(READ, program),
        "a person": counting(READ, caller()),
        "within a test": counting(ANSWER, caller()),
    }
    rounds: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        microseconds(work)
    for _ in range(ROUNDS):
        for name, work in works.items():
            rounds[name].append(microseconds(work))
    return {name: statistics.median(figures) for name, figures in rounds.items()}


def migrated(database: Database) -> None:
    """A database with the schema of today."""
    prepare_key_store(database.keys_url("owner"))
    migrate(database.url("owner"))


def main() -> None:
    """Print the table."""
    allow_everything()
    with tempfile.TemporaryDirectory() as folder:
        postgres = PostgresForTests(Path(folder), migrated)
        try:
            with postgres.database() as database:
                seed(database.url("write"), keys_of(database, None))
                os.environ["DREAMSEED_DATABASE_MAIN"] = database.url("write")
                medians = measure(HILLSIDE.id)
                dispose_engines()
        finally:
            postgres.stop()
    empty = medians["empty read"]
    for name, figure in medians.items():
        print(f"{name:14} {figure:8.1f} µs   {figure / empty:.3f} × an empty read")
    print(f"limits: a person {NEAR_LIMIT}, within a test {TEST_LIMIT}")


if __name__ == "__main__":
    main()
