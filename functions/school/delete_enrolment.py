"""Make somebody no longer belong to a class."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database
from dreamseed.school import queries
from dreamseed.school.access import taught_class


@function(
    Needs(
        Http("DELETE", "/api/v1/classes/{id}/enrolments/{user_id}", "class:manage", status=204, is_sensitive=True),
        grants=(database("write"),),
    )
)
def delete_enrolment(id: UUID, user_id: UUID, caller: Caller, db: Connection, trail: Trail) -> None:
    """Take somebody out of a class; their results stay. Who does not belong to it is out already."""
    taught_class(db, caller, id)
    queries.delete_enrolment(db, id, user_id)
    trail.note(user_id, "enrolments", id, before={"class_id": id})
