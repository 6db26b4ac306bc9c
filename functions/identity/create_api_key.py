"""Make an API key."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.identity import api_keys
from dreamseed.identity.factor_models import CreatedApiKey, NewApiKey
from dreamseed.identity.second_factors import require_recent
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/api_keys", "api_key:create:own", status=201, idempotency="natural", is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
    )
)
def create_api_key(
    body: NewApiKey, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> Reply[CreatedApiKey]:
    """Make a key for a program that acts in the caller's name, with some of the caller's permissions.

    The key is shown this once, so a repetition is refused for its name (409). Needs a sign-in of the last 15 minutes.
    """
    require_recent(db, caller, clock.now())
    key, row = api_keys.add_key(db, keys, caller, body, clock.now())
    shown = api_keys.shown_key(row)
    trail.note(caller.user_id, "api_keys", row.id, after=shown.model_dump())
    return Reply(CreatedApiKey(api_key=shown, key=str(key)), headers={"location": f"/api/v1/api_keys/{row.id}"})
