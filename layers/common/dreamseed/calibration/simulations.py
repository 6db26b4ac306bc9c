"""Simulations as the API knows them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.calibration import queries
from dreamseed.calibration.artefacts import BUCKET, PLOT, REPORT, blob_name
from dreamseed.calibration.models import Settings, Simulation
from dreamseed.calibration.queries import SimulationRow
from dreamseed.errors import NotFound
from dreamseed.platform.jobs import create_job
from dreamseed.ports.blobs import Blobs

WORKFLOW = "simulate_design"


def start_simulation(db: Connection, test_design_id: UUID, settings: Settings, created_by: UUID) -> UUID:
    """Create a simulation with the job that runs it; returns the simulation's id."""
    job_id = create_job(db, WORKFLOW, {"test_design_id": str(test_design_id)}, created_by=created_by)
    return queries.add_simulation(db, test_design_id, job_id, settings, created_by)


def shown_simulation(db: Connection, simulation_id: UUID, blobs: Blobs | None = None) -> Simulation:
    """A simulation with its job's status; with `blobs`, a finished one has the addresses of its picture and report.

    Raises NotFound `simulation_not_found`.
    """
    row = queries.read_simulation(db, simulation_id)
    if row is None:
        raise NotFound("There is no such simulation.", code="simulation_not_found")
    return simulation_of(row, blobs)


def simulation_of(row: SimulationRow, blobs: Blobs | None = None) -> Simulation:
    """A simulation from its row with its job's; with `blobs`, a finished one has the addresses of its artefacts."""
    settings = Settings.model_validate(row.settings)
    artefacts = blobs if row.status == "succeeded" else None
    return Simulation(
        id=row.id,
        job_id=row.job_id,
        status=row.status,
        progress=row.progress,
        test_design_id=row.test_design_id,
        examinees=settings.examinees,
        theta_points=settings.theta_points,
        seed=settings.seed,
        created_at=row.created_at,
        result=row.result if row.status == "succeeded" else None,
        plot_url=artefacts.signed_url(BUCKET, blob_name(row.job_id, PLOT)) if artefacts else None,
        report_url=artefacts.signed_url(BUCKET, blob_name(row.job_id, REPORT)) if artefacts else None,
        error=row.error,
    )
