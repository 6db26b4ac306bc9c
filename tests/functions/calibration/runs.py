"""Running a simulation's parts by hand, in the order of its state machine, with the real functions, database and blobs.

Only the two services that are not there are played: Batch, whose job is run here, and Step Functions, which is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from dreamseed.calibration.models import PopulationTask
from dreamseed.database.transaction import tenant_transaction
from dreamseed.platform import jobs
from dreamseed.platform.jobs import JobContext
from dreamseed.ports import blobs
from dreamseed.ports.workflows import Workflows
from functions.calibration.finish_simulation import finish_simulation
from functions.calibration.prepare_simulation import prepare_simulation
from functions.calibration.simulate_at_theta import simulate_at_theta
from functions.calibration.simulate_population import simulate_population
from tests.school import HILLSIDE, School

TOKEN = "a-task-token"


class Killed(BaseException):
    """The end of a process, as sudden as a test can make it."""


@dataclass
class Reports:
    """What a batch job told its workflow. `on_heartbeat` is called at each sign of life with their number.

    A workflow that was forgotten is not `is_awaited`: it takes no result.
    """

    on_heartbeat: Callable[[int], None] = lambda count: None
    is_awaited: bool = True
    heartbeats: int = 0
    succeeded: list[Any] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def task_is_alive(self, workflow: str, token: str) -> bool:
        self.heartbeats += 1
        self.on_heartbeat(self.heartbeats)
        return True

    def task_succeeded(self, workflow: str, token: str, output: Any) -> bool:
        self.succeeded.append(output)
        return self.is_awaited

    def task_failed(self, workflow: str, token: str, error: str, cause: str) -> bool:
        self.failed.append(error)
        return True


@dataclass(frozen=True)
class Run:
    """One attempt at the job of a simulation."""

    school: School
    job_id: UUID
    attempt: int = 1

    @property
    def event(self) -> dict[str, Any]:
        """What the execution begins with."""
        return {"org_id": str(HILLSIDE.id), "job_id": str(self.job_id), "attempt": self.attempt}

    def start(self) -> Run:
        """Take the job's lease, as `start_job` does."""
        with tenant_transaction(HILLSIDE.id, self.school.database.url("write")) as db:
            assert jobs.start_attempt(db, self.job_id, self.attempt) == "simulate_design"
        return self

    def prepare(self) -> list[dict[str, Any]]:
        """The first step; returns the points to map over."""
        return cast(list[dict[str, Any]], prepare_simulation(self.event, None)["points"])

    def simulate_point(self, point: dict[str, Any]) -> Any:
        """The step of one θ."""
        return simulate_at_theta({**self.event, **point}, None)

    def simulate_population(self, reports: Reports | None = None) -> Reports:
        """The batch job; returns what it told its workflow."""
        reports = reports or Reports()
        simulate_population.call(
            task=PopulationTask(task_token=TOKEN),
            job=JobContext(HILLSIDE.id, self.job_id, self.attempt),
            blobs=blobs.connect(simulate_population, HILLSIDE.id),
            workflows=cast(Workflows, reports),
        )
        return reports

    def finish(self) -> None:
        """The last step."""
        finish_simulation(self.event, None)

    def complete(self) -> None:
        """All of it."""
        for point in self.prepare():
            self.simulate_point(point)
        self.simulate_population()
        self.finish()

    def cancel(self) -> None:
        """Somebody cancels the job."""
        with tenant_transaction(HILLSIDE.id, self.school.database.url("write")) as db:
            jobs.cancel_job(db, self.job_id)
