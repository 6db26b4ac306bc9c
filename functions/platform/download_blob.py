"""Serve a stored object at its signed address, where the store has no server of its own."""

from mimetypes import guess_type
from typing import Annotated
from uuid import UUID

from fastapi import Query

from dreamseed.collaborators import Clock
from dreamseed.errors import Forbidden, NotFound
from dreamseed.function import function
from dreamseed.http.reply import RawReply
from dreamseed.local.signatures import SIGNING_SECRET, is_signed
from dreamseed.needs import PUBLIC, Http, Needs, bucket, secret
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.secrets import Secrets

SHOWN = ("image/svg+xml", "image/png", "application/json", "text/plain", "text/csv")
"""What a browser may show in place; everything else is saved."""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""A stored SVG may style itself, and nothing else."""


@function(
    Needs(
        Http("GET", "/blobs/{path:path}", PUBLIC, media_type="*/*"),
        grants=(bucket("privacy", "read"), bucket("results", "read"), secret(SIGNING_SECRET)),
    )
)
def download_blob(
    path: str,
    expires_at: Annotated[int, Query(ge=0, le=2**40)],
    signature: Annotated[str, Query(pattern="^[0-9a-f]{64}$")],
    blobs: Blobs,
    secrets: Secrets,
    clock: Clock,
) -> RawReply:
    """The object, to anyone who holds an address made by `Blobs.signed_url`, until it expires (403 `link_expired`)."""
    bucket_name, _, key = path.partition("/")
    if not is_signed(secrets.read(SIGNING_SECRET), bucket_name, key, expires_at, signature):
        raise Forbidden("This address was not signed by us.", code="link_invalid")
    if clock.now().timestamp() >= expires_at:
        raise Forbidden("This address has expired.", code="link_expired")
    org_id, name = _parts(key)
    content = blobs.of_organisation(org_id).get(bucket_name, name)
    media_type = guess_type(name)[0] or "application/octet-stream"
    disposition = "inline" if media_type in SHOWN else "attachment"
    headers = {"content-disposition": disposition, "content-security-policy": POLICY}
    return RawReply(content, media_type, headers)


def _parts(key: str) -> tuple[UUID, str]:
    """The organisation and the name in a key `org/<org_id>/<name>`."""
    prefix, _, rest = key.partition("/")
    org_id, _, name = rest.partition("/")
    if prefix != "org":
        raise NotFound("There is no such object.", code="blob_not_found")
    return UUID(org_id), name
