"""Make a copy of all responses without people."""

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.needs import Needs, Step, bucket, database
from dreamseed.platform.jobs import JobContext
from dreamseed.ports.blobs import Blobs
from dreamseed.privacy import anonymising


@function(
    Needs(
        Step(),
        grants=(database("write"), bucket("privacy", "write")),
        memory_mb=2048,
        timeout_seconds=600,
    )
)
def anonymise_responses(job: JobContext, blobs: Blobs, clock: Clock) -> None:
    """Tell of everybody so imprecisely that nobody stands out, leave out who still would, and end the job.

    Names are drawn anew each time, so that no copy can be joined with another or with the school's own data. Begun anew
    after a failure, it makes another copy in place of the unfinished one.
    """
    anonymising.make_copy(job, blobs, clock.now())
