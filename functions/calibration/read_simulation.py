"""Show a simulation: how far it is, or what came out."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.calibration.artefacts import BUCKET
from dreamseed.calibration.models import Simulation
from dreamseed.calibration.simulations import shown_simulation
from dreamseed.function import function
from dreamseed.needs import Http, Needs, bucket, database, secret
from dreamseed.ports.blobs import Blobs


@function(
    Needs(
        Http("GET", "/api/v1/simulations/{id}", "simulation:read"),
        grants=(database("read"), bucket(BUCKET, "read"), secret("blob_signing")),
    )
)
def read_simulation(id: UUID, db: Connection, blobs: Blobs) -> Simulation:
    """A simulation with its job's status and progress; once it has succeeded, with result, picture and report."""
    return shown_simulation(db, id, blobs)
