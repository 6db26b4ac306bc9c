"""Call off an erasure."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller, require_person
from dreamseed.needs import Http, Needs, database
from dreamseed.privacy import requests
from dreamseed.privacy.tables import erasures


@function(
    Needs(
        Http("DELETE", "/api/v1/privacy/erasures/{id}", "privacy:erase:own", status=204, is_sensitive=True),
        grants=(database("write"),),
    )
)
def delete_erasure(id: UUID, caller: Caller, db: Connection, clock: Clock, trail: Trail) -> None:
    """Let somebody stay after all. Once the erasure has begun it is too late (409 `erasure_begun`)."""
    require_person(caller)
    row = requests.found(db, caller, erasures, id, "privacy:erase", is_locked=True)
    requests.cancel_erasure(db, caller, row, clock.now())
    trail.note(row.subject_id, "erasures", id)
