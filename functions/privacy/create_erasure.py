"""Ask for somebody to be erased."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller, require_person
from dreamseed.http.reply import Reply
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import requests
from dreamseed.privacy.models import Erasure, NewErasure


@function(
    Needs(
        Http("POST", "/api/v1/privacy/erasures", "privacy:erase:own", status=201, is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
    )
)
def create_erasure(
    body: NewErasure, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> Reply[Erasure]:
    """Erase oneself, a ward, or, as staff, anybody, once the time for calling it off has passed.

    Nothing happens before `due_at`; an erasure that is under way is answered with itself. The last administrator
    cannot be erased (409 `last_admin`).
    """
    require_person(caller)
    subject_id = requests.subject_of(db, caller, body.subject_id, "privacy:erase")
    row = requests.request_erasure(db, keys, caller, subject_id, body.reason, clock.now())
    trail.note(subject_id, "erasures", row.id, after={"due_at": row.due_at})
    return Reply(requests.shown_erasure(db, keys, row), headers={"location": f"/api/v1/privacy/erasures/{row.id}"})
