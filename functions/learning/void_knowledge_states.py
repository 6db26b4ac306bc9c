"""Unlearn what a voided session said of its learner."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.learning.models import FinishedSession
from dreamseed.learning.states import void_session
from dreamseed.needs import Needs, Queue, database


@function(Needs(Queue("voided-knowledge-states", topic="session.voided"), grants=(database("write"),)))
def void_knowledge_states(session: FinishedSession, db: Connection) -> None:
    """Trace the skills of the session anew without it, and take its ability estimate back."""
    void_session(db, session)
