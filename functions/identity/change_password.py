"""Change one's own password."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.http.caller import Caller, require_person
from dreamseed.identity import password_changes, throttle
from dreamseed.identity.account_models import PasswordChange
from dreamseed.identity.profile import locked_user
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Http("POST", "/api/v1/me/password", "profile:secure:own", status=204, idempotency="natural", is_sensitive=True),
        grants=(database("write"), subject_keys("read")),
    )
)
def change_password(body: PasswordChange, caller: Caller, keys: SubjectKeys, clock: Clock, trail: Trail) -> None:
    """Change the password, which ends every other sign-in. The present password must be right."""
    require_person(caller)
    attempts = [throttle.Attempt("code:account", str(caller.user_id))]
    throttle.take(attempts, clock.now())

    def change(db: Connection) -> None:
        user = keys.opened_row(locked_user(db, caller))
        current, new = body.current_password, body.new_password
        password_changes.change_password(db, user, current, new, caller.session_id, clock.now())
        trail.record(db)

    in_tenant(caller.org_id, change)
    throttle.forgive(attempts)
