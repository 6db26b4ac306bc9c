"""Delete an API key."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity import api_keys
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("DELETE", "/api/v1/api_keys/{id}", "api_key:delete:own", status=204, is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
    )
)
def delete_api_key(id: UUID, caller: Caller, db: Connection, keys: SubjectKeys, trail: Trail) -> None:
    """Delete a key of the caller's, or of anybody's for who may do that; it is refused from this moment on."""
    deleted = api_keys.delete_key(db, keys, id, None if caller.may("api_key:delete") else caller.user_id)
    trail.note(deleted.user_id, "api_keys", id, before={"name": deleted.name})
