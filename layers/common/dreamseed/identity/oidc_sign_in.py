"""Signing in at another provider, from the button to the account.

    login     → a row with random bytes, a cookie, and off to the provider
    callback  → cookie and row belong together? → who is it? → whose account? → a code in the page's address
    token     → the code, once, within a minute and with the same cookie, becomes a sign-in (and a second factor is
                asked for as ever)

State, nonce, PKCE verifier and cookie all follow from the row's random bytes by HMAC; the browser gets only what it
must bring back, so neither a copied address nor another browser completes somebody's sign-in, and nobody is signed in
to somebody else's account by an address that they were sent. Whoever is signed in already goes the same way to link
the identity to their account (`identities`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, text
from sqlalchemy.exc import IntegrityError

from dreamseed.database.transaction import in_system, in_tenant
from dreamseed.errors import Conflict, Forbidden, NotFound, Unauthenticated
from dreamseed.http.caller import Caller
from dreamseed.http.cookies import is_https, read_cookie
from dreamseed.identity import queries
from dreamseed.identity.ages import ask_age
from dreamseed.identity.challenges import open_challenge, step_expired, use_challenge, waiting_challenge
from dreamseed.identity.identities import PLACE, link_identity, use_identity
from dreamseed.identity.links import Link, read_link
from dreamseed.identity.oidc import Attempt, Identity, Provider
from dreamseed.identity.registration import admits, find_organisation
from dreamseed.identity.second_factors import tell_of_change
from dreamseed.identity.tables import users
from dreamseed.platform.tables import PLATFORM_ID
from dreamseed.ports.subject_keys import SubjectKeys

AnyRow = Row[*tuple[Any, ...]]
COOKIE_SECONDS = 720
"""As long as an attempt may take, and then its code."""


def begin(
    provider: Provider, organisation: str | None, return_to: str, now: datetime, link_to: Caller | None = None
) -> AnyRow:
    """The row of a new attempt: to sign in, or to link an identity to the account of whoever is signed in."""
    data: dict[str, Any] = {"provider": provider.id, "return_to": return_to}
    data["organisation"] = provider.organisation or organisation
    if link_to is not None:
        data["link_to"] = {name: str(getattr(link_to, name)) for name in ("org_id", "user_id", "session_id")}
    return in_tenant(PLATFORM_ID, lambda db: open_challenge(db, "oidc", None, now, data))


def attempt_of(row: AnyRow, redirect_uri: str, signing_keys: str) -> Attempt:
    """What travels with an attempt."""
    verifier = _derived(row, "verifier")
    challenge = _base64url(hashlib.sha256(verifier.encode()).digest())
    state = Link("oidc", PLATFORM_ID, row.id).token(signing_keys)
    return Attempt(state, _derived(row, "nonce"), verifier, challenge, redirect_uri)


def cookie_of(row: AnyRow, origin: str) -> str:
    """The Set-Cookie header that binds an attempt to its browser; tabs do not disturb each other."""
    secure = "; Secure" if is_https(origin) else ""
    value = _derived(row, "browser")
    return f"{_cookie_name(row.id, origin)}={value}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{secure}"


def resume(provider: Provider, state: str, cookies: str, signing_keys: str, origin: str, now: datetime) -> AnyRow:
    """The attempt that a callback belongs to, which is used up by it. Raises Unauthenticated `step_expired`."""
    try:
        link = read_link(state, "oidc", signing_keys)
    except NotFound as error:
        raise step_expired() from error

    def take(db: Connection) -> AnyRow:
        row = waiting_challenge(db, "oidc", link.id, now)
        is_this_browser = _has_brought(cookies, row.id, origin, _digest(_derived(row, "browser")))
        if not is_this_browser or row.data["provider"] != provider.id:
            raise step_expired()
        use_challenge(db, row, now)
        return row

    return in_tenant(PLATFORM_ID, take)


def sign_in_code(
    identity: Identity, attempt: AnyRow, provider: Provider, signing_keys: str, subjects: SubjectKeys, now: datetime
) -> str:
    """The code that the page exchanges for tokens. Raises NotFound, Forbidden or Conflict when there is no account."""
    organisation = attempt.data["organisation"]
    digest = subjects.digest(identity.subject, PLACE)
    known = _known_account(identity.issuer, digest, organisation)
    org_id, user_id = known or _account_by_email(identity, organisation, subjects)
    browser = {"attempt": attempt.id.hex, "browser": _digest(_derived(attempt, "browser"))}

    def note(db: Connection) -> AnyRow:
        user = queries.read_user(db, user_id)
        if use_identity(db, subjects.of(org_id), user_id, identity, now) and user is not None:
            tell_of_change(db, user, f"+ {provider.name}")
        return open_challenge(db, "sign_in_code", user_id, now, browser)

    return Link("sign_in_code", org_id, in_tenant(org_id, note).id).token(signing_keys)


def link(link_to: dict[str, str], identity: Identity, provider: Provider, subjects: SubjectKeys, now: datetime) -> None:
    """Link the identity to the account of whoever began the attempt. Raises Unauthenticated or Conflict."""
    org_id = UUID(link_to["org_id"])
    if provider.organisation is not None:
        found = find_organisation(provider.organisation)
        if found is None or found.org_id != org_id:
            raise Forbidden("This provider is for people of another organisation.", code="provider_not_yours")
    in_tenant(org_id, lambda db: link_identity(db, subjects.of(org_id), link_to, identity, provider, now))


def require_browser(code: AnyRow, cookies: str, origin: str) -> None:
    """Raise Unauthenticated `step_expired` unless the code comes from the browser that it was made for."""
    if not _has_brought(cookies, UUID(code.data["attempt"]), origin, code.data["browser"]):
        raise step_expired()


def _known_account(issuer: str, digest: bytes, organisation: str | None) -> tuple[UUID, UUID] | None:
    """The account that this identity signed in to before. Raises Conflict when it has several and none was named."""
    statement = text("select * from find_identities(:issuer, :digest, :organisation)")
    values = {"issuer": issuer, "digest": digest, "organisation": organisation}
    found = in_system(lambda db: db.execute(statement, values).all())
    if len(found) > 1:
        raise Conflict("This identity signs in to several organisations; say which.", code="organisation_required")
    if found and not found[0].is_active:
        raise Unauthenticated("This account is suspended.", code="account_suspended")
    return (found[0].org_id, found[0].user_id) if found else None


def _account_by_email(identity: Identity, organisation: str | None, subjects: SubjectKeys) -> tuple[UUID, UUID]:
    """The account of the address that the provider vouches for; a new one where the organisation admits it."""
    if organisation is None:
        raise NotFound("No account here belongs to that identity yet; say of which organisation.", code="no_account")
    found = find_organisation(organisation)
    if found is None or identity.email is None:
        raise NotFound("No account of that organisation belongs to that identity.", code="no_account")
    user_id = in_tenant(found.org_id, lambda db: _user_with(db, subjects.of(found.org_id), identity, found))
    return found.org_id, user_id


def _user_with(db: Connection, subjects: SubjectKeys, identity: Identity, organisation: AnyRow) -> UUID:
    email = str(identity.email)
    is_theirs = users.c.email_digest == queries.address_digest(subjects, email)
    known = db.execute(select(users.c.id, users.c.is_active).where(is_theirs)).one_or_none()
    if known is not None:
        if not known.is_active:
            raise Unauthenticated("This account is suspended.", code="account_suspended")
        return UUID(str(known.id))
    if not admits(organisation, email):
        raise Forbidden("This organisation does not take registrations with that address.", code="registration_closed")
    try:
        with db.begin_nested():
            person = {"email": email, "full_name": identity.name[:120] or email}
            user_id = queries.add_user(db, subjects, person, ["learner"])
            ask_age(db, user_id)
            return user_id
    except IntegrityError as error:
        raise Conflict("Try again.", code="account_exists") from error


def _derived(row: AnyRow, purpose: str) -> str:
    return _base64url(hmac.digest(bytes(row.value), purpose.encode(), "sha256"))


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


def _has_brought(cookies: str, attempt_id: UUID, origin: str, digest: str) -> bool:
    """Whether the browser has the attempt's cookie, of which the digest is known."""
    return hmac.compare_digest(_digest(read_cookie(cookies, _cookie_name(attempt_id, origin))), digest)


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _cookie_name(attempt_id: UUID, origin: str) -> str:
    """`__Host-` lets no other host and no plain connection set it; a browser takes that over https only."""
    prefix = "__Host-" if is_https(origin) else ""
    return f"{prefix}oidc-{attempt_id.hex[-12:]}"
