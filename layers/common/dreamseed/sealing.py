"""Small secrets that we must be able to read again, encrypted with AES-256-GCM.

The keys are the value of a secret such as `credential_key`: 32 bytes each as hexadecimal digits, separated by white
space. The first one seals; all of them open, so that a key can be rotated.
"""

from __future__ import annotations

import hashlib
import hmac
import os

_NONCE_BYTES = 12


def seal(keys: str, plain: bytes, context: bytes) -> bytes:
    """The sealed bytes, which can be opened for the same context only, such as the row that they stand in."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_all_keys(keys)[0]).encrypt(nonce, plain, context)


def unseal(keys: str, sealed: bytes, context: bytes) -> bytes:
    """What was sealed. Raises ValueError for another context, another key, or changed bytes."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    for key in _all_keys(keys):
        try:
            return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
        except InvalidTag:
            continue
    raise ValueError("these bytes were not sealed by us for this place")


def digests(keys: str, text: str, context: bytes) -> list[bytes]:
    """What to keep of, or look for, a short code: an HMAC under each key, the present one first."""
    return [hmac.digest(key, context + b" " + text.encode(), hashlib.sha256) for key in _all_keys(keys)]


def _all_keys(keys: str) -> list[bytes]:
    return [bytes.fromhex(key) for key in keys.split()]
