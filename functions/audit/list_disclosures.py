"""List to whom a learner's records were disclosed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit import disclosures
from dreamseed.audit.models import Disclosure
from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("GET", "/api/v1/disclosures", "disclosure:read:own", is_audited=True),
        grants=(database("read"), subject_keys("read")),
    )
)
def list_disclosures(
    learner_id: UUID, page: Paging, caller: Caller, db: Connection, keys: SubjectKeys, trail: Trail
) -> Page[Disclosure]:
    """The disclosures of a learner's records, the newest first: one's own, a ward's, or anybody's as administrator."""
    disclosures.require_readable(db, caller, learner_id)
    trail.note(learner_id, "disclosures", None)
    before = page.after_key(datetime.fromisoformat, UUID)
    rows = disclosures.list_disclosures(db, learner_id, before, page.limit + 1)
    shown = disclosures.shown_disclosure
    return page_of(keys.opened(rows), page.limit, shown, lambda row: (row.disclosed_at, row.id))
