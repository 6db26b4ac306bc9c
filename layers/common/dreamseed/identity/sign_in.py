"""Signing in, staying signed in, signing out.

A refresh token is `<organisation>.<token id>.<secret>`; only a digest of the secret is stored. Using it makes its
successor, whose secret is an HMAC of the old one under a key of ours: tabs that refresh in parallel all get the same
successor, and whoever holds only an old token cannot compute it. A token shown again after the grace has been copied,
so the whole sign-in ends.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row

from dreamseed.database.ids import new_id
from dreamseed.database.transaction import in_system, in_tenant
from dreamseed.errors import Conflict, FieldError, Unauthenticated, Unavailable
from dreamseed.http.exchange import Client
from dreamseed.identity import api_keys, queries, sessions, sign_in_log, throttle, tokens
from dreamseed.identity.challenges import LIFETIMES, open_challenge, use_challenge, waiting_challenge
from dreamseed.identity.factor_models import AccessToken, PasskeyAnswer, SecondFactorNeeded, SecondStep, TotpAnswer
from dreamseed.identity.known_devices import Device
from dreamseed.identity.links import Link, read_link
from dreamseed.identity.models import PasswordGrant, TokenPair
from dreamseed.identity.oidc_sign_in import require_browser
from dreamseed.identity.passkeys import use_passkey
from dreamseed.identity.passwords import password_matches
from dreamseed.identity.rules import REFRESH_LIFETIME, RefreshVerdict, judge_refresh, plain_address
from dreamseed.identity.second_factors import confirmed_factors, use_recovery_code, use_totp
from dreamseed.identity.signing_keys import derivation_keys
from dreamseed.identity.standing import read_standing
from dreamseed.ports.subject_keys import SubjectKeys

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Issuer:
    """What it takes to issue tokens: signing keys, our own address, the time, who asks, and keys to note it with."""

    signing_keys: str
    url: str
    now: datetime
    client: Client
    keys: SubjectKeys


@dataclass(frozen=True)
class RefreshToken:
    """A refresh token in its parts."""

    org_id: UUID
    token_id: UUID
    secret: bytes

    def __str__(self) -> str:
        secret = base64.urlsafe_b64encode(self.secret).rstrip(b"=").decode()
        return f"{self.org_id.hex}.{self.token_id.hex}.{secret}"

    @classmethod
    def parse(cls, text: str) -> RefreshToken:
        """Raises Unauthenticated for anything that is not such a token."""
        try:
            org_id, token_id, secret = text.split(".")
            padded = secret + "=" * (-len(secret) % 4)
            return cls(UUID(org_id), UUID(token_id), base64.urlsafe_b64decode(padded))
        except ValueError as error:
            raise _refused() from error

    @property
    def digest(self) -> bytes:
        """What the database keeps."""
        return hashlib.sha256(self.secret).digest()

    def successors(self, signing_keys: str) -> list[RefreshToken]:
        """The token that follows this one: by the key that signs, then as each other key would have made it."""
        own_keys = (hashlib.sha256(b"refresh tokens" + key.encode()).digest() for key in derivation_keys(signing_keys))
        successor_id = uuid5(self.token_id, "successor")
        return [RefreshToken(self.org_id, successor_id, hmac.digest(key, self.secret, "sha256")) for key in own_keys]


def sign_in_with_password(grant: PasswordGrant, device: Device, issuer: Issuer) -> TokenPair | SecondFactorNeeded:
    """Open a sign-in, from that browser.

    Raises Unauthenticated, the same for an unknown address and a wrong password, Conflict when several organisations
    match, or TooManyRequests after too many attempts, whether or not there is such an account.
    """
    attempts = throttle.sign_in_attempts(plain_address(grant.email), issuer.client, device)
    throttle.take(attempts, issuer.now)
    candidates = in_system(lambda db: queries.find_sign_ins(db, device.address_digest, grant.organisation))
    try:
        account = _matching(candidates, grant)
    except Unauthenticated:
        sign_in_log.publish_failure(((row.org_id, row.user_id) for row in candidates), issuer.client, issuer.keys)
        raise
    throttle.forgive(attempts)
    return in_tenant(account.org_id, lambda db: first_step(db, account.org_id, account.user_id, "password", issuer))


def first_step(
    db: Connection, org_id: UUID, user_id: UUID, method: sessions.Method, issuer: Issuer
) -> TokenPair | SecondFactorNeeded:
    """Sign in whoever has proved the first factor, or ask for the second one if they have any."""
    factors = confirmed_factors(db, user_id)
    if not factors:
        return open_sign_in(db, org_id, user_id, method, issuer)
    challenge = open_challenge(db, "second_factor", user_id, issuer.now, {"method": method})
    kinds = {row.kind for row in factors}
    return SecondFactorNeeded(
        mfa_token=Link("second_factor", org_id, challenge.id).token(issuer.signing_keys),
        methods=[*(kind for kind in ("totp", "passkey") if kind in kinds), "recovery_code"],
        expires_in=int(LIFETIMES["second_factor"].total_seconds()),
    )


def second_step(answer: SecondStep, issuer: Issuer, credential_key: str) -> TokenPair:
    """Sign in whoever proves a second factor. Raises Unauthenticated, or TooManyRequests after too many attempts."""
    link = read_link(answer.mfa_token, "second_factor", issuer.signing_keys)
    waiting = in_tenant(link.org_id, lambda db: waiting_challenge(db, "second_factor", link.id, issuer.now))
    attempts = [throttle.Attempt("code:account", str(waiting.user_id))]
    throttle.take(attempts, issuer.now)

    def check(db: Connection) -> TokenPair:
        challenge = waiting_challenge(db, "second_factor", link.id, issuer.now)
        if isinstance(answer, PasskeyAnswer):
            use_passkey(db, challenge, answer.credential.model_dump(), issuer.url, issuer.now)
        else:
            use = use_totp if isinstance(answer, TotpAnswer) else use_recovery_code
            use(db, challenge.user_id, answer.code, credential_key, issuer.now)
        use_challenge(db, challenge, issuer.now)
        method = challenge.data["method"]
        return open_sign_in(db, link.org_id, challenge.user_id, method, issuer, has_second_factor=True)

    try:
        pair = in_tenant(link.org_id, check)
    except Unauthenticated as error:
        told = ("second_factor", waiting.user_id, issuer.client, error.code)
        in_tenant(link.org_id, lambda db: sign_in_log.note_refused(db, issuer.keys.of(link.org_id), *told))
        raise
    throttle.forgive(attempts)
    return pair


def open_sign_in(
    db: Connection,
    org_id: UUID,
    user_id: UUID,
    method: sessions.Method,
    issuer: Issuer,
    *,
    has_second_factor: bool = False,
) -> TokenPair:
    """Open a sign-in of somebody who has proved who they are, and issue its first tokens."""
    queries.record_sign_in(db, user_id, issuer.now)
    session_id = new_id()
    seen_from = sessions.seen_from(issuer.keys.of(org_id), user_id, issuer.client)
    sessions.add_sign_in(db, session_id, user_id, method, seen_from, issuer.now, has_second_factor=has_second_factor)
    token = RefreshToken(org_id, new_id(), secrets.token_bytes(32))
    pair = _issue(db, token, user_id, session_id, issuer)
    said = {"method": method, "has_second_factor": has_second_factor}
    sign_in_log.note_sign_in(db, issuer.keys.of(org_id), user_id, session_id, issuer.client, said)
    return pair


def exchange_api_key(text: str, issuer: Issuer) -> AccessToken:
    """An access token that may do what the key may. Raises Unauthenticated when the key does not hold."""
    caller = api_keys.caller_of(text)
    permissions = api_keys.present_scopes(caller)
    key_id = cast(UUID, caller.session_id)
    told = (issuer.keys.of(caller.org_id), caller.user_id, key_id, issuer.client, {"method": "api_key"})
    in_tenant(caller.org_id, lambda db: sign_in_log.note_sign_in(db, *told))
    claims = tokens.Claims(
        caller.user_id,
        caller.org_id,
        key_id,
        (),
        permissions,
        is_api_key=True,
        rate_limit_per_hour=caller.rate_limit_per_hour,
    )
    access_token = tokens.issue(claims, issuer.signing_keys, issuer.url, issuer.now)
    return AccessToken(access_token=access_token, expires_in=int(tokens.LIFETIME.total_seconds()))


def exchange_code(text: str, cookies: str, issuer: Issuer) -> TokenPair | SecondFactorNeeded:
    """Go on after another provider has said who somebody is, in the same browser. Raises Unauthenticated."""
    link = read_link(text, "sign_in_code", issuer.signing_keys)

    def go_on(db: Connection) -> TokenPair | SecondFactorNeeded:
        challenge = waiting_challenge(db, "sign_in_code", link.id, issuer.now)
        require_browser(challenge, cookies, issuer.url)
        use_challenge(db, challenge, issuer.now)
        return first_step(db, link.org_id, challenge.user_id, "oidc", issuer)

    return in_tenant(link.org_id, go_on)


def refresh(text: str, issuer: Issuer) -> TokenPair:
    """The next pair of tokens. Raises Unauthenticated, and ends the sign-in, when the token was used before."""
    token = RefreshToken.parse(text)
    outcome = in_tenant(token.org_id, lambda db: _refresh(db, token, issuer))
    if isinstance(outcome, TokenPair):
        return outcome
    raise outcome()


def sign_out(text: str, now: datetime, client: Client, keys: SubjectKeys) -> None:
    """End the sign-in that the token belongs to; a token that no longer counts ends nothing and is no error."""
    token = RefreshToken.parse(text)

    def revoke(db: Connection) -> None:
        row = _lock(db, token)
        if row is not None and hmac.compare_digest(row.secret_digest, token.digest):
            sessions.end_sign_in(db, row.session_id, now)
            sign_in_log.note_sign_out(db, keys.of(token.org_id), row.user_id, row.session_id, client)

    in_tenant(token.org_id, revoke)


def _refresh(db: Connection, token: RefreshToken, issuer: Issuer) -> TokenPair | Callable[[], Unauthenticated]:
    """The new pair, or the error to raise once the revocation is committed."""
    row = _lock(db, token)
    if row is None or not hmac.compare_digest(row.secret_digest, token.digest):
        return _refused
    verdict = judge_refresh(row.used_at, row.revoked_at, row.expires_at, issuer.now)
    if verdict is RefreshVerdict.REUSED:
        sessions.end_sign_in(db, row.session_id, issuer.now)
        keys, reason = issuer.keys.of(token.org_id), "refresh_token_reused"
        sign_in_log.note_refused(db, keys, "refresh", row.user_id, issuer.client, reason, row.session_id)
    if verdict not in (RefreshVerdict.ROTATE, RefreshVerdict.GRACE):
        return _refused
    successors = token.successors(issuer.signing_keys)
    if verdict is RefreshVerdict.GRACE:
        made = _made(db, successors)
        return _refused if made is None else _pair(db, made, row.user_id, row.session_id, issuer)
    queries.mark_refresh_token_used(db, token.token_id, issuer.now)
    sessions.touch_sign_in(db, row.session_id, _seen_from(token.org_id, row.user_id, issuer), issuer.now)
    return _issue(db, successors[0], row.user_id, row.session_id, issuer)


def _made(db: Connection, successors: list[RefreshToken]) -> RefreshToken | None:
    """Which of them there is: while a key rotates, not everybody makes a token with the same one."""
    row = queries.read_refresh_token(db, successors[0].token_id)
    digest = b"" if row is None else row.secret_digest
    return next((each for each in successors if hmac.compare_digest(digest, each.digest)), None)


def _seen_from(org_id: UUID, user_id: UUID, issuer: Issuer) -> sessions.SeenFrom:
    """From where somebody refreshes. While the key store is away that is not noted, and they stay signed in."""
    try:
        return sessions.seen_from(issuer.keys.of(org_id), user_id, issuer.client)
    except Unavailable:
        log.warning("a refresh is noted without its address: the key store does not answer")
        return {}


def _lock(db: Connection, token: RefreshToken) -> Row[Any] | None:
    """The token's row, while nobody else refreshes or ends the same sign-in.

    The sign-in is locked before its tokens are read: a revocation must see the successor that a refresh at the same
    moment has made.
    """
    queries.lock_sign_in(db, token.token_id)
    return queries.read_refresh_token(db, token.token_id)


def _matching(candidates: list[Row[Any]], grant: PasswordGrant) -> Row[Any]:
    """The account that the password opens. A failure costs the same for none, one or several that have the address."""
    matching = [item for item in candidates if password_matches(grant.password, item.password_hash)]
    if not matching:
        most = queries.MOST_ACCOUNTS if grant.organisation is None else 1
        for _ in range(most - len(candidates)):
            password_matches(grant.password, None)
        raise Unauthenticated("E-mail address or password is wrong.", code="invalid_credentials")
    if len(matching) > 1:
        slugs = ", ".join(item.organisation for item in matching)
        raise Conflict(
            "This address signs in to several organisations; say which.",
            code="organisation_required",
            errors=(FieldError("body.organisation", f"one of: {slugs}"),),
        )
    return matching[0]


def _issue(db: Connection, token: RefreshToken, user_id: UUID, session_id: UUID, issuer: Issuer) -> TokenPair:
    pair = _pair(db, token, user_id, session_id, issuer)
    queries.add_refresh_token(db, token.token_id, user_id, session_id, token.digest, issuer.now + REFRESH_LIFETIME)
    return pair


def _pair(db: Connection, token: RefreshToken, user_id: UUID, session_id: UUID, issuer: Issuer) -> TokenPair:
    roles = queries.roles_of(db, user_id, issuer.now)
    if roles is None:
        raise _refused()
    permissions = queries.own_permissions(db, roles)
    claims = tokens.Claims(
        user_id,
        token.org_id,
        session_id,
        tuple(roles),
        tuple(permissions),
        standing=replace(
            read_standing(db, user_id, issuer.now.date()),
            has_second_factor=sessions.has_second_factor(db, session_id),
        ),
    )
    access_token = tokens.issue(claims, issuer.signing_keys, issuer.url, issuer.now)
    return TokenPair(
        access_token=access_token,
        expires_in=int(tokens.LIFETIME.total_seconds()),
        refresh_token=str(token),
    )


def _refused() -> Unauthenticated:
    return Unauthenticated("This sign-in has ended; sign in again.", code="refresh_token_invalid")
