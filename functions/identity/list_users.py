"""List the people of an organisation."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.identity import queries
from dreamseed.identity.models import User
from dreamseed.models import SearchText
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(Needs(Http("GET", "/api/v1/users", "person:read"), grants=(database("read"), subject_keys("read"))))
def list_users(
    page: Paging,
    db: Connection,
    keys: SubjectKeys,
    clock: Clock,
    role: Annotated[str | None, Query(pattern="^[a-z_]{1,32}$", description="Only who holds this role")] = None,
    query: Annotated[SearchText | None, Query(description="Only who has this in their name or e-mail address")] = None,
) -> Page[User]:
    """The organisation's people by name."""
    after = page.after_key(str, UUID)
    rows = queries.list_users(db, keys, clock.now(), role, query, after, page.limit + 1)
    return page_of(
        rows,
        page.limit,
        lambda row: User(
            id=row.id,
            email=row.email,
            full_name=row.full_name,
            roles=row.roles or [],
            is_active=row.is_active,
            is_simulated=row.is_simulated,
            last_login_at=row.last_login_at,
        ),
        lambda row: (row.full_name, row.id),
    )
