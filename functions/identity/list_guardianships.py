"""List who is whose guardian."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.identity import guardians
from dreamseed.identity.role_models import Guardianship
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(Http("GET", "/api/v1/guardianships", "guardianship:read"), grants=(database("read"), subject_keys("read")))
)
def list_guardianships(
    page: Paging, db: Connection, keys: SubjectKeys, guardian_id: UUID | None = None, learner_id: UUID | None = None
) -> Page[Guardianship]:
    """All guardianships of the organisation, or those of one guardian or one learner."""
    after = page.after_key(UUID, UUID)
    found = guardians.list_guardianships(db, guardian_id, learner_id, after, page.limit + 1)
    rows = keys.opened(found)
    return page_of(rows, page.limit, guardians.shown_guardianship, lambda row: (row.guardian_id, row.learner_id))
