"""Step of a simulation: examinees who all have one θ."""

from typing import Any

from dreamseed.calibration.artefacts import BUCKET
from dreamseed.calibration.models import PointToSimulate
from dreamseed.calibration.rules import point_progress
from dreamseed.calibration.runs import simulate_point
from dreamseed.calibration.snapshot import load_snapshot
from dreamseed.function import function
from dreamseed.needs import Needs, Step, bucket, database
from dreamseed.platform.jobs import JobContext
from dreamseed.ports.blobs import Blobs


@function(
    Needs(
        Step(),
        grants=(database("write"), bucket(BUCKET, "read")),
        layers=("common", "irt_core"),
        memory_mb=1769,
        timeout_seconds=300,
    )
)
def simulate_at_theta(point: PointToSimulate, job: JobContext, blobs: Blobs) -> dict[str, Any]:
    """Simulate the tests of examinees with this θ and return their tally."""
    snapshot = load_snapshot(blobs, job.org_id, job.job_id)
    tally = simulate_point(snapshot, point.theta)
    fraction = point_progress(int(point.item) + 1, len(snapshot.settings.theta_points))
    job.progress("points", fraction, f"θ = {point.theta:g}: {tally.mean_length:.1f} items, RMSE {tally.rmse:.2f}")
    return tally.to_json()
