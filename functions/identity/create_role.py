"""Create a role of the organisation's own."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.database.ids import new_id
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import etag
from dreamseed.identity import roles
from dreamseed.identity.role_models import NewRole, RoleOut
from dreamseed.needs import Http, Needs, database


@function(
    Needs(Http("POST", "/api/v1/roles", "role:manage", status=201, is_sensitive=True), grants=(database("write"),))
)
def create_role(body: NewRole, caller: Caller, db: Connection, trail: Trail) -> Reply[RoleOut]:
    """Create a role with permissions and other roles that it inherits from; it can give no more than one's own."""
    role_id = new_id()
    roles.add_role(db, caller, {"id": role_id, **body.model_dump()})
    row, shown = roles.read_role(db, role_id)
    trail.note(None, "roles", role_id, after=shown.model_dump())
    return Reply(shown, headers={"location": f"/api/v1/roles/{role_id}", **etag(row.version)})
