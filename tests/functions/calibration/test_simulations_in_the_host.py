"""Simulations in the whole local cloud, with every process that works for them killed in the middle of it.

What a person would wait for (a lease of five minutes) is brought about by moving the lease's end into the past.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast
from xml.etree import ElementTree

import httpx
import psycopg
import pytest

from host.demo.seed import PASSWORD
from host.testing import HostUnderTest, running_host, wait_until
from infra.resources import JOBS
from tests.resilience.processes import kill_workers
from tests.school import AUTHOR

pytestmark = [pytest.mark.host, pytest.mark.resilience]

PATIENCE_SECONDS = 120.0
SETTINGS = {"examinees": 5_000, "theta_points": [n / 2 for n in range(-4, 5)], "seed": 42}
CHUNKS = 20
OVER = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True)
class Author:
    """Somebody who simulates designs, signed in at a running host."""

    host: HostUnderTest
    http: httpx.Client

    def simulate(self) -> Simulation:
        """Ask for the simulation that all tests run."""
        designs = self.read("/test_designs")["items"]
        design_id = next(design["id"] for design in designs if design["name"] == "Where do I stand?")
        body = {"test_design_id": design_id, **SETTINGS}
        return Simulation(self, self.http.post("/simulations", json=body).raise_for_status().json())

    def read(self, path: str) -> dict[str, Any]:
        """What is at that path; asks again for a while when something that it needs is away (503)."""
        replies: list[httpx.Response] = []

        def is_answered() -> bool:
            replies.append(self.http.get(path))
            return replies[-1].status_code != httpx.codes.SERVICE_UNAVAILABLE

        wait_until(is_answered, PATIENCE_SECONDS, lambda: replies[-1].text)
        return cast(dict[str, Any], replies[-1].raise_for_status().json())


@dataclass(frozen=True)
class Simulation:
    """One simulation, as its author sees it."""

    author: Author
    created: dict[str, Any]

    @property
    def state(self) -> dict[str, Any]:
        """What `GET /simulations/{id}` says."""
        return self.author.read(f"/simulations/{self.created['id']}")

    @property
    def job(self) -> dict[str, Any]:
        """What `GET /jobs/{id}` says."""
        return self.author.read(self._job_path)

    @property
    def stages(self) -> list[str]:
        """The stages of all progress events so far."""
        return [event["stage"] for event in self.author.read(f"{self._job_path}/events?limit=200")["items"]]

    def cancel(self) -> None:
        self.author.http.post(f"{self._job_path}/cancel").raise_for_status()

    def wait_for(self, stage: str, times: int) -> None:
        """Return when so many events of that stage have been seen."""
        self._wait(lambda: self.stages.count(stage) >= times or self.state["status"] in OVER)
        assert self.state["status"] == "running", f"it was over before it could be disturbed: {self.state}"

    def wait_until_over(self) -> dict[str, Any]:
        """Return the state in which it ended."""
        self._wait(lambda: self.state["status"] in OVER)
        return self.state

    def let_the_lease_run_out(self) -> None:
        """Five minutes pass in which nobody works for the job, and the sweeper comes by."""
        with psycopg.connect(self.author.host.status()["database"]) as db:
            db.execute(
                "update jobs set lease_expires_at = now() - interval '1 second' where id = %s and status = 'running'",
                [self.created["job_id"]],
            )
        self.author.host.invoke("sweep_jobs", {})

    @property
    def _job_path(self) -> str:
        return f"/jobs/{self.created['job_id']}"

    def _wait(self, condition: Callable[[], object]) -> None:
        wait_until(condition, PATIENCE_SECONDS, lambda: f"{self.job} after {self.stages}")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostUnderTest]:
    with running_host(tmp_path_factory.mktemp("host"), with_localstack=True) as host:
        host.wait_until_background_is_ready()
        yield host


@pytest.fixture(scope="module")
def author(host: HostUnderTest) -> Iterator[Author]:
    with httpx.Client(base_url=f"{host.url}/api/v1", trust_env=False, timeout=30) as http:
        grant = {"grant_type": "password", "email": AUTHOR, "password": PASSWORD}
        token = http.post("/auth/token", json=grant).raise_for_status().json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        yield Author(host, http)


@pytest.fixture(scope="module")
def undisturbed(author: Author) -> dict[str, Any]:
    """How the simulation ends when nothing happens to it."""
    return author.simulate().wait_until_over()


def kill_batch_job(host: HostUnderTest, times: int = 1) -> None:
    """Kill the process that simulates the population as soon as there is one, and so often those that follow it."""
    killed: list[int] = []

    def is_killed() -> bool:
        for pid in set(host.batch_jobs("simulate_population")) - set(killed):
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
        return len(killed) >= times

    wait_until(is_killed, PATIENCE_SECONDS, lambda: f"only {len(killed)} processes could be killed")


def test_an_undisturbed_simulation_succeeds_at_the_first_attempt(author: Author, undisturbed: dict[str, Any]) -> None:
    assert (undisturbed["status"], undisturbed["progress"], undisturbed["error"]) == ("succeeded", 1.0, None)
    picture = httpx.get(undisturbed["plot_url"], trust_env=False).raise_for_status()
    assert picture.headers["content-type"] == "image/svg+xml"
    assert ElementTree.fromstring(picture.content).tag.endswith("svg")  # noqa: S314 - our own picture
    assert author.read(f"/jobs/{undisturbed['job_id']}")["attempts"] == 1


def test_a_cancelled_simulation_ends_soon_with_its_batch_job(host: HostUnderTest, author: Author) -> None:
    simulation = author.simulate()
    simulation.wait_for("population", 2)

    simulation.cancel()

    assert simulation.state["status"] == "cancelled"
    wait_until(lambda: not host.batch_jobs("simulate_population"), 60, lambda: "the batch job goes on")
    assert simulation.state["result"] is None
    assert simulation.stages.count("population") < CHUNKS


def test_a_killed_batch_job_is_started_again_and_goes_on(
    host: HostUnderTest, author: Author, undisturbed: dict[str, Any]
) -> None:
    simulation = author.simulate()
    simulation.wait_for("population", 3)

    kill_batch_job(host)

    assert simulation.wait_until_over()["result"] == undisturbed["result"]
    assert simulation.job["attempts"] == 1
    assert simulation.stages.count("population") <= CHUNKS + 1


def test_a_batch_job_that_is_killed_at_once_is_started_again(
    host: HostUnderTest, author: Author, undisturbed: dict[str, Any]
) -> None:
    simulation = author.simulate()

    kill_batch_job(host)

    assert simulation.wait_until_over()["result"] == undisturbed["result"]
    assert simulation.job["attempts"] == 1


def test_a_batch_job_that_is_killed_too_often_is_continued_by_the_next_attempt(
    host: HostUnderTest, author: Author, undisturbed: dict[str, Any]
) -> None:
    simulation = author.simulate()
    simulation.wait_for("population", 3)

    kill_batch_job(host, times=JOBS.attempts)
    simulation.let_the_lease_run_out()

    assert simulation.wait_until_over()["result"] == undisturbed["result"]
    assert simulation.job["attempts"] == 2
    assert simulation.stages.count("population") <= CHUNKS + 1


def test_a_killed_function_is_called_again_by_the_same_attempt(
    host: HostUnderTest, author: Author, undisturbed: dict[str, Any]
) -> None:
    simulation = author.simulate()
    simulation.wait_for("points", 2)

    kill_workers(host, "simulate_at_theta")

    assert simulation.wait_until_over()["result"] == undisturbed["result"]
    assert simulation.job["attempts"] == 1


def test_a_killed_localstack_is_replaced_and_the_simulation_goes_on(
    host: HostUnderTest, author: Author, undisturbed: dict[str, Any]
) -> None:
    simulation = author.simulate()
    simulation.wait_for("points", 2)

    host.kill_process("localstack")
    wait_until(lambda: not host.status()["is_background_ready"], 10, lambda: "LocalStack lives")
    host.wait_until_background_is_ready()

    assert simulation.wait_until_over()["result"] == undisturbed["result"]
    assert simulation.job["attempts"] == 2


def test_a_killed_database_is_back_before_anybody_gives_up(
    host: HostUnderTest, author: Author, undisturbed: dict[str, Any]
) -> None:
    simulation = author.simulate()
    simulation.wait_for("points", 2)

    host.kill_process("postgres")

    assert simulation.wait_until_over()["result"] == undisturbed["result"]
