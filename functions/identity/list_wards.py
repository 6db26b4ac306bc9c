"""List the learners whose guardian one is."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.identity import guardians
from dreamseed.identity.role_models import Guardianship
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(Needs(Http("GET", "/api/v1/me/wards", "ward:read:own"), grants=(database("read"), subject_keys("read"))))
def list_wards(page: Paging, caller: Caller, db: Connection, keys: SubjectKeys) -> Page[Guardianship]:
    """The learners whom the caller may follow."""
    after = page.after_key(UUID, UUID)
    found = guardians.list_guardianships(db, caller.user_id, None, after, page.limit + 1)
    rows = keys.opened(found)
    return page_of(rows, page.limit, guardians.shown_guardianship, lambda row: (row.guardian_id, row.learner_id))
