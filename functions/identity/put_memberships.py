"""Say which roles somebody holds."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import persons, roles
from dreamseed.identity.role_models import Memberships, Person
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("PUT", "/api/v1/users/{id}/memberships", "person:manage", is_sensitive=True),
        grants=(database("write"), subject_keys("read")),
    )
)
def put_memberships(
    id: UUID, body: Memberships, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> Person:
    """Give a person exactly these roles, each for ever or until it expires.

    Sensitive calls know at once; other calls with the person's next access token, in ten minutes at most.
    """
    row = keys.opened_row(persons.found_user(db, id, is_locked=True))
    before = persons.shown_person(db, row, clock.now())
    roles.put_memberships(db, caller, row.id, body.memberships)
    after = persons.shown_person(db, row, clock.now())
    trail.note(id, "users", id, before.model_dump(), after.model_dump())
    return after
