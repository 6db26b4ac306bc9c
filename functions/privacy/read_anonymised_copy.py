"""Show an anonymised copy, and where to fetch it."""

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.errors import NotFound
from dreamseed.function import function
from dreamseed.local.signatures import SIGNING_SECRET
from dreamseed.needs import Http, Needs, bucket, database, secret
from dreamseed.ports.blobs import Blobs
from dreamseed.privacy import queries, requests
from dreamseed.privacy.models import AnonymisedCopy
from dreamseed.privacy.tables import anonymised_copies


@function(
    Needs(
        Http("GET", "/api/v1/privacy/anonymised_copies/{id}", "privacy:anonymise"),
        grants=(database("read"), bucket(requests.BUCKET, "read"), secret(SIGNING_SECRET)),
    )
)
def read_anonymised_copy(id: UUID, db: Connection, blobs: Blobs) -> AnonymisedCopy:
    """A copy with its report; once it is made, with an address that works for a quarter of an hour."""
    row = queries.find(db, anonymised_copies, id)
    if row is None:
        raise NotFound("There is no such copy.", code="copy_not_found")
    return requests.shown_copy(db, row, blobs)
