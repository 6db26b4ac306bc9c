"""Show one class."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import etag
from dreamseed.needs import Http, Needs, database
from dreamseed.school.access import visible_class
from dreamseed.school.classes import shown_class
from dreamseed.school.models import SchoolClass


@function(Needs(Http("GET", "/api/v1/classes/{id}", "class:read:own"), grants=(database("read"),)))
def read_class(id: UUID, caller: Caller, db: Connection) -> Reply[SchoolClass]:
    """A class that the caller belongs to or oversees."""
    row = visible_class(db, caller, id)
    return Reply(shown_class(row), headers=etag(row.version))
