"""Show somebody of the organisation."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.reply import Reply
from dreamseed.http.versions import etag
from dreamseed.identity.persons import found_user, shown_person
from dreamseed.identity.role_models import Person
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(Needs(Http("GET", "/api/v1/users/{id}", "person:read"), grants=(database("read"), subject_keys("read"))))
def read_user(id: UUID, db: Connection, keys: SubjectKeys, clock: Clock) -> Reply[Person]:
    """A person with the roles that they hold, also those that have expired."""
    row = keys.opened_row(found_user(db, id))
    return Reply(shown_person(db, row, clock.now()), headers=etag(row.version))
