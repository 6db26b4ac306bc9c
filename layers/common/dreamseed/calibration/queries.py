"""Calibration in SQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from dreamseed.calibration.models import Settings, SimulationResult
from dreamseed.calibration.tables import simulations
from dreamseed.database.ids import new_id

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


def read_simulation(db: Connection, simulation_id: UUID) -> SimulationRow | None:
    """A simulation by its id."""
    return db.execute(select(simulations).where(simulations.c.id == simulation_id)).one_or_none()


def read_simulation_of(db: Connection, job_id: UUID) -> SimulationRow:
    """The simulation that a job is for."""
    return db.execute(select(simulations).where(simulations.c.job_id == job_id)).one()


def write_result(db: Connection, job_id: UUID, result: SimulationResult) -> None:
    """Keep a simulation's result."""
    values = {"result": result.model_dump(mode="json")}
    db.execute(update(simulations).where(simulations.c.job_id == job_id).values(values))
