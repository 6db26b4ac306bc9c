"""Show how a class gets on."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.school.access import taught_class
from dreamseed.school.analytics import analyse_class
from dreamseed.school.models import ClassAnalytics


@function(
    Needs(
        Http("GET", "/api/v1/analytics/classes/{id}", "analytics:read"), grants=(database("read"), subject_keys("read"))
    )
)
def read_class_analytics(id: UUID, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock) -> ClassAnalytics:
    """The ability, growth and skills of every learner of a class, and who needs help for which reason."""
    return analyse_class(db, keys, taught_class(db, caller, id), clock.now())
