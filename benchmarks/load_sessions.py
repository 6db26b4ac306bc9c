"""How many answers a second the whole product takes on one machine.

    python -m benchmarks.load_sessions                 # starts a host of its own, rising rates until p95 > 200 ms
    python -m benchmarks.load_sessions --rates 100 200 --seconds 20

Open loop: sessions arrive by a Poisson process and each learner answers at times that were fixed before, whether or not
the server keeps up. A latency is counted from the moment the answer was due, so a server that stalls cannot hide it by
slowing the driver down. Sessions are whole tests: opened, answered until they stop by their rule, or until the rate's
time is over. After a warm-up of one session's length as many tests end as begin, and only then is measured. Everything
runs on the same cores: driver, gateway, functions, PostgreSQL, queues and the consumers of finished sessions.

Learners answer every second instead of every thirty, so that the steady state comes soon: what an answer costs does not
depend on how long its learner thought. They are made beforehand and their access tokens signed with the host's key,
because signing in is Argon2, which is meant to be slow, and no part of answering.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import numpy as np
import uvloop
from sqlalchemy import insert

from benchmarks import processes
from benchmarks.http_client import HttpClient
from dreamseed.database.ids import new_id
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.queries import sealed_values
from dreamseed.identity.tables import memberships, users
from dreamseed.identity.tokens import Claims, issue
from dreamseed.ports.subject_keys import KeyAccess, SubjectKeys
from host.demo.seed import HILLSIDE, demo_id
from host.testing import HostUnderTest, running_host

LIMIT_MS = 200.0
THINK_SECONDS = 1.0
RATES = (50, 100, 150, 200, 250, 300, 350, 400, 500)
CORES = os.cpu_count() or 1


@dataclass
class Tally:
    """What one rate measured. Latencies in milliseconds, from when each request was due."""

    answers: list[float] = field(default_factory=list)
    opens: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    finished: int = 0


@dataclass(frozen=True)
class Plan:
    """One rate: answers a second, measured for how long, and how many answers a session is expected to have."""

    answers_per_second: float
    seconds: float
    items_per_session: float

    @property
    def ramp_seconds(self) -> float:
        """As long as a session lasts."""
        return self.items_per_session * THINK_SECONDS


class Load:
    """Sessions of a given arrival rate against one host."""

    def __init__(self, url: str, tokens: list[str], design_id: str, seed: int) -> None:
        parts = urlsplit(url)
        self._client = HttpClient(parts.hostname or "127.0.0.1", parts.port or 80)
        self._tokens, self._design_id = tokens, design_id
        self._random = random.Random(seed)
        self._taken = 0
        self._counted = (0.0, 0.0)

    async def run(self, plan: Plan, at_start: Callable[[], None], at_end: Callable[[], None]) -> Tally:
        """Let sessions arrive; call `at_start` and `at_end` around the time that is measured."""
        loop, tally, sessions = asyncio.get_running_loop(), Tally(), []
        begin = loop.time() + 0.1
        self._counted = (begin + plan.ramp_seconds, begin + plan.ramp_seconds + plan.seconds)
        loop.call_at(self._counted[0], at_start)
        loop.call_at(self._counted[1], at_end)
        due = begin
        while due < self._counted[1]:
            sessions.append(asyncio.create_task(self._session(due, self._next_token(), tally)))
            due += self._random.expovariate(plan.answers_per_second / plan.items_per_session)
        await asyncio.gather(*sessions, asyncio.sleep(self._counted[1] - loop.time() + 0.1))
        self._client.close()
        return tally

    def _next_token(self) -> str:
        self._taken += 1
        return self._tokens[self._taken % len(self._tokens)]

    async def _session(self, due: float, token: str, tally: Tally) -> None:
        headers = f"authorization: Bearer {token}\r\n"
        body: dict[str, Any] = {"test_design_id": self._design_id}
        session = await self._timed("/api/v1/sessions", body, headers, due, tally.opens, tally)
        while session and session["item"]:
            due += self._random.uniform(0.5, 1.5) * THINK_SECONDS
            if due > self._counted[1]:
                return
            item = session["item"]
            body = {
                "item_id": item["id"],
                "position": item["position"],
                "answer": {"option": self._random.choice(item["options"])["id"]},
                "response_ms": int(THINK_SECONDS * 1000),
            }
            path = f"/api/v1/sessions/{session['id']}/responses"
            reply = await self._timed(path, body, headers, due, tally.answers, tally)
            session = reply and reply["session"]
        tally.finished += bool(session)

    async def _timed(self, path: str, body: Any, headers: str, due: float, into: list[float], tally: Tally) -> Any:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, due - loop.time()))
        is_counted = self._counted[0] <= due < self._counted[1]
        try:
            reply = await asyncio.wait_for(self._client.post(path, body, headers), 30)
        except (OSError, TimeoutError) as error:
            tally.errors.append(type(error).__name__)
            return None
        if is_counted:
            into.append((loop.time() - due) * 1000)
        if reply.status not in (200, 201):
            tally.errors.append(f"{reply.status} {reply.body.get('code')}")
            return None
        return reply.body


def make_learners(host: HostUnderTest, number: int) -> list[str]:
    """Learners of one school, and an access token for each."""
    people = [
        {"id": new_id(), "email": f"load-{index}@hillside.example", "full_name": "Load"} for index in range(number)
    ]
    access = KeyAccess(keys_url(host), "write", lambda name: (host.data_dir / "secrets" / name).read_text())
    subject_keys = SubjectKeys(access, HILLSIDE.id)
    subject_keys.make([person["id"] for person in people])
    rows = [sealed_values(subject_keys, person["id"], person) | {"is_simulated": True} for person in people]
    with tenant_transaction(HILLSIDE.id, database_url(host, "write")) as db:
        db.execute(insert(users), rows)
        db.execute(insert(memberships), [{"user_id": person["id"], "role": "learner"} for person in people])
    keys = (host.data_dir / "secrets" / "signing_keys").read_text()
    now = datetime.now(UTC)
    return [
        issue(Claims(UUID(str(person["id"])), HILLSIDE.id, new_id(), ("learner",)), keys, host.url, now)
        for person in people
    ]


def keys_url(host: HostUnderTest) -> str:
    """The host's key store, as who adds keys."""
    return database_url(host, "keys_write").replace("@/dreamseed?", "@/dreamseed_keys?")


