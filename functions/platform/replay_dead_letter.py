"""Send an event again that could not be handled."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.errors import NotFound
from dreamseed.function import function
from dreamseed.needs import Http, Needs, database
from dreamseed.platform import queries
from dreamseed.platform.access import shown_letter
from dreamseed.platform.models import DeadLetter


@function(
    Needs(
        Http("POST", "/api/v1/dead_letters/{id}/replay", "dead_letter:replay", status=202, idempotency="natural"),
        grants=(database("write"),),
    )
)
def replay_dead_letter(id: UUID, db: Connection) -> DeadLetter:
    """Give a dead letter all its attempts again. Consumers that have handled it before do nothing."""
    row = queries.replay_dead_letter(db, id)
    if row is None:
        raise NotFound("There is no such dead letter.", code="dead_letter_not_found")
    return shown_letter(row)
