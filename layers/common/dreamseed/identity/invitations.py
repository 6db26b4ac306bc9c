"""Invitations: sent to an address, accepted by whoever opens the link, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from dreamseed.database.ids import new_id
from dreamseed.errors import Conflict, NotFound
from dreamseed.http.caller import Caller
from dreamseed.identity import queries
from dreamseed.identity.account_log import note_account
from dreamseed.identity.account_models import Verified
from dreamseed.identity.ages import ask_age
from dreamseed.identity.links import Link, link_invalid
from dreamseed.identity.mails import Recipient, request_mail
from dreamseed.identity.passwords import hash_password, password_matches
from dreamseed.identity.registration import require_strong
from dreamseed.identity.role_models import Acceptance, Invitation, InvitationStatus, NewInvitation
from dreamseed.identity.roles import require_grantable
from dreamseed.identity.rules import ASKED_ROLES, INVITATION_LIFETIME, expand_roles
from dreamseed.identity.tables import invitations, memberships, users
from dreamseed.platform.tables import organisations
from dreamseed.ports.subject_keys import SubjectKeys

AnyRow = Row[*tuple[Any, ...]]


def invite(db: Connection, keys: SubjectKeys, caller: Caller, wanted: NewInvitation, now: datetime) -> UUID:
    """Invite an address; an open invitation of it is replaced, so that the last link is the one that holds.
    Returns the invitation's id.

    Raises Forbidden for a role beyond the caller, Conflict for an address that has an account here.
    """
    require_grantable(db, caller, [wanted.role], "body.role")
    digest = queries.address_digest(keys, wanted.email)
    if db.execute(select(users.c.id).where(users.c.email_digest == digest)).first() is not None:
        raise Conflict("There is an account with this address already.", code="account_exists")
    db.execute(update(invitations).where(invitations.c.email_digest == digest, *_open()).values(revoked_at=now))
    invitation_id = new_id()
    row = {**wanted.model_dump(), "id": invitation_id, "invited_by": caller.user_id}
    row |= {"email": keys.seal(invitation_id, wanted.email, "invitations.email"), "email_digest": digest}
    db.execute(insert(invitations).values(**row, expires_at=now + INVITATION_LIFETIME))
    inviter = queries.read_user(db, caller.user_id)
    if inviter is None:
        raise NotFound("This account no longer exists.", code="user_not_found")
    values = {"organisation": inviter.name, "role": wanted.role}
    link = Link("invitation", caller.org_id, invitation_id)
    request_mail(db, "invitation", Recipient("invitation", invitation_id), values, link)
    return invitation_id


def list_invitations(db: Connection, after: UUID | None, limit: int) -> list[AnyRow]:
    """Up to `limit` invitations, the newest first."""
    statement = select(invitations).order_by(invitations.c.id.desc()).limit(limit)
    return list(db.execute(statement.where(invitations.c.id < after) if after else statement))


def read_invitation(db: Connection, invitation_id: UUID) -> AnyRow:
    """An invitation, locked until the end of the transaction. Raises NotFound."""
    statement = select(invitations).where(invitations.c.id == invitation_id).with_for_update()
    row = db.execute(statement).one_or_none()
    if row is None:
        raise NotFound("There is no such invitation.", code="invitation_not_found")
    return row


def revoke(db: Connection, invitation_id: UUID, now: datetime) -> None:
    """Make an invitation hold no longer. Raises Conflict when it has been accepted."""
    row = read_invitation(db, invitation_id)
    if row.accepted_at is not None:
        raise Conflict("This invitation has been accepted.", code="invitation_accepted")
    db.execute(update(invitations).where(invitations.c.id == row.id, *_open()).values(revoked_at=now))


def status_of(row: AnyRow, now: datetime) -> InvitationStatus:
    """What has become of it."""
    if row.accepted_at is not None:
        return "accepted"
    if row.revoked_at is not None:
        return "revoked"
    return "open" if row.expires_at > now else "expired"


def shown_invitation(row: AnyRow, now: datetime) -> Invitation:
    """An invitation from its row."""
    return Invitation(
        id=row.id,
        email=row.email,
        role=row.role,
        status=status_of(row, now),
        invited_by=row.invited_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def opened(db: Connection, invitation_id: UUID, now: datetime) -> AnyRow:
    """The invitation that a link opened. Raises NotFound `link_invalid` unless it is open."""
    row = db.execute(select(invitations).where(invitations.c.id == invitation_id)).one_or_none()
    if row is None or status_of(row, now) != "open":
        raise link_invalid()
    return row


def organisation_name(db: Connection) -> str:
    """The name of the transaction's organisation."""
    return str(db.scalar(select(organisations.c.name)))


def accept(db: Connection, keys: SubjectKeys, link: Link, acceptance: Acceptance, now: datetime) -> Verified:
    """Make the account of an invitation, whose id is the invitation's. A retry with the same password changes nothing.

    Raises NotFound `link_invalid`, Invalid `password_too_weak`, or Conflict `account_exists`.
    """
    statement = select(invitations).where(invitations.c.id == link.id).with_for_update()
    row = keys.opened_row(db.execute(statement).one_or_none())
    if row is None or not (status_of(row, now) == "open" or _was_accepted_so(db, row, acceptance)):
        raise link_invalid()
    if row.accepted_at is None:
        require_strong(acceptance.password, row.email)
        _add_account(db, keys, row, acceptance)
        db.execute(update(invitations).where(invitations.c.id == row.id).values(accepted_at=now))
        note_account(db, "accept_invitation", row.id)
    return Verified(email=row.email, organisation=str(db.scalar(select(organisations.c.slug))))


def _was_accepted_so(db: Connection, row: AnyRow, acceptance: Acceptance) -> bool:
    """Whether this is the request that made the account, sent again."""
    user = queries.read_user(db, row.id) if row.accepted_at is not None else None
    return user is not None and password_matches(acceptance.password, user.password_hash)


def _add_account(db: Connection, keys: SubjectKeys, row: AnyRow, acceptance: Acceptance) -> None:
    person = {"id": row.id, "email": row.email, "full_name": acceptance.full_name, "language": row.language}
    person["password_hash"] = hash_password(acceptance.password)
    try:
        with db.begin_nested():
            queries.add_user(db, keys, person, [])
    except IntegrityError as error:
        raise Conflict("There is an account with this address already.", code="account_exists") from error
    held = {"user_id": row.id, "role": row.role, "granted_by": row.invited_by}
    db.execute(insert(memberships).values(**held).on_conflict_do_nothing())
    if not ASKED_ROLES.isdisjoint(expand_roles([row.role], queries.parents(db))):
        ask_age(db, row.id)


def _open() -> tuple[Any, ...]:
    return invitations.c.accepted_at.is_(None), invitations.c.revoked_at.is_(None)
