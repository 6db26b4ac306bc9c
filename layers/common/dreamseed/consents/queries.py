"""Consents in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.consents.rules import REQUESTS_KEPT, Capacity, Decision, Purpose, Stand
from dreamseed.consents.tables import consent_requests, consents
from dreamseed.identity.people import parts_of
from dreamseed.platform.retention import delete_rows

AnyRow = Row[*tuple[Any, ...]]
_stands = consents.c.withdrawn_at.is_(None)


def standing(db: Connection, subject_ids: Collection[UUID]) -> dict[UUID, list[Stand]]:
    """What stands of those people's consents and refusals, also under accounts that have become part of theirs.

    Of those under different accounts for the same purpose in the same capacity the latest counts.
    """
    accounts = parts_of(subject_ids)
    columns = (accounts.c.whole, consents.c.purpose, consents.c.capacity, consents.c.decision, consents.c.method)
    statement = select(*columns).join(accounts, accounts.c.id == consents.c.subject_id).where(_stands)
    latest: dict[UUID, dict[tuple[Purpose, Capacity], Stand]] = {}
    for whole, *stand in db.execute(statement.order_by(consents.c.id)):
        each = Stand(*stand)
        latest.setdefault(whole, {})[each.purpose, each.capacity] = each
    return {subject_id: list(stands.values()) for subject_id, stands in latest.items()}


def add_consents(db: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add consents or refusals; what stands already in the same capacity is left as it was."""
    if rows:
        db.execute(insert(consents).on_conflict_do_nothing(), list(rows))


def end_opposite(
    db: Connection, subject_id: UUID, purposes: Collection[Purpose], capacity: Capacity, decision: Decision, **by: Any
) -> None:
    """Withdraw what was decided the other way for these purposes. `by`: withdrawn_by, withdrawn_at."""
    theirs = consents.c.subject_id == subject_id, consents.c.capacity == capacity, consents.c.purpose.in_(purposes)
    db.execute(update(consents).where(*theirs, consents.c.decision != decision, _stands).values(**by))


def list_consents(db: Connection, subject_id: UUID, before: UUID | None, limit: int) -> list[AnyRow]:
    """Up to `limit` consents and refusals of somebody under all their accounts, the newest first."""
    accounts = select(parts_of([subject_id]).c.id)
    statement = select(consents).where(consents.c.subject_id.in_(accounts)).order_by(consents.c.id.desc())
    return list(db.execute((statement.where(consents.c.id < before) if before else statement).limit(limit)))


def standing_consents(db: Connection, subject_id: UUID, capacity: Capacity) -> list[AnyRow]:
    """Somebody's consents that stand and were given in that capacity."""
    is_given = consents.c.decision == "given", _stands
    wanted = consents.c.subject_id == subject_id, consents.c.capacity == capacity, *is_given
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
