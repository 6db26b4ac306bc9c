"""The population of a simulation, computed so that it can be interrupted at any time."""

from __future__ import annotations

from collections.abc import Iterator

from dreamseed.calibration.rules import chunk_sizes, population_progress
from dreamseed.calibration.runs import simulate_chunk
from dreamseed.calibration.snapshot import Snapshot, load_snapshot
from dreamseed.database.transaction import in_tenant
from dreamseed.platform.jobs import JobContext, completed_step, store_step
from dreamseed.ports.blobs import Blobs

CHUNK_STEP = "simulate_population"
"""The name under which the tally of each chunk is stored; its item is the chunk's number."""


def simulate_chunks(job: JobContext, blobs: Blobs) -> Iterator[int]:
    """Simulate the chunks whose tallies are not stored yet, and yield the number of each chunk that is.

    Raises JobCancelled when the job has been cancelled, is over, or has been overtaken by another attempt.
    """
    snapshot = load_snapshot(blobs, job.org_id, job.job_id)
    examinees, done = snapshot.settings.examinees, 0
    for chunk, size in enumerate(chunk_sizes(examinees)):
        done += size
        if not _is_stored(job, chunk):
            _simulate_and_store(job, snapshot, chunk)
            job.progress("population", population_progress(done, examinees), f"{done:,} of {examinees:,} examinees")
        yield chunk


def _is_stored(job: JobContext, chunk: int) -> bool:
    return in_tenant(job.org_id, lambda db: completed_step(db, job.job_id, CHUNK_STEP, str(chunk)) is not None)


def _simulate_and_store(job: JobContext, snapshot: Snapshot, chunk: int) -> None:
    tally = simulate_chunk(snapshot, chunk).to_json()
    in_tenant(job.org_id, lambda db: store_step(db, job.job_id, CHUNK_STEP, str(chunk), tally))
