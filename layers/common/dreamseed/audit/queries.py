"""The audit log in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, LargeBinary, Row, func, select, text, tuple_, type_coerce

from dreamseed.audit.anchors import Anchor
from dreamseed.audit.rules import Link
from dreamseed.audit.tables import audit_anchors, audit_heads, audit_logs
from dreamseed.database.sealed import SealedText
from dreamseed.identity.people import people

AnyRow = Row[*tuple[Any, ...]]
AS_STORED = [
    type_coerce(column, LargeBinary).label(column.name) if isinstance(column.type, SealedText) else column
    for column in audit_logs.columns
]
"""The columns of an entry, sealed texts as the bytes that its hash is made of."""

RELEASE_SECONDS = 240

Position = tuple[int, datetime]
"""A place in the log: number and time, for somebody may have put in a second entry of a number."""


def head_of(db: Connection) -> Link:
    """The end of the organisation's chain as it should be; its beginning when there is none."""
    row = db.execute(select(audit_heads.c.seq, audit_heads.c.hash)).one_or_none()
    return Link() if row is None else Link(row.seq, bytes(row.hash))


def anchors_of(db: Connection) -> list[Anchor]:
    """The months that the organisation has let go of, the oldest first."""
    return [
        Anchor(f"{row.month:%Y-%m}", row.entries, row.seq, bytes(row.hash).hex(), row.kept_years, row.noted_seq)
        for row in db.execute(select(audit_anchors).order_by(audit_anchors.c.seq))
    ]


def last_before(db: Connection, moment: datetime) -> int:
    """The number of the last entry before that moment, or of the last one that was let go; 0 when there is none."""
    last: int | None = db.scalar(select(func.max(audit_logs.c.seq)).where(audit_logs.c.at < moment))
    return last or db.scalar(select(func.max(audit_anchors.c.seq))) or 0


def first_after_head(db: Connection) -> int | None:
    """The number of the first entry after the head, which there must not be; seen at one moment with the head."""
    head = select(func.coalesce(func.max(audit_heads.c.seq), 0)).scalar_subquery()
    first: int | None = db.scalar(select(func.min(audit_logs.c.seq)).where(audit_logs.c.seq > head))
    return first


def entries_between(db: Connection, after: Position, until: int, limit: int) -> Sequence[AnyRow]:
    """Up to `limit` entries that come after a position and have numbers up to `until`, in their order."""
    place = tuple_(audit_logs.c.seq, audit_logs.c.at)
    statement = select(*AS_STORED).where(place > after, audit_logs.c.seq <= until)
    return db.execute(statement.order_by(audit_logs.c.seq, audit_logs.c.at).limit(limit)).all()


def read_entry(db: Connection, seq: int, at: datetime) -> AnyRow | None:
    """One entry by number; its time says which partition it is in."""
    return db.execute(select(*AS_STORED).where(audit_logs.c.seq == seq, audit_logs.c.at == at)).one_or_none()


def list_entries(
    db: Connection, conditions: Sequence[ColumnElement[bool]], before: int | None, limit: int
) -> list[AnyRow]:
    """Up to `limit` entries that fulfil the conditions, the newest first, with the names of those concerned."""
    actor, subject = people.alias("actor"), people.alias("subject")
    statement = (
        select(audit_logs, actor.c.full_name.label("actor_name"), subject.c.full_name.label("subject_name"))
        .outerjoin(actor, actor.c.id == audit_logs.c.actor_id)
        .outerjoin(subject, subject.c.id == audit_logs.c.subject_id)
        .where(*conditions)
        .order_by(audit_logs.c.seq.desc())
        .limit(limit)
    )
    return list(db.execute(statement.where(audit_logs.c.seq < before) if before is not None else statement))


def release_month(db: Connection) -> dict[str, Any] | None:
    """Let the oldest month of the organisation's log go if its time has come, and say which; None if it has not.

    With `refused` it stays: it is `held`, or `broken`. A month has many entries, so this may take minutes.
    """
    db.execute(text(f"set local statement_timeout = {RELEASE_SECONDS * 1000}"))
    released: dict[str, Any] | None = db.scalar(text("select release_audit_month()"))
    return released


def make_partitions(db: Connection, months_ahead: int) -> tuple[int, int]:
    """Make the partitions of the months up to that many from now, as the owner of the schema.

    Returns how many were made, and how many entries had waited for them in the default partition.
    """
    db.execute(text("set local lock_timeout = '3s'"))
    db.execute(text("set local statement_timeout = '50s'"))  # after years in which nobody made any, there are many
    row = db.execute(text("select made, moved from make_audit_partitions(:months)"), {"months": months_ahead}).one()
    return int(row.made), int(row.moved)


def drop_empty_partitions(db: Connection) -> int:
    """Drop the partitions of past months in which no organisation has an entry; returns how many, as the owner."""
    db.execute(text("set local lock_timeout = '3s'"))
    return int(db.scalar(text("select drop_empty_audit_partitions()")) or 0)


def organisations_with_entries(db: Connection, after: UUID | None, limit: int) -> list[UUID]:
    """Up to `limit` organisations that have a chain, in the order of their ids, across tenants."""
    statement = select(audit_heads.c.org_id).order_by(audit_heads.c.org_id).limit(limit)
    return list(db.scalars(statement.where(audit_heads.c.org_id > after) if after is not None else statement))
