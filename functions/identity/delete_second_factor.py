"""Remove a second factor."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import second_factors
from dreamseed.identity.profile import locked_user
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("DELETE", "/api/v1/me/second_factors/{id}", "profile:secure:own", status=204, is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
    )
)
def delete_second_factor(
    id: UUID, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> None:
    """Remove one of the caller's second factors and end their other sign-ins; with the last one go the recovery codes.

    Needs a sign-in of the last 15 minutes.
    """
    second_factors.require_recent(db, caller, clock.now())
    second_factors.remove_factor(db, keys, locked_user(db, caller), id, caller.session_id, clock.now())
    trail.note(caller.user_id, "second_factors", id)
