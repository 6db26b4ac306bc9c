"""Rename or archive a class."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import IfMatch, etag, require_version
from dreamseed.needs import Http, Needs, database
from dreamseed.school import queries
from dreamseed.school.access import taught_class
from dreamseed.school.classes import change_class, shown_class
from dreamseed.school.models import ClassChanges, SchoolClass


@function(Needs(Http("PATCH", "/api/v1/classes/{id}", "class:manage"), grants=(database("write"),)))
def update_class(
    id: UUID, body: ClassChanges, caller: Caller, db: Connection, clock: Clock, trail: Trail, if_match: IfMatch = None
) -> Reply[SchoolClass]:
    """Change the name or subject of a class, archive it, or take it back from the archive."""
    row = taught_class(db, caller, id, queries.lock_class)
    require_version(if_match, row.version)
    change_class(db, row, body, clock.now())
    changed = taught_class(db, caller, id)
    trail.note(None, "classes", id, shown_class(row).model_dump(), shown_class(changed).model_dump())
    return Reply(shown_class(changed), headers=etag(changed.version))
