"""Tell listening browsers of a job's progress."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.needs import Needs, Queue, database, sockets
from dreamseed.platform.models import JobProgressed
from dreamseed.platform.sockets import event_message, forget, listeners
from dreamseed.ports.sockets import Sockets


@function(
    Needs(
        Queue("job-pushes", topic="job.progressed"),
        grants=(database("write"), sockets()),
        timeout_seconds=30,
    )
)
def push_job_events(progressed: JobProgressed, db: Connection, sockets: Sockets) -> None:
    """Post the event to every connection that listens to the job, and forget those that are gone."""
    connection_ids = listeners(db, progressed.job_id)
    if not connection_ids:
        return
    event = event_message(db, progressed.job_id, progressed.seq)
    for connection_id in connection_ids:
        if not sockets.post(connection_id, event):
            forget(db, connection_id)
