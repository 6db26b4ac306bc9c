"""Tell the signed-in person who they are."""

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.http.versions import etag
from dreamseed.identity.ages import is_asked
from dreamseed.identity.models import Me
from dreamseed.identity.profile import own_profile, own_user
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(Needs(Http("GET", "/api/v1/me", "profile:read:own"), grants=(database("read"), subject_keys("read"))))
def read_me(caller: Caller, db: Connection, keys: SubjectKeys) -> Reply[Me]:
    """The caller's profile, organisation, roles and permissions."""
    user = keys.opened_row(own_user(db, caller))
    return Reply(own_profile(user, caller, is_asked=is_asked(db, caller.user_id)), headers=etag(user.version))
