"""Begin an erasure."""

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.needs import Needs, Queue, database
from dreamseed.privacy import erasures
from dreamseed.privacy.models import DueErasure


@function(Needs(Queue("due-erasures", topic="erasure.due"), grants=(database("write"),)))
def begin_erasure(due: DueErasure, db: Connection, clock: Clock) -> None:
    """Close the account, sign it out everywhere, and let a job erase it.

    Nothing happens if it was called off or held since it was found, or if the organisation would lose its last
    administrator.
    """
    erasures.begin(db, due.erasure_id, clock.now())
