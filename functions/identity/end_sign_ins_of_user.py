"""Sign somebody out everywhere."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import persons, roles, sessions
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("DELETE", "/api/v1/users/{id}/sessions", "person:manage", status=204, is_sensitive=True),
        grants=(database("write"),),
    )
)
def end_sign_ins_of_user(id: UUID, caller: Caller, db: Connection, clock: Clock) -> None:
    """End every sign-in of a person, for instance when a device was lost."""
    row = persons.found_user(db, id, is_locked=True)
    roles.require_manageable(db, caller, id, clock.now())
    sessions.end_sign_ins(db, row.id, clock.now())
