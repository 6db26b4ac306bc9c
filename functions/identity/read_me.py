"""Tell the signed-in person who they are."""

from sqlalchemy import Connection

from dreamseed.errors import NotFound
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import queries
from dreamseed.identity.models import Me, Organisation
from dreamseed.needs import Http, Needs, database


@function(Needs(Http("GET", "/api/v1/me", "profile:read:own"), grants=(database("read"),)))
def read_me(caller: Caller, db: Connection) -> Me:
    """The caller's profile, organisation, roles and permissions."""
    user = queries.read_user(db, caller.user_id)
    if user is None:
        raise NotFound("This account no longer exists.", code="user_not_found")
    return Me(
        id=user.id,
        email=user.email,
        full_name=user.full_name,
        organisation=Organisation(id=caller.org_id, slug=user.slug, name=user.name),
        roles=sorted(caller.roles),
        permissions=sorted(caller.permissions),
    )
