"""Show how a copy of somebody's data stands, and where to fetch it."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.local.signatures import SIGNING_SECRET
from dreamseed.needs import Http, Needs, bucket, database, secret
from dreamseed.ports.blobs import Blobs
from dreamseed.privacy import requests
from dreamseed.privacy.models import Export
from dreamseed.privacy.tables import data_exports


@function(
    Needs(
        Http("GET", "/api/v1/privacy/exports/{id}", "privacy:export:own", is_sensitive=True),
        grants=(database("read"), bucket(requests.BUCKET, "read"), secret(SIGNING_SECRET)),
    )
)
def read_data_export(id: UUID, caller: Caller, db: Connection, blobs: Blobs, clock: Clock) -> Export:
    """An export; once it is ready, with an address that works for a quarter of an hour."""
    row = requests.found(db, caller, data_exports, id, "privacy:export")
    return requests.shown_export(db, row, clock.now(), blobs)
