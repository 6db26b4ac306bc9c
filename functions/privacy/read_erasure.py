"""Show how an erasure stands."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database
from dreamseed.privacy import requests
from dreamseed.privacy.models import Erasure
from dreamseed.privacy.tables import erasures


@function(Needs(Http("GET", "/api/v1/privacy/erasures/{id}", "privacy:erase:own"), grants=(database("read"),)))
def read_erasure(id: UUID, caller: Caller, db: Connection) -> Erasure:
    """An erasure: waiting, held by a legal hold, running, done, failed or cancelled."""
    return requests.shown_erasure(db, requests.found(db, caller, erasures, id, "privacy:erase"))
