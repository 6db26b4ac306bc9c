"""What an organisation keeps no longer than it declares: records of learning, expired exports, old proofs.

Only whole rows go, those that others point to last. Whoever is under a legal hold keeps everything.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, false, or_, select, true, tuple_

from dreamseed.audit.retention import release_months
from dreamseed.database import privacy
from dreamseed.database.schema import Personal, metadata
from dreamseed.database.transaction import in_tenant
from dreamseed.identity.organisation import read_organisation
from dreamseed.identity.people import is_person
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import queries
from dreamseed.privacy.documents import destroy_outlived
from dreamseed.privacy.erasures import erase_again
from dreamseed.privacy.requests import BUCKET
from dreamseed.privacy.rules import PROOF_LIFETIME, RECHECKED
from dreamseed.privacy.tables import data_exports, retention_runs

BATCH_SIZE = 1_000
MAX_BATCHES = 200
"""A run ends before its time is up; the next day's goes on."""


def apply(org_id: UUID, blobs: Blobs, keys: SubjectKeys, now: datetime) -> dict[str, int]:
    """Delete what an organisation has kept for long enough, some at a time; returns how many rows of which table."""
    deleted = {table.name: _in_batches(org_id, table, now) for table in tables_with_a_term()}
    deleted["audit_logs"] = release_months(org_id)
    deleted["data_exports"] = in_tenant(org_id, lambda db: delete_expired_exports(db, blobs, now))
    deleted["erased again"] = sum(
        in_tenant(org_id, partial(_erase_again, subject_id=subject_id, blobs=blobs, keys=keys))
        for subject_id in keys.destroyed(now - RECHECKED)
    )
    destroy_outlived(org_id, keys)
    in_tenant(org_id, lambda db: note(db, deleted))
    return deleted


def _in_batches(org_id: UUID, table: Table, now: datetime) -> int:
    total = 0
    for _ in range(MAX_BATCHES):
        done = in_tenant(org_id, lambda db: delete_outlived(db, table, now))
        total += done
        if done < BATCH_SIZE:
            break
    return total


def outlived(table: Table, retention_days: int | None, now: datetime) -> ColumnElement[bool]:
    """The condition that a row has outlived the time that its table declares."""
    rule = next((each for each in privacy.rules_of(table) if each.retention in ("education", "proof")), None)
    if rule is None:
        return false()
    if rule.retention == "proof":
        return _is_settled(table) & (table.c.created_at < now - PROOF_LIFETIME)
    if retention_days is None:
        return false()
    limit = now - timedelta(days=retention_days)
    parent = _parent_of(table, rule)
    if parent is None:
        return table.c.created_at < limit
    column, other = parent
    return table.c[column].in_(select(other.c.id).where(other.c.created_at < limit))


def _is_settled(table: Table) -> ColumnElement[bool]:
    """Whether a request is over: a proof of what is still open is not old."""
    ends = [table.c[name].is_not(None) for name in ("cancelled_at", "finished_at", "released_at") if name in table.c]
    return or_(*ends)


def _parent_of(table: Table, rule: Personal) -> tuple[str, Table] | None:
    """What a row is a part of, whose age counts then: an answer goes with its test and not before it."""
    column, _, target = rule.subject.partition(" > ")
    return (column, metadata.tables[target.partition(".")[0]]) if target else None


def not_held(table: Table, held: set[UUID]) -> ColumnElement[bool]:
    """The condition that a row is about nobody who is under a legal hold."""
    rule = next(iter(privacy.rules_of(table)))
    return and_(true(), *(~privacy.rows_about(table, rule.subject, privacy.Who(person)) for person in held))


def tables_with_a_term() -> list[Table]:
    """The tables whose rows are deleted after a time, parts before wholes."""
    terms = ("education", "proof")
    return [
        table
        for table in reversed(privacy.all_tables())
        if any(rule.retention in terms for rule in privacy.rules_of(table))
    ]


def delete_outlived(db: Connection, table: Table, now: datetime) -> int:
    """Delete up to BATCH_SIZE rows that have outlived their time. Returns how many."""
    organisation = read_organisation(db)
    held = queries.all_held(db)
    key = list(table.primary_key.columns)
    condition = outlived(table, organisation.retention_days, now) & not_held(table, held)
    some = select(*key).where(condition, _has_no_parts(table)).limit(BATCH_SIZE)
    return db.execute(delete(table).where(tuple_(*key).in_(some))).rowcount


def _has_no_parts(table: Table) -> ColumnElement[bool]:
    """A row waits until what points to it is gone, so that none is left pointing nowhere."""
    links = [
        link
        for other in metadata.tables.values()
        for link in other.foreign_key_constraints
        if link.referred_table is table and link.ondelete is None
    ]
    return and_(true(), *(~exists().where(*(each.parent == each.column for each in link.elements)) for link in links))


def delete_expired_exports(db: Connection, blobs: Blobs, now: datetime) -> int:
    """Delete exports that nobody can fetch any more, with their files. Returns how many."""
    old = select(data_exports.c.id).where(data_exports.c.expires_at < now).with_for_update().limit(BATCH_SIZE)
    ids = list(db.scalars(old))
    for export_id in ids:
        blobs.delete(BUCKET, f"exports/{export_id}.zip")
    db.execute(delete(data_exports).where(data_exports.c.id.in_(ids)))
    return len(ids)


def _erase_again(db: Connection, subject_id: UUID, blobs: Blobs, keys: SubjectKeys) -> int:
    """Erase what has come back of somebody whose key was destroyed, if there is such an account."""
    return erase_again(db, subject_id, blobs, keys) if is_person(db, subject_id) else 0


def note(db: Connection, deleted: dict[str, int]) -> None:
    """Keep what a run has deleted, if anything."""
    if any(deleted.values()):
        held = len(queries.all_held(db))
        values = {"deleted": {name: count for name, count in deleted.items() if count}, "held_back": held}
        queries.add(db, retention_runs, values)
