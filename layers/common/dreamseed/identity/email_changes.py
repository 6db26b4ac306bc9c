"""Changing one's e-mail address: asked for, confirmed by a link to the new one, and told to the old one.

Whether the new address has an account here already is told to nobody but whoever reads its mail.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from dreamseed.database.ids import new_id
from dreamseed.database.transaction import in_tenant
from dreamseed.errors import Conflict, FieldError, Forbidden, Invalid
from dreamseed.http.caller import Caller
from dreamseed.identity import queries, sessions
from dreamseed.identity.account_models import EmailChange
from dreamseed.identity.links import Link, link_invalid
from dreamseed.identity.mails import Recipient, SealedAddress, request_mail
from dreamseed.identity.passwords import password_matches
from dreamseed.identity.profile import locked_user
from dreamseed.identity.rules import EMAIL_CHANGE_LIFETIME
from dreamseed.identity.second_factors import require_recent
from dreamseed.identity.tables import email_changes, password_resets, users
from dreamseed.ports.subject_keys import SubjectKeys

AnyRow = Row[*tuple[Any, ...]]


def ask(db: Connection, keys: SubjectKeys, caller: Caller, wanted: EmailChange, now: datetime) -> None:
    """Send a link to the new address and a notice to the present one. Raises Forbidden, or Invalid `password_wrong`."""
    user = keys.opened_row(locked_user(db, caller))
    _require_proof(db, caller, user, wanted.current_password, now)
    if wanted.email == user.email:
        errors = (FieldError("body.email", "is the present one"),)
        raise Invalid("This is the address already.", code="email_unchanged", errors=errors)
    forget_open_changes(db, user.id, now)
    row = {
        "id": new_id(),
        "user_id": user.id,
        "email": keys.seal(user.id, wanted.email, "email_changes.email"),
        "former_email": keys.seal(user.id, user.email, "email_changes.former_email"),
    }
    db.execute(
        insert(email_changes).values(**row, session_id=caller.session_id, expires_at=now + EMAIL_CHANGE_LIFETIME)
    )
    digest = queries.address_digest(keys, wanted.email)
    is_taken = db.scalar(select(users.c.id).where(users.c.email_digest == digest)) is not None
    values = {"organisation": user.name}
    to = SealedAddress(row["email"], user.language)
    if is_taken:
        request_mail(db, "address_taken", to, values)
    else:
        request_mail(db, "confirm_address", to, values, Link("email_change", caller.org_id, row["id"]))
    request_mail(db, "address_change_asked", Recipient("user", user.id), values)


def confirm(link: Link, keys: SubjectKeys, now: datetime) -> str:
    """Give the account its new address and end its other sign-ins; opened again, the link changes nothing.

    Raises NotFound `link_invalid`, or Conflict when another account has got the address meanwhile.
    """
    try:
        return in_tenant(link.org_id, lambda db: _confirm(db, keys.of(link.org_id), link.id, now))
    except IntegrityError as error:
        raise Conflict("There is an account with this address already.", code="account_exists") from error


def forget_open_changes(db: Connection, user_id: UUID, now: datetime) -> None:
    """No link that was sent before holds any more."""
    is_open = email_changes.c.user_id == user_id, email_changes.c.used_at.is_(None), email_changes.c.expires_at > now
    db.execute(update(email_changes).where(*is_open).values(expires_at=now))


def _confirm(db: Connection, keys: SubjectKeys, change_id: UUID, now: datetime) -> str:
    statement = select(email_changes).where(email_changes.c.id == change_id).with_for_update()
    sealed = db.execute(statement).one_or_none()
    change = keys.opened_row(sealed)
    user = keys.opened_row(queries.lock_user(db, change.user_id)) if change is not None else None
    if sealed is None or user is None or not user.is_active:
        raise link_invalid()
    if change.used_at is not None and user.email == change.email:
        return str(user.email)
    if change.used_at is not None or change.expires_at <= now or user.email != change.former_email:
        raise link_invalid()
    queries.update_user(db, user.id, queries.sealed_values(keys, user.id, {"email": change.email}))
    db.execute(update(email_changes).where(email_changes.c.id == change_id).values(used_at=now))
    forget_open_changes(db, user.id, now)
    of_user = password_resets.c.user_id == user.id, password_resets.c.used_at.is_(None)
    db.execute(update(password_resets).where(*of_user).values(used_at=now))  # they were sent to the former address
    sessions.end_sign_ins(db, user.id, now, change.session_id)
    to = SealedAddress(sealed.former_email, user.language)
    request_mail(db, "address_changed", to, {"organisation": user.name})
    return str(change.email)


def _require_proof(db: Connection, caller: Caller, user: AnyRow, password: str | None, now: datetime) -> None:
    """The password, or a fresh sign-in with a second factor; for who has no password, any fresh sign-in."""
    if password is None and (caller.has_second_factor or user.password_hash is None):
        require_recent(db, caller, now)
        return
    if password is None:
        raise Forbidden("Send your present password along.", code="password_required")
    if not password_matches(password, user.password_hash):
        errors = (FieldError("body.current_password", "is wrong"),)
        raise Invalid("The present password is wrong.", code="password_wrong", errors=errors)
