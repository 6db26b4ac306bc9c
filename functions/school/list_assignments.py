"""List what is set for classes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database
from dreamseed.school import assignment_queries as stored
from dreamseed.school.access import LearnerId, is_ward_of, no_learner, oversees, visible_class
from dreamseed.school.assignment_models import Assignment
from dreamseed.school.assignments import shown_assignments


@function(Needs(Http("GET", "/api/v1/assignments", "assignment:read:own"), grants=(database("read"),)))
def list_assignments(
    page: Paging,
    caller: Caller,
    db: Connection,
    clock: Clock,
    class_id: UUID | None = None,
    learner_id: LearnerId = "me",
) -> Page[Assignment]:
    """The assignments of the caller's classes, or of one class; those that open last come first.

    Who learns in a class sees how far they are themselves; who teaches or oversees it, how far the class is.
    With a ward's `learner_id` guardians see what their ward sees.
    """
    reader_id = caller.user_id if learner_id == "me" else learner_id
    is_ward = reader_id != caller.user_id
    if is_ward and not is_ward_of(db, caller, reader_id, "assignment:read"):
        raise no_learner()
    if not is_ward:
        caller.require("assignment:read", owner_id=reader_id)
    if class_id is not None and not is_ward:
        visible_class(db, caller, class_id)
    before = page.after_key(datetime.fromisoformat, UUID)
    rows = stored.list_assignments(db, reader_id, oversees(caller) and not is_ward, class_id, before, page.limit + 1)
    shown = {each.id: each for each in shown_assignments(db, caller, rows, clock.now(), reader_id)}
    return page_of(rows, page.limit, lambda row: shown[row.id], lambda row: (row.opens_at, row.id))
