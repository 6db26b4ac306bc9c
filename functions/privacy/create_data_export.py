"""Ask for a copy of what is kept of somebody."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import requests
from dreamseed.privacy.models import Export, NewExport


@function(
    Needs(
        Http("POST", "/api/v1/privacy/exports", "privacy:export:own", status=202, is_sensitive=True),
        grants=(database("write"), subject_keys("read")),
    )
)
def create_data_export(
    body: NewExport, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> Reply[Export]:
    """Make a zip of everything that is kept of oneself, of a ward, or, as staff, of anybody.

    A job makes it; while it does, asking again is answered with the same.
    """
    subject_id = requests.subject_of(db, caller, body.subject_id, "privacy:export")
    row = requests.request_export(db, caller, subject_id)
    trail.note(subject_id, "data_exports", row.id)
    return Reply(
        requests.shown_export(db, keys, row, clock.now()), headers={"location": f"/api/v1/privacy/exports/{row.id}"}
    )
