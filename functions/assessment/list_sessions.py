"""List test sessions."""

from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.assessment import queries
from dreamseed.assessment.designs import load_design
from dreamseed.assessment.models import SessionSummary, Status
from dreamseed.assessment.sessions import shown_summary
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database
from dreamseed.school.access import may_reach, oversees


@function(
    Needs(
        Http("GET", "/api/v1/sessions", "session:read:own"),
        grants=(database("read"),),
        layers=("common", "irt_core"),
    )
)
def list_sessions(
    page: Paging,
    caller: Caller,
    db: Connection,
    status: Status | None = None,
    learner_id: Literal["me"] | UUID | None = None,
) -> Page[SessionSummary]:
    """The caller's own sessions, newest first, or those of the learners whom the caller may see.

    Guardians and teachers see one learner's; who oversees the classes sees all. `learner_id` narrows the list to one
    learner, `me` to the caller. A list of others' sessions that one may not see is one of one's own.
    """
    wanted = caller.user_id if learner_id == "me" else learner_id
    if not _may_see(db, caller, wanted):
        wanted = caller.user_id
    rows = queries.list_sessions(db, wanted, status, page.after_id(), page.limit + 1)
    return page_of(
        rows,
        page.limit,
        lambda row: shown_summary(row, load_design(db, caller.org_id, row.test_design_id)),
        lambda row: row.id,
    )


def _may_see(db: Connection, caller: Caller, learner_id: UUID | None) -> bool:
    """Whether the sessions of that learner, or of everybody, are the caller's to see."""
    if learner_id is None:
        return caller.may("session:read") and oversees(caller)
    return may_reach(db, caller, learner_id, "session:read")
