"""Note that a learner's records were disclosed."""

from sqlalchemy import Connection

from dreamseed.audit.disclosures import Disclosed, add_disclosure, read_disclosure, shown_disclosure
from dreamseed.audit.models import Disclosure, NewDisclosure
from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.errors import FieldError, Invalid
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.access import may_reach, no_learner


@function(Needs(Http("POST", "/api/v1/disclosures", "disclosure:create", status=201), grants=(database("write"),)))
def create_disclosure(
    body: NewDisclosure, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> Disclosure:
    """Note to which party a learner's records were disclosed, why and on which basis. It cannot be changed later."""
    if not may_reach(db, caller, body.learner_id, "disclosure:create"):
        raise no_learner()
    if body.disclosed_at is not None and body.disclosed_at > clock.now():
        errors = (FieldError("body.disclosed_at", "lies in the future"),)
        raise Invalid("What has not been disclosed yet cannot be noted.", code="not_yet", errors=errors)
    said = body.model_dump(exclude={"disclosed_at"})
    disclosed = Disclosed(**said, at=body.disclosed_at or clock.now(), by_user_id=caller.user_id)
    add_disclosure(db, keys, disclosed)
    trail.note(body.learner_id, "disclosures", disclosed.id, after=said)
    (row,) = keys.opened([read_disclosure(db, disclosed.id)])
    return shown_disclosure(row)
