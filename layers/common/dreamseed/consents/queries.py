"""Consents in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.consents.rules import REQUESTS_KEPT, Capacity, Purpose
from dreamseed.consents.tables import consent_requests, consents
from dreamseed.platform.retention import delete_rows

AnyRow = Row[*tuple[Any, ...]]
_stands = consents.c.withdrawn_at.is_(None)


def standing(db: Connection, subject_ids: Collection[UUID]) -> dict[UUID, list[tuple[Purpose, Capacity]]]:
    """The consents of those people that are given and not withdrawn."""
    found: dict[UUID, list[tuple[Purpose, Capacity]]] = {}
    columns = (consents.c.subject_id, consents.c.purpose, consents.c.capacity)
    for row in db.execute(select(*columns).where(consents.c.subject_id.in_(subject_ids), _stands)):
        found.setdefault(row.subject_id, []).append((row.purpose, row.capacity))
    return found


def add_consents(db: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add consents; one that stands already in the same capacity is left as it was given."""
    if rows:
        db.execute(insert(consents).on_conflict_do_nothing(), list(rows))


def list_consents(db: Connection, subject_id: UUID, before: UUID | None, limit: int) -> list[AnyRow]:
    """Up to `limit` consents of somebody, withdrawn ones too, the newest first."""
    statement = select(consents).where(consents.c.subject_id == subject_id).order_by(consents.c.id.desc())
    return list(db.execute((statement.where(consents.c.id < before) if before else statement).limit(limit)))


def standing_consents(db: Connection, subject_id: UUID, capacity: Capacity) -> list[AnyRow]:
    """Somebody's consents that stand and were given in that capacity."""
    wanted = consents.c.subject_id == subject_id, consents.c.capacity == capacity, _stands
    return list(db.execute(select(consents).where(*wanted).order_by(consents.c.id)))


def lock_consent(db: Connection, consent_id: UUID) -> AnyRow | None:
    """A consent, locked until the end of the transaction."""
    return db.execute(select(consents).where(consents.c.id == consent_id).with_for_update()).one_or_none()


def withdraw(db: Connection, consent_ids: Collection[UUID], withdrawn_by: UUID | None, now: datetime) -> None:
    """Withdraw consents that stand; those that were withdrawn stay as they are."""
    withdrawn = update(consents).where(consents.c.id.in_(consent_ids), _stands)
    db.execute(withdrawn.values(withdrawn_at=now, withdrawn_by=withdrawn_by))


def add_request(db: Connection, values: Mapping[str, Any]) -> None:
    """Note that a guardian is asked."""
    db.execute(insert(consent_requests).values(**values))


def lock_request(db: Connection, request_id: UUID) -> AnyRow | None:
    """A request, locked until the end of the transaction."""
    return db.execute(
        select(consent_requests).where(consent_requests.c.id == request_id).with_for_update()
    ).one_or_none()


def open_request(db: Connection, subject_id: UUID, digest: bytes, now: datetime) -> AnyRow | None:
    """The request to the guardian with the address of that digest, for that learner, that still holds."""
    wanted = consent_requests.c.subject_id == subject_id, consent_requests.c.guardian_email_digest == digest
    still = consent_requests.c.expires_at > now, consent_requests.c.confirmed_at.is_(None)
    statement = select(consent_requests).where(*wanted, *still).order_by(consent_requests.c.id.desc()).limit(1)
    return db.execute(statement).one_or_none()


def update_request(db: Connection, request_id: UUID, values: Mapping[str, Any]) -> None:
    """Change a request that this transaction has locked."""
    db.execute(update(consent_requests).where(consent_requests.c.id == request_id).values(**values))


def list_due_confirmations(db: Connection, answered_before: datetime, now: datetime, limit: int) -> list[AnyRow]:
    """Requests of all organisations whose answer waits to be confirmed, those that wait longest first."""
    columns = consent_requests.c.org_id, consent_requests.c.id, consent_requests.c.answered_at
    due = (
        consent_requests.c.answered_at <= answered_before,
        consent_requests.c.confirmation_sent_at.is_(None),
        consent_requests.c.expires_at > now,
    )
    return list(db.execute(select(*columns).where(*due).order_by(consent_requests.c.answered_at).limit(limit)))


def delete_old_requests(db: Connection, now: datetime, limit: int) -> int:
    """Delete up to `limit` requests, of all organisations, that expired long ago unconfirmed. Returns how many."""
    is_old = (consent_requests.c.expires_at < now - REQUESTS_KEPT) & consent_requests.c.confirmed_at.is_(None)
    return delete_rows(consent_requests, is_old, db, limit)
