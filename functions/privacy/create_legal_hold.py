"""Keep somebody's data from being erased."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.function import function
from dreamseed.http.caller import Caller, require_person
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import requests
from dreamseed.privacy.models import Hold, NewHold


@function(
    Needs(
        Http("POST", "/api/v1/privacy/legal_holds", "privacy:hold", status=201, is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
    )
)
def create_legal_hold(body: NewHold, caller: Caller, db: Connection, keys: SubjectKeys, trail: Trail) -> Hold:
    """Hold back erasure and retention for somebody until the hold is released.

    An erasure that has begun cannot be held (409 `erasure_begun`).
    """
    require_person(caller)
    shown = requests.shown_hold(db, keys, requests.place_hold(db, keys, caller, body.subject_id, body.reason))
    trail.note(body.subject_id, "legal_holds", shown.id, after={"reason": body.reason})
    return shown
