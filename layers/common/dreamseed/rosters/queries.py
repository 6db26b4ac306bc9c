"""Rosters in SQL."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.rosters.tables import roster_imports, roster_links

AnyRow = Row[*tuple[Any, ...]]


def add_import(db: Connection, values: dict[str, Any]) -> None:
    """Note an import."""
    db.execute(insert(roster_imports).values(**values))


def read_import(db: Connection, import_id: UUID) -> AnyRow | None:
    """An import by id."""
    return db.execute(select(roster_imports).where(roster_imports.c.id == import_id)).one_or_none()


def import_of_job(db: Connection, job_id: UUID) -> AnyRow | None:
    """The import that a job works for, if it does."""
    return db.execute(select(roster_imports).where(roster_imports.c.job_id == job_id)).one_or_none()


def list_imports(db: Connection, after: UUID | None, limit: int) -> list[AnyRow]:
    """Up to `limit` imports, the newest first."""
    statement = select(roster_imports).order_by(roster_imports.c.id.desc()).limit(limit)
    return list(db.execute(statement.where(roster_imports.c.id < after) if after else statement))


def change_import(db: Connection, import_id: UUID, values: dict[str, Any]) -> None:
    """Change an import."""
    db.execute(update(roster_imports).where(roster_imports.c.id == import_id).values(values))


def old_reports(db: Connection, before: datetime, limit: int) -> list[AnyRow]:
    """Up to `limit` imports from before then that still have their report."""
    old = roster_imports.c.report.is_not(None), roster_imports.c.created_at < before
    return list(db.execute(select(roster_imports).where(*old).order_by(roster_imports.c.id).limit(limit)))


def old_files(db: Connection, before: datetime, limit: int) -> list[UUID]:
    """Up to `limit` imports from before then that may still have their file."""
    old = roster_imports.c.has_file, roster_imports.c.created_at < before
    return list(db.scalars(select(roster_imports.c.id).where(*old).order_by(roster_imports.c.id).limit(limit)))


def links(db: Connection, keys: SubjectKeys, kind: str, external_ids: Collection[str]) -> dict[str, UUID]:
    """What another system's ids mean here, as far as they are known."""
    digests = {external_digest(keys, kind, each): each for each in external_ids}
    wanted = roster_links.c.kind == kind, roster_links.c.external_digest.in_(digests)
    found = db.execute(select(roster_links).where(*wanted))
    return {digests[bytes(row.external_digest)]: row.target_id for row in found}


def external_digest(keys: SubjectKeys, kind: str, external_id: str) -> bytes:
    """By what another system's id is found; it may be an e-mail address."""
    return keys.digest(external_id, f"roster_links.{kind}")


def put_link(db: Connection, keys: SubjectKeys, kind: str, external_id: str, target_id: UUID) -> None:
    """Remember what another system's id means here."""
    digest = external_digest(keys, kind, external_id)
    statement = insert(roster_links).values(kind=kind, external_digest=digest, target_id=target_id)
    key = ["org_id", "kind", "external_digest"]
    db.execute(statement.on_conflict_do_update(index_elements=key, set_={"target_id": target_id}))


def lock(db: Connection) -> None:
    """Wait until no other roster of the organisation is being taken."""
    lock_name = func.current_setting("app.org_id").concat(" rosters")
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lock_name, 0))))
