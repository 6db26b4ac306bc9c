"""Take the items of a voided session out of the counts."""

from sqlalchemy import Connection

from dreamseed.assessment.exposure import FinishedSession, uncount_exposures
from dreamseed.function import function
from dreamseed.needs import Needs, Queue, database


@function(Needs(Queue("voided-exposure-counts", topic="session.voided"), grants=(database("write"),)))
def void_exposure_counts(session: FinishedSession, db: Connection) -> None:
    """Take the session's items out of the exposure counts of its bank version."""
    uncount_exposures(db, session)
