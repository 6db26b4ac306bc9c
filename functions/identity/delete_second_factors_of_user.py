"""Help somebody in again who has lost their second factors."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import persons, roles, second_factors
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("DELETE", "/api/v1/users/{id}/second_factors", "person:manage", status=204, is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
    )
)
def delete_second_factors_of_user(
    id: UUID, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> None:
    """Remove all second factors and recovery codes of a person, who is signed out everywhere and told by mail.

    Make sure first that it is they who ask. Needs a sign-in of the last 15 minutes, and nobody does it for more rights
    than their own.
    """
    second_factors.require_recent(db, caller, clock.now())
    row = persons.found_user(db, id, is_locked=True)
    roles.require_manageable(db, caller, id, clock.now())
    second_factors.remove_all_factors(db, keys, row, clock.now())
    trail.note(id, "second_factors", id)
