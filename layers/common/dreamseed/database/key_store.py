"""The key store: a small database of its own with one row for each subject's key, wrapped by the master key.

It is apart from the main database so that it has backups of its own, which are kept for days only: a destroyed key is
soon in none of them, and with it every copy of what it had sealed is beyond reading, wherever that copy lies.

    dreamseed_keys_owner    owns the schema, and makes keys while the main database is migrated
    dreamseed_keys_read     reads one organisation's keys
    dreamseed_keys_write    … and adds to them
    dreamseed_keys_destroy  … and destroys them; the row stays, so that no key is made anew for that subject

The schema is a list of versions, of which those that are missing are run in order: too little for Alembic.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, create_engine, text
from sqlalchemy.pool import NullPool

from dreamseed.database.schema import CURRENT_ORG

OWNER = "dreamseed_keys_owner"
ROLE_OF_ACTION = {
    "read": "dreamseed_keys_read",
    "write": "dreamseed_keys_write",
    "destroy": "dreamseed_keys_destroy",
    "owner": OWNER,
}
"""The role of each action of `needs.subject_keys`."""

PREPARATION_LOCK = 0x6472_6561_6D6B_6579
"""The bytes of `dreamkey`."""

VERSIONS: tuple[tuple[str, ...], ...] = (
    (
        f"""create table subject_keys (
            org_id uuid not null default {CURRENT_ORG},
            subject_id uuid not null,
            wrapped_key bytea,
            created_at timestamptz not null default now(),
            destroyed_at timestamptz,
            constraint subject_keys_pkey primary key (org_id, subject_id),
            constraint subject_keys_is_destroyed_check check ((wrapped_key is null) = (destroyed_at is not null))
        )""",
        "alter table subject_keys enable row level security",
        "alter table subject_keys force row level security",
        f"""create policy tenant on subject_keys
            using (org_id = (select {CURRENT_ORG})) with check (org_id = (select {CURRENT_ORG}))""",
        "grant select on subject_keys to dreamseed_keys_read, dreamseed_keys_write, dreamseed_keys_destroy",
        "grant insert on subject_keys to dreamseed_keys_write, dreamseed_keys_destroy",
        "grant update (wrapped_key, destroyed_at) on subject_keys to dreamseed_keys_destroy",
    ),
)

_READ = text("select subject_id, wrapped_key from subject_keys where subject_id = any(:subjects)")
_DESTROYED = text("select subject_id from subject_keys where destroyed_at >= :since order by subject_id")
_ADD = text(
    "insert into subject_keys (subject_id, wrapped_key) select * from unnest(:subjects, :keys)"
    " on conflict (org_id, subject_id) do nothing"
)
_DESTROY = text(
    "insert into subject_keys (subject_id, destroyed_at) values (:subject, now())"
    " on conflict (org_id, subject_id) do update"
    " set wrapped_key = null, destroyed_at = coalesce(subject_keys.destroyed_at, now())"
)


def creation_statements(existing: set[str]) -> list[str]:
    """SQL that an administrator runs so that every role of the key store exists. `existing` are the names in use."""
    return [f"create role {role} login" for role in ROLE_OF_ACTION.values() if role not in existing]


def prepare_key_store(owner_url: str) -> int:
    """Bring the key store to the newest version and return it. Two at once wait for each other."""
    engine = create_engine(owner_url, poolclass=NullPool, connect_args={"connect_timeout": 5})
    with engine.begin() as db:
        db.execute(text("select pg_advisory_xact_lock(:key)"), {"key": PREPARATION_LOCK})
        db.execute(text("create table if not exists key_store_version (version integer primary key)"))
        current: int = db.scalar(text("select coalesce(max(version), 0) from key_store_version"))
        for version, statements in enumerate(VERSIONS[current:], start=current + 1):
            for statement in statements:
                db.execute(text(statement))
            db.execute(text("insert into key_store_version values (:version)"), {"version": version})
    return len(VERSIONS)


def read_keys(db: Connection, subjects: Collection[UUID]) -> list[Row[Any]]:
    """The rows (subject_id, wrapped_key) of those subjects that have one; `wrapped_key` is None where destroyed."""
    return list(db.execute(_READ, {"subjects": list(subjects)}))


def destroyed_keys(db: Connection, since: datetime) -> list[UUID]:
    """The subjects of the organisation whose keys were destroyed since then."""
    return list(db.scalars(_DESTROYED, {"since": since}))


def add_keys(db: Connection, wrapped: Mapping[UUID, bytes]) -> list[Row[Any]]:
    """Give each subject its key unless it has one or had one; returns what then stands, like `read_keys`."""
    db.execute(_ADD, {"subjects": list(wrapped), "keys": list(wrapped.values())})
    return read_keys(db, wrapped.keys())


def destroy_key(db: Connection, subject_id: UUID) -> None:
    """Forget the subject's key for ever, whether or not there is one."""
    db.execute(_DESTROY, {"subject": subject_id})
