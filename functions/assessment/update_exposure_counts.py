"""Count which items a finished session has shown."""

from sqlalchemy import Connection

from dreamseed.assessment.exposure import FinishedSession, count_exposures
from dreamseed.function import function
from dreamseed.needs import Needs, Queue, database


@function(Needs(Queue("exposure-counts", topic="session.finished"), grants=(database("write"),)))
def update_exposure_counts(session: FinishedSession, db: Connection) -> None:
    """Add the session's items to the exposure counts of its bank version."""
    count_exposures(db, session)
