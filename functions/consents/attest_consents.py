"""Agree for the school, in the parents' place."""

from sqlalchemy import Connection

from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.consents import giving
from dreamseed.consents.models import Attestation, Attested
from dreamseed.errors import Invalid
from dreamseed.function import function
from dreamseed.http.caller import Caller, require_person
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.provisioning import learners_of


@function(
    Needs(
        Http("POST", "/api/v1/consents/school", "consent:attest", idempotency="natural", is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
        timeout_seconds=30,
    )
)
def attest_consents(
    body: Attestation, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> Attested:
    """Agree for the children of a class, or for named ones, to what the school uses for teaching and nothing else.

    Those who are not under 13 are passed over, and so is what a guardian has refused; the reply says how many they are.
    """
    require_person(caller)
    if (body.class_id is None) == (not body.learner_ids):
        raise Invalid("Name either a class or learners.", code="class_or_learners")
    named = body.learner_ids if body.class_id is None else learners_of(db, body.class_id)
    children = giving.children_of(db, named, clock.now())
    refused = giving.attest(db, keys, caller, children, body, clock.now())
    said = body.model_dump(include={"purposes", "text_version", "is_for_teaching_only"})
    trail.note(None, "consents", body.class_id, after={**said, "children": len(children)})
    return Attested(learners=len(children), refused=refused)
