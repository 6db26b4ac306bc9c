"""Say whether the service can do its work."""

from typing import Literal

from dreamseed.database.migrate import pending_migrations
from dreamseed.database.transaction import in_system
from dreamseed.errors import Unavailable
from dreamseed.function import function
from dreamseed.models import Output
from dreamseed.needs import PUBLIC, Http, Needs, database, subject_keys
from dreamseed.platform.tables import PLATFORM_ID
from dreamseed.ports.subject_keys import SubjectKeys


class Readiness(Output):
    """The database answers and has the schema that this version needs.

    While `key_store` is `away`, names and sign-ins wait, and tests go on: that is no reason to send nobody here.
    """

    status: Literal["ready"] = "ready"
    key_store: Literal["ready", "away"] = "ready"


@function(Needs(Http("GET", "/ready", PUBLIC), grants=(database("read"), subject_keys("read"))))
def read_readiness(keys: SubjectKeys) -> Readiness:
    """Ready: the database answers and is migrated. Otherwise 503 with the reason as its code."""
    if in_system(pending_migrations):
        raise Unavailable("The database is not migrated to this version.", code="not_migrated", retry_after_seconds=5)
    return Readiness(key_store="ready" if keys.of(PLATFORM_ID).is_reachable() else "away")