def database_url(host: HostUnderTest, role: str) -> str:
    """The host's database as that role."""
    socket_dir = dict(part.split("=") for part in host.status()["database"].split())["host"]
    return f"postgresql+psycopg://dreamseed_{role}@/dreamseed?host={quote(socket_dir, safe='')}"


def groups(host: HostUnderTest) -> dict[str, set[int]]:
    """The host's processes by what they are."""
    known = host.status()["processes"]
    postgres = processes.descendants(known["postgres"])
    localstack = processes.descendants(known["localstack"]) if known.get("localstack") else set()
    workers = processes.descendants(known["template"]) - {known["template"]}
    everything = processes.descendants(host.pid)
    return {
        "driver": {os.getpid()},
        "functions": workers,
        "postgres": postgres,
        "localstack": localstack,
        "gateway": everything - postgres - localstack - workers,
    }


def measure(host: HostUnderTest, tokens: list[str], design_id: str, plan: Plan) -> Row:
    """One rate: what came back how fast, and what it cost in each group of processes."""
    used: list[dict[str, float]] = []
    began: list[float] = []

    def look() -> None:
        began.append(time.perf_counter())
        found = {**groups(host), **{f"· {name}": set(pids) for name, pids in host.all_workers().items()}}
        used.append({name: processes.cpu_seconds(pids) for name, pids in found.items()})

    load = Load(host.url, tokens, design_id, seed=int(plan.answers_per_second))
    tally = uvloop.run(load.run(plan, look, look))
    elapsed, answers = began[1] - began[0], max(1, len(tally.answers))
    cpu = {name: max(0.0, seconds - used[0].get(name, 0.0)) for name, seconds in used[1].items()}
    return Row(
        rate=plan.answers_per_second,
        answered=len(tally.answers) / elapsed,
        finished=tally.finished,
        errors=len(tally.errors),
        error_kinds=sorted(set(tally.errors)),
        answer_ms=percentiles(tally.answers),
        open_ms=percentiles(tally.opens),
        cpu_ms_per_answer={name: 1000 * seconds / answers for name, seconds in cpu.items()},
        busy_cores=sum(seconds for name, seconds in cpu.items() if not name.startswith("·")) / elapsed,
        resident_mb={name: processes.resident_mb(pids) for name, pids in groups(host).items()},
    )


@dataclass(frozen=True)
class Row:
    """What one rate gave. Times in milliseconds."""

    rate: float
    answered: float
    finished: int
    errors: int
    error_kinds: list[str]
    answer_ms: dict[str, float]
    open_ms: dict[str, float]
    cpu_ms_per_answer: dict[str, float]
    busy_cores: float
    resident_mb: dict[str, float]

    def __str__(self) -> str:
        cpu = "  ".join(f"{name} {value:.2f}" for name, value in self.cpu_ms_per_answer.items() if value >= 0.005)
        times = "  ".join(f"{name} {value:.0f}" for name, value in self.answer_ms.items())
        return (
            f"{self.rate:5.0f}/s asked  {self.answered:5.0f}/s answered  errors {self.errors}  answer ms: {times}  "
            f"CPU ms an answer ({self.busy_cores:.2f} of {CORES} cores busy): {cpu}"
        )


def percentiles(values: list[float]) -> dict[str, float]:
    """p50, p95 and p99."""
    cuts = np.percentile(values or [float("nan")], [50, 95, 99])
    return dict(zip(("p50", "p95", "p99"), map(float, cuts), strict=True))


def main() -> None:
    """Run the rates on a host of our own and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", type=float, nargs="+", default=RATES, help="answers a second (default: rising)")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long sessions arrive at each rate")
    parser.add_argument("--learners", type=int, default=4000, help="how many take turns (default: %(default)s)")
    parser.add_argument("--items", type=float, default=20.0, help="expected answers a session, to set the arrivals")
    parser.add_argument("--json", type=Path, help="write the rows there as well")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder, running_host(Path(folder), with_localstack=True) as host:
        host.wait_until_background_is_ready(120)
        tokens = make_learners(host, options.learners)
        design_id = str(demo_id("hillside", "Where do I stand?"))
        measure(host, tokens, design_id, Plan(20, 5, 5))  # warms every pool
        for rate in options.rates:
            rows.append(measure(host, tokens, design_id, Plan(rate, options.seconds, options.items)))
            print(rows[-1], flush=True)
            if rows[-1].answer_ms["p95"] > LIMIT_MS:
                break
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")


if __name__ == "__main__":
    main()
