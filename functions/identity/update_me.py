"""Change one's own profile."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import IfMatch, etag, require_version
from dreamseed.identity import ages, queries
from dreamseed.identity.account_models import ProfileChanges
from dreamseed.identity.models import Me
from dreamseed.identity.profile import locked_user, own_profile
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(Needs(Http("PATCH", "/api/v1/me", "profile:update:own"), grants=(database("write"), subject_keys("write"))))
def update_me(
    body: ProfileChanges, caller: Caller, db: Connection, keys: SubjectKeys, trail: Trail, if_match: IfMatch = None
) -> Reply[Me]:
    """Change the caller's name or language."""
    user = keys.opened_row(locked_user(db, caller))
    require_version(if_match, user.version)
    queries.update_user(db, user.id, queries.sealed_values(keys, user.id, body.values()))
    changed = keys.opened_row(locked_user(db, caller))
    is_asked = ages.is_asked(db, caller.user_id)
    before, after = (own_profile(row, caller, is_asked=is_asked) for row in (user, changed))
    trail.note(caller.user_id, "users", caller.user_id, before.model_dump(), after.model_dump())
    return Reply(after, headers=etag(changed.version))
