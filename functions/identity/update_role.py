"""Change a role of the organisation's own."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import IfMatch, etag, require_version
from dreamseed.identity import roles
from dreamseed.identity.role_models import RoleChanges, RoleOut
from dreamseed.needs import Http, Needs, database


@function(Needs(Http("PATCH", "/api/v1/roles/{id}", "role:manage", is_sensitive=True), grants=(database("write"),)))
def update_role(
    id: UUID, body: RoleChanges, caller: Caller, db: Connection, trail: Trail, if_match: IfMatch = None
) -> Reply[RoleOut]:
    """Change what a role allows; whoever holds it gets the change with their next access token."""
    roles.lock_roles(db)
    row, before = roles.read_role(db, id)
    require_version(if_match, row.version)
    roles.change_role(db, caller, row, body.values())
    changed, shown = roles.read_role(db, id)
    trail.note(None, "roles", id, before.model_dump(), shown.model_dump())
    return Reply(shown, headers=etag(changed.version))
