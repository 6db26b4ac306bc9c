"""Say whether the service can do its work."""

from typing import Literal

from dreamseed.database.migrate import pending_migrations
from dreamseed.database.transaction import in_system
from dreamseed.errors import Unavailable
from dreamseed.function import function
from dreamseed.models import Output
from dreamseed.needs import PUBLIC, Http, Needs, database


class Readiness(Output):
    """The database answers and has the schema that this version needs."""

    status: Literal["ready"] = "ready"


@function(Needs(Http("GET", "/ready", PUBLIC), grants=(database("read"),)))
def read_readiness() -> Readiness:
    """Ready: the database answers and is migrated. Otherwise 503 with the reason as its code."""
    if in_system(pending_migrations):
        raise Unavailable("The database is not migrated to this version.", code="not_migrated", retry_after_seconds=5)
    return Readiness()
