"""List where one is signed in."""

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.identity import sessions
from dreamseed.identity.account_models import SignIn
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(Http("GET", "/api/v1/me/sessions", "profile:read:own"), grants=(database("read"), subject_keys("read")))
)
def list_sign_ins(page: Paging, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock) -> Page[SignIn]:
    """The caller's open sign-ins, the newest first."""
    found = sessions.list_sign_ins(db, caller.user_id, clock.now(), page.after_id(), page.limit + 1)
    rows = keys.opened(found)
    return page_of(
        rows,
        page.limit,
        lambda row: SignIn(
            id=row.id,
            method=row.method,
            has_second_factor=row.has_second_factor,
            client_address=row.client_address or "",
            user_agent=row.user_agent or "",
            started_at=row.created_at,
            last_seen_at=row.last_seen_at,
            is_current=row.id == caller.session_id,
        ),
        lambda row: row.id,
    )
