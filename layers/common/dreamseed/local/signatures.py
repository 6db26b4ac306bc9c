"""Signed download addresses for blobs in files: an HMAC over bucket, key and expiry, checked in constant time."""

from __future__ import annotations

import hashlib
import hmac

SIGNING_SECRET = "blob_signing"  # noqa: S105 - a name, not a secret  # nosec B105
"""The secret to declare by whoever signs or checks."""


def sign(secret: str, bucket: str, key: str, expires_at: int) -> str:
    """The signature (64 hexadecimal digits) that lets its holder read the blob until `expires_at` (Unix seconds)."""
    text = f"{bucket}\n{key}\n{expires_at}"  # none of the parts can hold a line feed
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def is_signed(secret: str, bucket: str, key: str, expires_at: int, signature: str) -> bool:
    """Whether `sign` made the signature for exactly these."""
    expected = sign(secret, bucket, key, expires_at)
    return hmac.compare_digest(expected.encode(), signature.encode())
