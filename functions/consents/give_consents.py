"""Agree to something, or refuse it."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.consents import giving
from dreamseed.consents.models import ConsentStanding, NewConsents
from dreamseed.function import function
from dreamseed.http.caller import Caller, require_person
from dreamseed.needs import Http, Needs, database


@function(
    Needs(
        Http("POST", "/api/v1/consents", "consent:give:own", idempotency="natural", is_sensitive=True),
        grants=(database("write"),),
    )
)
def give_consents(body: NewConsents, caller: Caller, db: Connection, clock: Clock, trail: Trail) -> ConsentStanding:
    """Agree, or refuse, for oneself or for a learner whose guardian one is; what stands already stays as it was given.

    A consent takes the place of a refusal, and the other way round. A child under 13 cannot agree (403
    `guardian_needed`), a guardian not for an adult (403 `consent_not_yours`). What it allows is allowed with the next
    access token.
    """
    require_person(caller)
    subject_id = giving.give(db, caller, body, clock.now())
    trail.note(subject_id, "consents", None, after=body.model_dump())
    return giving.shown_standing(db, subject_id, clock.now())
