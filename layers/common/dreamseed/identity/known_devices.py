"""Browsers that somebody has signed in from, told from strangers who guess.

Guesses are counted by the address that is typed, the network and the mail domain, so whoever guesses for long keeps
others waiting. A browser that has signed in to the account before, or opened the link to a new password, brings a
cookie that says so, and its attempts are counted by themselves: strangers cannot keep its owner out. The cookie is
`<number>.<HMAC over number and address>`: nothing of it is stored, and it is worth nothing for another address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from dreamseed.http.cookies import is_https, read_cookie
from dreamseed.identity.signing_keys import derivation_keys

MAX_AGE_SECONDS = 180 * 24 * 3600
PATH = "/api/v1/auth"


@dataclass(frozen=True)
class Device:
    """A browser before an account, whose address has that digest. `is_known`: it has signed in to it before."""

    address_digest: bytes
    number: str
    is_known: bool

    def cookie(self, signing_keys: str, origin: str) -> str:
        """The Set-Cookie header by which it will be known."""
        value = f"{self.number}.{_code(derivation_keys(signing_keys)[0], self.number, self.address_digest)}"
        secure = "; Secure" if is_https(origin) else ""
        age = f"Path={PATH}; Max-Age={MAX_AGE_SECONDS}; HttpOnly; SameSite=Strict"
        return f"{_name(self.address_digest)}={value}; {age}{secure}"


def device_of(address_digest: bytes, cookies: str, signing_keys: str) -> Device:
    """The browser that sends these cookies, as that account knows it."""
    number, _, code = read_cookie(cookies, _name(address_digest)).partition(".")
    expected = [_code(key, number, address_digest) for key in derivation_keys(signing_keys)]
    is_known = any(hmac.compare_digest(code.encode(), each.encode()) for each in expected)
    return Device(address_digest, number if is_known else secrets.token_hex(16), is_known)


def _name(address_digest: bytes) -> str:
    return f"device-{address_digest.hex()[:12]}"


def _code(key: str, number: str, address_digest: bytes) -> str:
    own_key = hashlib.sha256(b"known devices" + key.encode()).digest()
    code = hmac.digest(own_key, number.encode() + address_digest, "sha256")
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()
