"""Take a consent back."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.consents import giving
from dreamseed.consents.models import ConsentStanding
from dreamseed.function import function
from dreamseed.http.caller import Caller, require_person
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http(
            "POST",
            "/api/v1/consents/{id}/withdrawal",
            "consent:give:own",
            idempotency="natural",
            is_sensitive=True,
        ),
        grants=(database("write"),),
    )
)
def withdraw_consent(id: UUID, caller: Caller, db: Connection, clock: Clock, trail: Trail) -> ConsentStanding:
    """Withdraw a consent of one's own, of a ward, or of the school; the history keeps it.

    It bites at the next start of a test, and at the latest with the next access token everywhere.
    """
    require_person(caller)
    subject_id = giving.withdraw(db, caller, id, clock.now())
    trail.note(subject_id, "consents", id)
    return giving.shown_standing(db, subject_id, clock.now())
