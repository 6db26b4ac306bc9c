"""End one of one's sign-ins."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.errors import NotFound
from dreamseed.function import function
from dreamseed.http.caller import Caller, require_person
from dreamseed.identity import sessions
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("DELETE", "/api/v1/me/sessions/{id}", "profile:secure:own", status=204, is_sensitive=True),
        grants=(database("write"),),
    )
)
def end_sign_in(id: UUID, caller: Caller, db: Connection, clock: Clock) -> None:
    """End a sign-in: it is refused at once by sensitive calls and gets no further token."""
    require_person(caller)
    if not sessions.end_sign_in(db, id, clock.now(), caller.user_id):
        raise NotFound("There is no such sign-in, or it has ended.", code="sign_in_not_found")
