"""Objects in buckets, each under its organisation's own prefix, whichever name a function gives it.

blobs.put("results", f"simulations/{job_id}.svg", svg, "image/svg+xml")
blobs.signed_url("results", f"simulations/{job_id}.svg", expires_in_seconds=900)
"""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

from dreamseed.errors import DreamSeedError, NotFound, TooLarge
from dreamseed.function import Function
from dreamseed.ports.grants import Grants

MAX_BYTES = 64 * 1024 * 1024
"""The largest blob that passes through a function's memory."""

MAX_EXPIRY_SECONDS = 24 * 3600
_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")
_MAX_KEY_LENGTH = 512


class BlobAdapter(Protocol):
    """One bucket on some platform. Keys are whole and already checked."""

    def put(self, key: str, content: bytes, media_type: str) -> None:
        """Store or replace; a reader sees the old content or the new, never a part."""
        ...

    def get(self, key: str) -> bytes | None:
        """The content, or None if there is no such blob."""
        ...

    def size(self, key: str) -> int | None:
        """The content's length in bytes, or None if there is no such blob."""
        ...

    def delete(self, key: str) -> None:
        """Forget a blob; nothing happens if there is none."""
        ...

    def signed_url(self, key: str, expires_in_seconds: int) -> str:
        """An address at which anyone who has it may read the blob until then."""
        ...


class InvalidKey(DreamSeedError):
    """A blob's name that could mean another place. Our own code made it, so it is our mistake."""

    default_code = "invalid_blob_key"


class Blobs:
    """The buckets that one function may use, for one organisation."""

    def __init__(self, grants: Grants, org_id: UUID | None) -> None:
        self._grants = grants
        self._org_id = org_id

    def put(self, bucket: str, name: str, content: bytes, media_type: str = "application/octet-stream") -> None:
        """Store or replace a blob. Raises TooLarge above 64 MiB."""
        if len(content) > MAX_BYTES:
            raise TooLarge(f"A blob may have at most {MAX_BYTES} bytes.")
        self._bucket(bucket, "write").put(self._key(name), content, media_type)

    def get(self, bucket: str, name: str) -> bytes:
        """The blob's content. Raises NotFound `blob_not_found`, and TooLarge above 64 MiB."""
        adapter, key = self._bucket(bucket, "read", "write"), self._key(name)
        if (adapter.size(key) or 0) > MAX_BYTES:
            raise TooLarge(f"A blob may have at most {MAX_BYTES} bytes.")
        content = adapter.get(key)
        if content is None:
            raise NotFound("There is no such blob.", code="blob_not_found")
        return content

    def delete(self, bucket: str, name: str) -> None:
        """Delete a blob; nothing happens if there is none. A platform may keep it recoverable for its bucket's time."""
        self._bucket(bucket, "write").delete(self._key(name))

    def signed_url(self, bucket: str, name: str, expires_in_seconds: int = 900) -> str:
        """An address at which anyone who has it may read the blob for that long, at most a day."""
        seconds = min(expires_in_seconds, MAX_EXPIRY_SECONDS)
        return self._bucket(bucket, "read", "write").signed_url(self._key(name), seconds)

    def of_organisation(self, org_id: UUID) -> Blobs:
        """The same buckets for another organisation: for whoever has verified a signed address, which names it."""
        return Blobs(self._grants, org_id)

    def _bucket(self, bucket: str, *actions: str) -> BlobAdapter:
        return adapter_at(self._grants.address("bucket", bucket, *actions), bucket, self._grants)

    def _key(self, name: str) -> str:
        if self._org_id is None:
            raise InvalidKey("Blobs belong to an organisation, and this call has none.")
        return f"org/{self._org_id}/{checked_name(name)}"


def adapter_at(address: str, bucket: str, grants: Grants) -> BlobAdapter:
    """The bucket at an address of the form `s3://bucket` or `file:///folder`."""
    parts = urlsplit(address)
    if parts.scheme == "s3":
        from dreamseed.aws.s3 import S3Blobs

        return S3Blobs(parts.netloc)
    if parts.scheme == "file":
        from dreamseed.local.blobs import FileBlobs

        return FileBlobs(unquote(parts.path), bucket, grants)
    raise ValueError(f"a bucket's address is s3://… or file://…, not {address!r}")


def checked_name(name: str) -> str:
    """The name itself, if it is a plain relative path. Raises InvalidKey for anything that could lead elsewhere."""
    segments = name.split("/")
    if len(name) > _MAX_KEY_LENGTH or not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise InvalidKey(f"not a blob's name: {name[:100]!r}")
    return name


def connect(function: Function, org_id: UUID | None) -> Blobs:
    """The buckets of this function, for that organisation."""
    return Blobs(Grants.of(function), org_id)
