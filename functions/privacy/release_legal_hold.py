"""End a legal hold."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller, require_person
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import requests
from dreamseed.privacy.models import Hold, Release


@function(
    Needs(
        Http("POST", "/api/v1/privacy/legal_holds/{id}/release", "privacy:hold", is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
    )
)
def release_legal_hold(
    id: UUID, body: Release, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> Hold:
    """Let erasure and retention take their course again. An erasure that was held begins within minutes."""
    require_person(caller)
    shown = requests.shown_hold(db, keys, requests.release_hold(db, keys, caller, id, body.reason, clock.now()))
    trail.note(shown.subject_id, "legal_holds", id, after={"release_reason": body.reason})
    return shown
