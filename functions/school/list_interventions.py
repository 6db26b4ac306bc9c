"""List what staff did to an attempt."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school import intervention_queries as stored
from dreamseed.school.intervention_models import Intervention
from dreamseed.school.interventions import require_managed, shown_intervention


@function(
    Needs(
        Http("GET", "/api/v1/sessions/{id}/interventions", "session:manage"),
        grants=(database("read"), subject_keys("read")),
        layers=("common", "irt_core"),
    )
)
def list_interventions(id: UUID, page: Paging, caller: Caller, db: Connection, keys: SubjectKeys) -> Page[Intervention]:
    """Time that was given, voiding and resetting of a session, newest first: who, when and why."""
    require_managed(db, caller, id)
    rows = keys.opened(stored.list_interventions(db, id, page.after_id(), page.limit + 1))
    return page_of(rows, page.limit, shown_intervention, lambda row: row.id)
