"""List the children for whom a consent is missing."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.consents.giving import missing_of_children
from dreamseed.consents.models import MissingConsent
from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(Http("GET", "/api/v1/consents/missing", "consent:attest"), grants=(database("read"), subject_keys("read")))
)
def list_missing_consents(page: Paging, db: Connection, keys: SubjectKeys, clock: Clock) -> Page[MissingConsent]:
    """Learners under 13 who can start no test until a guardian or the school agrees, in the order of their ids."""
    after = page.after_key(UUID)
    found = missing_of_children(db, keys, clock.now(), after[0] if after else None, page.limit + 1)
    return page_of(found, page.limit, lambda each: each, lambda each: (each.learner_id,))
