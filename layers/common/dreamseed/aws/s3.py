"""Blobs on S3. An address is `s3://bucket`."""

from __future__ import annotations

from dreamseed.aws.clients import client
from dreamseed.aws.errors import ignoring, unavailable_on_failure

_MISSING = ("404", "NoSuchKey", "NotFound")


class S3Blobs:
    """See dreamseed.ports.blobs.BlobAdapter."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def put(self, key: str, content: bytes, media_type: str) -> None:
        with unavailable_on_failure("storing a blob"):
            client("s3").put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=media_type)

    def get(self, key: str) -> bytes | None:
        with unavailable_on_failure("reading a blob"), ignoring(*_MISSING):
            content: bytes = client("s3").get_object(Bucket=self._bucket, Key=key)["Body"].read()
            return content
        return None

    def size(self, key: str) -> int | None:
        with unavailable_on_failure("looking for a blob"), ignoring(*_MISSING):
            return int(client("s3").head_object(Bucket=self._bucket, Key=key)["ContentLength"])
        return None

    def delete(self, key: str) -> None:
        with unavailable_on_failure("deleting a blob"):
            client("s3").delete_object(Bucket=self._bucket, Key=key)

    def signed_url(self, key: str, expires_in_seconds: int) -> str:
        parameters = {"Bucket": self._bucket, "Key": key}
        url: str = client("s3").generate_presigned_url("get_object", parameters, expires_in_seconds)
        return url
