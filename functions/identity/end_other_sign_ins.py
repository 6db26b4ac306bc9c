"""End all of one's sign-ins but this one."""

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller, require_person
from dreamseed.identity import sessions
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("DELETE", "/api/v1/me/sessions", "profile:secure:own", status=204, is_sensitive=True),
        grants=(database("write"),),
    )
)
def end_other_sign_ins(caller: Caller, db: Connection, clock: Clock) -> None:
    """End every sign-in of the caller but the one that this call comes from."""
    require_person(caller)
    sessions.end_sign_ins(db, caller.user_id, clock.now(), keep=caller.session_id)
