"""Calibration in SQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from dreamseed.calibration.models import Settings, SimulationResult
from dreamseed.calibration.tables import simulations
from dreamseed.database.ids import new_id
from dreamseed.platform.tables import jobs

SimulationRow = Row[*tuple[Any, ...]]


def add_simulation(db: Connection, test_design_id: UUID, job_id: UUID, settings: Settings, created_by: UUID) -> UUID:
    """Create a simulation; returns its id."""
    simulation_id = new_id()
    db.execute(
        insert(simulations).values(
            id=simulation_id,
            test_design_id=test_design_id,
            job_id=job_id,
            settings=settings.model_dump(mode="json"),
            created_by=created_by,
        )
    )
    return simulation_id


_with_job = select(simulations, jobs.c.status, jobs.c.progress, jobs.c.error).join(
    jobs, jobs.c.id == simulations.c.job_id
)


def read_simulation(db: Connection, simulation_id: UUID) -> SimulationRow | None:
    """A simulation by its id, with its job's status, progress and error."""
    return db.execute(_with_job.where(simulations.c.id == simulation_id)).one_or_none()


def list_simulations(
    db: Connection, test_design_id: UUID | None, before: UUID | None, limit: int
) -> list[SimulationRow]:
    """Up to `limit` simulations with their jobs' status, progress and error, newest first."""
    statement = _with_job.order_by(simulations.c.id.desc()).limit(limit)
    if test_design_id is not None:
        statement = statement.where(simulations.c.test_design_id == test_design_id)
    return list(db.execute(statement.where(simulations.c.id < before) if before else statement))


def read_simulation_of(db: Connection, job_id: UUID) -> SimulationRow:
    """The simulation that a job is for."""
    return db.execute(select(simulations).where(simulations.c.job_id == job_id)).one()


def write_result(db: Connection, job_id: UUID, result: SimulationResult) -> None:
    """Keep a simulation's result."""
    values = {"result": result.model_dump(mode="json")}
    db.execute(update(simulations).where(simulations.c.job_id == job_id).values(values))
