"""Tell listening browsers of a job's progress."""

from sqlalchemy import Connection

from dreamseed import logs
from dreamseed.database.transaction import in_tenant
from dreamseed.errors import Unavailable
from dreamseed.function import function
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, database, sockets
from dreamseed.platform.models import JobProgressed
from dreamseed.platform.sockets import event_message, forget, listeners
from dreamseed.ports.sockets import Sockets

_log = logs.logger("sockets")


@function(
    Needs(
        Queue("job-pushes", topic="job.progressed"),
        grants=(database("write"), sockets()),
        timeout_seconds=30,
    )
)
def push_job_events(progressed: JobProgressed, message: Message, sockets: Sockets) -> None:
    """Post the event to every connection that listens to the job, and forget those that are gone.

    A connection that cannot be reached now misses the event, which stands in the job's list; the others do not wait.
    """

    def read(db: Connection) -> tuple[list[str], dict[str, object]]:
        connection_ids = listeners(db, progressed.job_id)
        return connection_ids, event_message(db, progressed.job_id, progressed.seq) if connection_ids else {}

    connection_ids, event = in_tenant(message.org_id, read)
    gone = [connection_id for connection_id in connection_ids if not _is_open(sockets, connection_id, event)]
    if gone:
        in_tenant(message.org_id, lambda db: forget(db, *gone))


def _is_open(sockets: Sockets, connection_id: str, event: dict[str, object]) -> bool:
    """Post the event; False if the connection is known to be gone."""
    try:
        return sockets.post(connection_id, event)
    except Unavailable as error:
        _log.warning("event not posted", extra={"connection_id": connection_id, "detail": error.detail})
        return True
