"""Learn from a finished session what its learner knows."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.learning.models import FinishedSession
from dreamseed.learning.states import record_session
from dreamseed.needs import Needs, Queue, database


@function(Needs(Queue("knowledge-states", topic="session.finished"), grants=(database("write"),)))
def update_knowledge_states(session: FinishedSession, db: Connection) -> None:
    """Trace the skills that the session asked for, and take over its ability estimate."""
    record_session(db, session)
