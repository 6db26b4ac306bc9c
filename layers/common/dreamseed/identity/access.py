"""From an access token to a Caller.

The key set is read from `DREAMSEED_JWKS_URL` and kept for five minutes; an unknown key id makes it read again at
once, but at most every ten seconds, so that forged ids cannot turn into a flood of our own. Verified tokens are
remembered for a minute: a signature costs 0.4 ms to check, and a learner's next answer brings the same token.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any
from urllib.request import urlopen

from dreamseed.errors import Unauthenticated, Unavailable
from dreamseed.http.caller import Caller
from dreamseed.identity.tokens import Claims, verify
from dreamseed.ports import policy

_KEY_SET_SECONDS = 300.0
_REREAD_SECONDS = 10.0
_TIMEOUT_SECONDS = 3.0
_REMEMBER_SECONDS = 60.0
_REMEMBERED_TOKENS = 2_000

_key_set: dict[str, Any] = {}
_read_at = float("-inf")
_verified: dict[str, tuple[Caller, float]] = {}


class AccessTokens:
    """Our own access tokens, as the port `dreamseed.ports.callers` wants them."""

    def of_token(self, token: str) -> Caller:
        """The caller named by an access token. Raises Unauthenticated when it does not hold."""
        known = _verified.get(token)
        if known and known[1] > time.time():
            return known[0]
        claims = _verify(token)
        roles = frozenset(claims.roles)
        caller = Caller(claims.user_id, claims.org_id, roles, policy.connect().permissions_of(roles))
        if len(_verified) >= _REMEMBERED_TOKENS:
            _verified.clear()
        _verified[token] = (caller, min(time.time() + _REMEMBER_SECONDS, _expiry(token)))
        return caller


def forget_keys() -> None:
    """Read the key set anew at the next call, and remember no token."""
    global _read_at
    _read_at = float("-inf")
    _verified.clear()


def _verify(token: str) -> Claims:
    issuer = os.environ["DREAMSEED_PUBLIC_URL"]
    try:
        return verify(token, _keys(_KEY_SET_SECONDS), issuer)
    except Unauthenticated as error:
        if error.code != "unknown_signing_key":
            raise
        return verify(token, _keys(_REREAD_SECONDS), issuer)


def _keys(max_age_seconds: float) -> dict[str, Any]:
    global _key_set, _read_at
    if time.monotonic() - _read_at > max_age_seconds:
        url = os.environ.get("DREAMSEED_JWKS_URL") or os.environ["DREAMSEED_PUBLIC_URL"] + "/.well-known/jwks.json"
        try:
            with urlopen(url, timeout=_TIMEOUT_SECONDS) as reply:  # noqa: S310 - the address is configuration, not input
                _key_set = json.load(reply)
        except OSError as error:
            if not _key_set:
                raise Unavailable("The signing keys cannot be read.", code="keys_unavailable") from error
        _read_at = time.monotonic()
    return _key_set


def _expiry(token: str) -> float:
    import jwt

    return float(jwt.decode(token, options={"verify_signature": False})["exp"])
