"""List who belongs to a class."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school import queries
from dreamseed.school.access import taught_class
from dreamseed.school.classes import shown_enrolment
from dreamseed.school.models import Enrolment


@function(
    Needs(Http("GET", "/api/v1/classes/{id}/enrolments", "class:read"), grants=(database("read"), subject_keys("read")))
)
def list_enrolments(id: UUID, page: Paging, caller: Caller, db: Connection, keys: SubjectKeys) -> Page[Enrolment]:
    """The learners and teachers of a class by name, for those who teach or oversee it."""
    taught_class(db, caller, id)
    after = page.after_key(str, UUID)
    rows = queries.list_enrolments(db, keys, id, after, page.limit + 1)
    return page_of(rows, page.limit, shown_enrolment, lambda row: (row.full_name, row.user_id))
