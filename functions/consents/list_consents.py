"""List what somebody has agreed to."""

from sqlalchemy import Connection

from dreamseed.consents import giving, queries
from dreamseed.consents.models import Consent, Subject
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database


@function(Needs(Http("GET", "/api/v1/consents", "consent:read:own"), grants=(database("read"),)))
def list_consents(page: Paging, caller: Caller, db: Connection, subject_id: Subject = "me") -> Page[Consent]:
    """All consents of the caller, a ward or a learner whom they teach, the newest first, withdrawn ones too."""
    subject = giving.visible_subject(db, caller, subject_id)
    rows = queries.list_consents(db, subject, page.after_id(), page.limit + 1)
    return page_of(rows, page.limit, giving.shown_consent, lambda row: row.id)
