"""Show how a copy of somebody's data stands, and where to fetch it."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.audit.disclosures import record_handing_out
from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.local.signatures import SIGNING_SECRET
from dreamseed.needs import Http, Needs, bucket, database, secret
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import requests
from dreamseed.privacy.models import Export
from dreamseed.privacy.tables import data_exports


@function(
    Needs(
        Http("GET", "/api/v1/privacy/exports/{id}", "privacy:export:own", is_sensitive=True, is_audited=True),
        grants=(database("read"), bucket(requests.BUCKET, "read"), secret(SIGNING_SECRET)),
    )
)
def read_data_export(
    id: UUID, caller: Caller, db: Connection, blobs: Blobs, clock: Clock, keys: SubjectKeys, trail: Trail
) -> Export:
    """An export; once it is ready, with an address that works for a quarter of an hour."""
    row = requests.found(db, caller, data_exports, id, "privacy:export")
    shown = requests.shown_export(db, keys, row, clock.now(), blobs)
    trail.note(row.subject_id, "data_exports", id)
    if shown.download_url is not None:
        record_handing_out(db, keys, caller, row.subject_id, id)
    return shown
