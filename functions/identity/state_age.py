"""Say how old one is."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller, require_person
from dreamseed.identity import ages
from dreamseed.identity.account_models import StatedAge
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("PUT", "/api/v1/me/age", "profile:update:own", status=204, max_body_bytes=4096),
        grants=(database("write"),),
    )
)
def state_age(body: StatedAge, caller: Caller, db: Connection, clock: Clock, trail: Trail) -> None:
    """Answer the question when one was born, once: afterwards only the school can change it.

    It is asked of learners who came by an invitation or from another provider (`asks_age` of GET /me). The next access
    token says what follows from it.
    """
    require_person(caller)
    age = ages.stated_age(body.birth_date, clock.now().date())
    ages.state_age(db, caller.user_id, age)
    trail.note(caller.user_id, "ages", caller.user_id)
