"""Download how a class gets on."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import RawReply
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.access import taught_class
from dreamseed.school.analytics import analyse_class
from dreamseed.school.spreadsheet import download_headers, write_spreadsheet


@function(
    Needs(
        Http("GET", "/api/v1/analytics/classes/{id}/download", "analytics:read", media_type="text/csv"),
        grants=(database("read"), subject_keys("read")),
    )
)
def download_class_analytics(id: UUID, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock) -> RawReply:
    """A class as a CSV file: one row a learner with ability, growth, needs and every skill."""
    report = analyse_class(db, keys, taught_class(db, caller, id), clock.now())
    return RawReply(write_spreadsheet(report), "text/csv; charset=utf-8", download_headers(report))
