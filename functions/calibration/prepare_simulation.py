"""First step of a simulation: keep what it works on."""

from dreamseed.calibration.artefacts import BUCKET
from dreamseed.calibration.models import PreparedSimulation
from dreamseed.calibration.snapshot import store_snapshot, take_snapshot
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.needs import Needs, Step, bucket, database
from dreamseed.platform.jobs import JobContext
from dreamseed.ports.blobs import Blobs


@function(
    Needs(
        Step(),
        grants=(database("write"), bucket(BUCKET, "write")),
        layers=("common", "irt_core"),
        memory_mb=1024,
        timeout_seconds=60,
    )
)
def prepare_simulation(job: JobContext, blobs: Blobs) -> PreparedSimulation:
    """Read design and bank once and store the snapshot that all later parts use. Returns the points to map over."""
    snapshot = in_tenant(job.org_id, lambda db: take_snapshot(db, job.org_id, job.job_id))
    store_snapshot(blobs, job.job_id, snapshot)
    job.progress("prepared", 0.02, f"{snapshot.design_name} on {snapshot.bank.n_items} items")
    points = [{"item": str(n), "theta": theta} for n, theta in enumerate(snapshot.settings.theta_points)]
    return PreparedSimulation(points=points)
