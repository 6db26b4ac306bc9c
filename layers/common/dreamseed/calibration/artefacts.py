"""What a simulation leaves in the blob store, all of it under its job's prefix."""

from __future__ import annotations

from uuid import UUID

BUCKET = "results"

SNAPSHOT, PLOT, REPORT = "snapshot.json.gz", "plot.svg", "report.json"


def blob_name(job_id: UUID, name: str) -> str:
    """The name of one of the job's blobs."""
    return f"jobs/{job_id}/{name}"
