"""Ask a guardian for their consent by mail."""

from datetime import datetime

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.consents.models import ConsentRequested, NewConsentRequest
from dreamseed.consents.requests import Guardian, ask_guardian
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.exchange import Client
from dreamseed.identity import throttle
from dreamseed.identity.people import is_person
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.access import no_learner


@function(
    Needs(
        Http("POST", "/api/v1/consent_requests", "consent:give:own", status=201, idempotency="natural"),
        grants=(database("write"), subject_keys("write")),
    )
)
def request_guardian_consent(
    body: NewConsentRequest, caller: Caller, client: Client, keys: SubjectKeys, clock: Clock, trail: Trail
) -> ConsentRequested:
    """Send a guardian a link by which they can agree; a learner asks for themselves, the school for anybody.

    The same guardian asked again gets the same link again.
    """
    subject_id = caller.user_id if body.subject_id == "me" else body.subject_id
    guardian = Guardian(body.guardian_email, body.language)

    def may_ask(db: Connection) -> bool:
        return subject_id == caller.user_id or (caller.may("consent:attest") and is_person(db, subject_id))

    def ask(db: Connection) -> datetime:
        expires_at = ask_guardian(db, keys, subject_id, guardian, caller.user_id, clock.now())
        trail.note(subject_id, "consent_requests", None, after=body.model_dump(exclude={"subject_id"}))
        trail.record(db)
        return expires_at

    if not in_tenant(caller.org_id, may_ask):
        raise no_learner()
    throttle.take(throttle.mail_attempts(body.guardian_email, client), clock.now())
    return ConsentRequested(guardian_email=body.guardian_email, expires_at=in_tenant(caller.org_id, ask))
