"""Choosing a new password: because the old one is forgotten, or because one wants to. Either ends other sign-ins."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.database.transaction import in_system, in_tenant
from dreamseed.errors import FieldError, Invalid
from dreamseed.identity import queries, sessions, throttle
from dreamseed.identity.account_log import note_account
from dreamseed.identity.email_changes import forget_open_changes
from dreamseed.identity.links import Link, link_invalid
from dreamseed.identity.mails import Recipient, request_mail
from dreamseed.identity.passwords import hash_password, password_matches
from dreamseed.identity.registration import find_accounts, require_strong
from dreamseed.identity.rules import RESET_LIFETIME
from dreamseed.identity.tables import password_resets
from dreamseed.ports.subject_keys import SubjectKeys

AnyRow = Row[*tuple[Any, ...]]
RESET_TOPIC = "password_reset.requested"


def send_reset_mails(digest: bytes, organisation: str | None, message_id: UUID, now: datetime) -> None:
    """Send a link to each active account with the address of that digest.

    Called again for the same message, it sends to none of them.
    """
    accounts = in_system(lambda db: find_accounts(db, digest, organisation))
    for account in accounts:
        if account.is_active:
            reset_id = uuid5(message_id, account.user_id.hex)
            in_tenant(account.org_id, partial(_send_reset, account=account, reset_id=reset_id, now=now))


def reset_password(link: Link, password: str, keys: SubjectKeys, now: datetime) -> bytes:
    """Set a forgotten password anew and end every sign-in. Raises NotFound `link_invalid`, or Invalid.

    The same link with the same password again is a retry and changes nothing. Whoever reads the account's mail need
    not wait for those who guess. Returns the digest of its address.
    """
    user = in_tenant(link.org_id, lambda db: _reset(db, link.id, password, keys.of(link.org_id), now))
    throttle.forgive([throttle.Attempt("sign_in:account", user.email)])
    return bytes(user.email_digest)


def change_password(db: Connection, user: AnyRow, current: str, new: str, keep: UUID | None, now: datetime) -> None:
    """Change the password of a locked user who knows it, and end every sign-in but the one to `keep`."""
    if not password_matches(current, user.password_hash):
        if password_matches(new, user.password_hash):
            return  # sent again: it has been changed
        errors = (FieldError("body.current_password", "is wrong"),)
        raise Invalid("The present password is wrong.", code="password_wrong", errors=errors)
    require_strong(new, user.email, "new_password")
    _set_password(db, user, new, keep, now)


def _send_reset(db: Connection, account: AnyRow, reset_id: UUID, now: datetime) -> None:
    row = {"id": reset_id, "user_id": account.user_id, "expires_at": now + RESET_LIFETIME}
    db.execute(insert(password_resets).values(**row).on_conflict_do_nothing())
    to, values = Recipient("user", account.user_id), {"organisation": account.organisation_name}
    link = Link("password_reset", account.org_id, reset_id)
    request_mail(db, "reset_password", to, values, link, message_id=uuid5(reset_id, "mail"))


def _reset(db: Connection, reset_id: UUID, password: str, keys: SubjectKeys, now: datetime) -> Any:
    statement = select(password_resets).where(password_resets.c.id == reset_id).with_for_update()
    reset = db.execute(statement).one_or_none()
    user = keys.opened_row(queries.lock_user(db, reset.user_id)) if reset is not None else None
    if reset is None or user is None or not user.is_active or reset.expires_at <= now:
        raise link_invalid()
    if reset.used_at is not None:
        if password_matches(password, user.password_hash):
            return user
        raise link_invalid()
    require_strong(password, user.email)
    of_user = password_resets.c.user_id == user.id, password_resets.c.used_at.is_(None)
    db.execute(update(password_resets).where(*of_user).values(used_at=now))
    _set_password(db, user, password, None, now)
    note_account(db, "reset_password", user.id)
    return user


def _set_password(db: Connection, user: AnyRow, password: str, keep: UUID | None, now: datetime) -> None:
    queries.update_user(db, user.id, {"password_hash": hash_password(password)})
    sessions.end_sign_ins(db, user.id, now, keep)
    forget_open_changes(db, user.id, now)
    request_mail(db, "password_changed", Recipient("user", user.id), {"organisation": user.name})
