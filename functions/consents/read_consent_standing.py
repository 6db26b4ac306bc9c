"""Show which consents somebody has and lacks."""

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.consents.giving import shown_standing, visible_subject
from dreamseed.consents.models import ConsentStanding, Subject
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database


@function(Needs(Http("GET", "/api/v1/consents/standing", "consent:read:own"), grants=(database("read"),)))
def read_consent_standing(caller: Caller, db: Connection, clock: Clock, subject_id: Subject = "me") -> ConsentStanding:
    """Each purpose: whether a consent is needed, whether it is given, and who may give it."""
    return shown_standing(db, visible_subject(db, caller, subject_id), clock.now())
