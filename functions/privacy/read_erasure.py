"""Show how an erasure stands."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import requests
from dreamseed.privacy.models import Erasure
from dreamseed.privacy.tables import erasures


@function(
    Needs(
        Http("GET", "/api/v1/privacy/erasures/{id}", "privacy:erase:own"),
        grants=(database("read"), subject_keys("read")),
    )
)
def read_erasure(id: UUID, caller: Caller, db: Connection, keys: SubjectKeys) -> Erasure:
    """An erasure: waiting, held by a legal hold, running, done, failed or cancelled."""
    return requests.shown_erasure(db, keys, requests.found(db, caller, erasures, id, "privacy:erase"))
