"""A bucket as a folder. Downloads by signed address are served by `functions/platform/download_blob.py`."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from dreamseed.local.signatures import SIGNING_SECRET, sign
from dreamseed.ports.grants import Grants
from dreamseed.ports.secrets import Secrets

ROUTE = "/blobs"


class FileBlobs:
    """See dreamseed.ports.blobs.BlobAdapter."""

    def __init__(self, folder: str, bucket: str, grants: Grants) -> None:
        self._folder = Path(folder)
        self._bucket = bucket
        self._grants = grants

    def put(self, key: str, content: bytes, media_type: str) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)

    def get(self, key: str) -> bytes | None:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def size(self, key: str) -> int | None:
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def signed_url(self, key: str, expires_in_seconds: int) -> str:
        expires_at = int(time.time()) + expires_in_seconds
        secret = Secrets(self._grants).read(SIGNING_SECRET)
        signature = sign(secret, self._bucket, key, expires_at)
        origin = os.environ.get("DREAMSEED_PUBLIC_URL", "")
        return f"{origin}{ROUTE}/{self._bucket}/{quote(key)}?expires_at={expires_at}&signature={signature}"

    def _path(self, key: str) -> Path:
        """The file of a key. The key has been checked; this makes sure that no link leads out of the folder."""
        path = self._folder / key
        if not path.resolve().is_relative_to(self._folder.resolve()):
            raise ValueError("a blob's key leads out of its bucket")
        return path
