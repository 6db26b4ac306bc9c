"""From an access token to a Caller.

The key set is read from `DREAMSEED_JWKS_URL` and kept for five minutes; an unknown key id makes it read again at
once, but at most every ten seconds, so that forged ids cannot turn into a flood of our own. Verified tokens are
remembered for a minute: a signature costs 0.4 ms to check, and a learner's next answer brings the same token.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen
from uuid import UUID

from dreamseed.errors import Unauthenticated, Unavailable
from dreamseed.http.caller import Caller
from dreamseed.identity.rules import API_KEY_PREFIX, EVERYBODY
from dreamseed.identity.tokens import Claims, verify
from dreamseed.ports import policy

if TYPE_CHECKING:
    from sqlalchemy import Connection

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

    def of_token(self, token: str, *, is_checked_now: bool = False, may_be_key: bool = False) -> Caller:
        """The caller named by an access token. Raises Unauthenticated when it does not hold."""
        if token.startswith(API_KEY_PREFIX):
            return _of_api_key(token, may_be_key)
        caller = self._of_access_token(token)
        return _checked_now(caller) if is_checked_now else caller

    def _of_access_token(self, token: str) -> Caller:
        known = _verified.get(token)
        if known and known[1] > time.time():
            return known[0]
        claims = _verify(token)
        caller = _caller_named_by(claims)
        if len(_verified) >= _REMEMBERED_TOKENS:
            _verified.clear()
        _verified[token] = (caller, min(time.time() + _REMEMBER_SECONDS, _expiry(token)))
        return caller


def forget_keys() -> None:
    """Read the key set anew at the next call, and remember no token."""
    global _read_at
    _read_at = float("-inf")
    _verified.clear()


def _of_api_key(key: str, is_taken: bool) -> Caller:
    if not is_taken:
        detail = "Exchange the API key for an access token at /api/v1/auth/token."
        raise Unauthenticated(detail, code="api_key_not_taken_here")
    from dreamseed.identity import api_keys

    return api_keys.caller_of(key)


def _caller_named_by(claims: Claims) -> Caller:
    if claims.is_api_key:
        scopes = frozenset(claims.permissions)
        return Caller(
            claims.user_id,
            claims.org_id,
            frozenset(),
            scopes,
            limited_to=scopes,
            session_id=claims.session_id,
            rate_limit_per_hour=claims.rate_limit_per_hour,
        )
    caller = _caller(claims.user_id, claims.org_id, claims.session_id, claims.roles, claims.permissions)
    return replace(caller, standing=claims.standing)


def _caller(user_id: UUID, org_id: UUID, session_id: UUID, roles: Iterable[str], permissions: Iterable[str]) -> Caller:
    held = EVERYBODY | policy.connect().permissions_of(frozenset(roles)) | frozenset(permissions)
    return Caller(user_id, org_id, frozenset(roles), held, session_id=session_id)


def _checked_now(caller: Caller) -> Caller:
    """The caller as they are at this moment. Raises Unauthenticated if their sign-in has ended."""
    from dreamseed.database.transaction import in_tenant
    from dreamseed.identity import api_keys, queries, sessions, standing

    session_id = caller.session_id
    if session_id is None:
        raise Unauthenticated("The access token names no sign-in.", code="token_invalid")

    def read(db: Connection) -> Caller | None:
        if caller.limited_to is not None:
            return api_keys.present_caller(db, caller.org_id, session_id, datetime.now(UTC))
        sign_in = sessions.find_open(db, session_id, caller.user_id)
        if sign_in is None:
            return None
        roles = queries.roles_of(db, caller.user_id, datetime.now(UTC)) or []
        present = _caller(caller.user_id, caller.org_id, session_id, roles, queries.own_permissions(db, roles))
        stands = standing.read_standing(db, caller.user_id, datetime.now(UTC).date())
        return replace(present, standing=replace(stands, has_second_factor=sign_in.has_second_factor))

    present = in_tenant(caller.org_id, read)
    if present is None:
        raise Unauthenticated("This sign-in has ended; sign in again.", code="sign_in_ended")
    return present


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
            with urlopen(url, timeout=_TIMEOUT_SECONDS) as reply:  # noqa: S310 - the address is configuration, not input  # nosec B310
                _key_set = json.load(reply)
        except OSError as error:
            if not _key_set:
                raise Unavailable("The signing keys cannot be read.", code="keys_unavailable") from error
        _read_at = time.monotonic()
    return _key_set


def _expiry(token: str) -> float:
    import jwt

    return float(jwt.decode(token, options={"verify_signature": False})["exp"])
