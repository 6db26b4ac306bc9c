"""Create a class."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.database.ids import new_id
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import etag
from dreamseed.needs import Http, Needs, database
from dreamseed.school import queries
from dreamseed.school.access import oversees, taught_class
from dreamseed.school.classes import name_taken, shown_class
from dreamseed.school.models import NewClass, SchoolClass


@function(Needs(Http("POST", "/api/v1/classes", "class:manage", status=201), grants=(database("write"),)))
def create_class(body: NewClass, caller: Caller, db: Connection, clock: Clock, trail: Trail) -> Reply[SchoolClass]:
    """Create a class. A teacher who creates one teaches it."""
    class_id = new_id()
    if not queries.add_class(db, {"id": class_id, **body.model_dump()}):
        raise name_taken()
    if not oversees(caller):
        queries.put_enrolment(db, class_id, caller.user_id, "teacher", clock.now())
    row = taught_class(db, caller, class_id)
    trail.note(None, "classes", class_id, after=body.model_dump())
    return Reply(shown_class(row), headers={"location": f"/api/v1/classes/{class_id}", **etag(row.version)})
