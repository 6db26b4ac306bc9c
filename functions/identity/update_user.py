"""Change somebody's name, or let them in no longer."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import IfMatch, etag, require_version
from dreamseed.identity import persons, roles
from dreamseed.identity.role_models import Person, PersonChanges
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("PATCH", "/api/v1/users/{id}", "person:manage", is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
    )
)
def update_user(
    id: UUID,
    body: PersonChanges,
    caller: Caller,
    db: Connection,
    keys: SubjectKeys,
    clock: Clock,
    trail: Trail,
    if_match: IfMatch = None,
) -> Reply[Person]:
    """Change a person's name, suspend them (which signs them out everywhere), or take them back."""
    row = keys.opened_row(persons.found_user(db, id, is_locked=True))
    require_version(if_match, row.version)
    roles.require_manageable(db, caller, id, clock.now())
    before = persons.shown_person(db, row, clock.now())
    persons.change_person(db, keys, row, body, clock.now())
    changed = keys.opened_row(persons.found_user(db, id))
    after = persons.shown_person(db, changed, clock.now())
    trail.note(id, "users", id, before.model_dump(), after.model_dump())
    return Reply(after, headers=etag(changed.version))
