"""Organisations and the plumbing's tables (migration 0001, which also makes their indexes)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.ids import new_id
from dreamseed.database.schema import (
    ACTOR,
    CONTENT,
    COUNT,
    MENTION,
    Personal,
    Rights,
    metadata,
    tenant_key,
    tenant_table,
)

_IDS = "it holds ids, counts and our own words; what it names of people's words stands sealed in it"
_COPY = replace(
    MENTION, excluded_because="it is a copy on its way of what stands in a table of its own", plain_because=_IDS
)
_REPLY = replace(_COPY, plain_because="it is a digest or an id, or sealed under the key that whoever asked keeps")
_JOB = CONTENT.but(
    category="technical",
    subject="mentions",
    basis="legitimate interest",
    retention="account",
    erasure="clear",
    export="exclude",
    excluded_because="what a job works on stands in tables of its own",
    plain_because=_IDS,
)
_CONNECTION = Personal(
    "technical",
    "user_id",
    "legitimate interest",
    "days",
    "delete",
    "exclude",
    excluded_because="it is a connection that is open at this moment",
    plain_because="it is random, or the names of permissions",
)

organisations = Table(
    "organisations",
    metadata,
    Column("id", Uuid, nullable=False, default=new_id),
    Column("slug", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default="school"),
    Column("region", Text, nullable=False, server_default="local"),
    Column("retention_days", Integer),
    Column("erasure_cool_off_days", Integer, nullable=False, server_default="7"),
    Column("audit_retention_years", SmallInteger),
    Column("registration", Text, nullable=False, server_default="closed"),
    Column("email_domains", JSONB, nullable=False, server_default="[]"),
    Column("plan", Text, nullable=False, server_default="standard"),
    Column("requires_second_factor", Boolean, nullable=False, server_default=text("false")),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("slug"),
    CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'", name="slug"),
    CheckConstraint("kind in ('school', 'district', 'university', 'company', 'individual')", name="kind"),
    CheckConstraint("retention_days > 0", name="retention_days"),
    CheckConstraint("erasure_cool_off_days between 0 and 90", name="erasure_cool_off_days"),
    CheckConstraint("audit_retention_years between 3 and 100", name="audit_retention_years"),
    CheckConstraint("registration in ('closed', 'domains', 'open')", name="registration"),
    CheckConstraint("plan in ('standard', 'professional')", name="plan"),
    info={
        "rights": Rights(write=("insert", "update"), system=("select",), lookup=("select",), audit=("select",)),
        "tenant": "id",
        "personal": CONTENT,
        "unique_across_tenants": ("organisations_pkey", "organisations_slug_key"),  # both are public names
    },
)

PLATFORM_ID = UUID(int=0)
"""The organisation of what belongs to none yet, such as a registration. It has no people; migration 0010 makes it."""

outbox = tenant_table(
    "outbox",
    Column("topic", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("next_attempt_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("published_at", DateTime(timezone=True)),
    Column("completed_at", DateTime(timezone=True)),
    Column("dead_at", DateTime(timezone=True)),
    Column("last_error", Text),
    write=("insert", "update"),
    system=("select", "insert", "update", "delete"),
    audit=("insert",),
    privacy=_COPY,
)

inbox = tenant_table(
    "inbox",
    Column("message_id", Uuid, nullable=False),
    Column("consumer", Text, nullable=False),
    key=("message_id", "consumer"),
    write=("insert",),
    system=("select", "delete"),
    privacy=CONTENT,
)

jobs = tenant_table(
    "jobs",
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="queued"),
    Column("priority", SmallInteger, nullable=False, server_default="0"),
    Column("progress", Float, nullable=False, server_default="0"),
    Column("input", JSONB, nullable=False, info={"personal": replace(_JOB["personal"], cleared={})}),
    Column("result", JSONB(none_as_null=True), info=_JOB),
    Column("error", JSONB(none_as_null=True), info=_JOB),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("fruitless_attempts", SmallInteger, nullable=False, server_default="0"),
    Column("last_seq", Integer, nullable=False, server_default="0"),
    Column("created_by", Uuid, info=ACTOR),
    Column("lease_expires_at", DateTime(timezone=True)),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    CheckConstraint("status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name="status"),
    CheckConstraint("progress between 0 and 1", name="progress"),
    CheckConstraint("(status = 'running') = (lease_expires_at is not null)", name="lease"),
    CheckConstraint("(status in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)", name="finished"),
    write=("insert", "update"),
    system=("select", "update"),
    privacy=CONTENT,
)

job_events = tenant_table(
    "job_events",
    Column("job_id", Uuid, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("fraction", Float),
    Column("message", Text, nullable=False, server_default=""),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    tenant_key("job_id", "jobs", ondelete="CASCADE"),
    CheckConstraint("fraction between 0 and 1", name="fraction"),
    key=("job_id", "seq"),
    write=("insert",),
    system=("select", "insert", "delete"),
    privacy=_COPY,
)

job_steps = tenant_table(
    "job_steps",
    Column("job_id", Uuid, nullable=False),
    Column("step", Text, nullable=False),
    Column("item", Text, nullable=False, server_default=""),
    Column("result", JSONB, nullable=False),
    tenant_key("job_id", "jobs", ondelete="CASCADE"),
    key=("job_id", "step", "item"),
    write=("insert",),
    system=("select", "delete"),
    privacy=_COPY,
)

idempotency_keys = tenant_table(
    "idempotency_keys",
    Column("scope", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("status", SmallInteger),
    Column("media_type", Text),
    Column("headers", JSONB(none_as_null=True)),
    Column("content", LargeBinary),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    key=("scope", "key"),
    write=("insert", "update"),
    system=("select", "delete"),
    privacy=_REPLY,
)

rate_counts = tenant_table(
    "rate_counts",
    Column("scope", Text, nullable=False),
    Column("subject", LargeBinary, nullable=False),
    Column("period", BigInteger, nullable=False),
    Column("used", Integer, nullable=False),
    Column("used_before", Integer, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("used >= 0 and used_before >= 0", name="used"),
    key=("scope", "subject"),
    write=("insert", "update"),
    system=("select", "delete"),
    read=("select", "insert", "update"),
    privacy=COUNT,
)
"""Requests in a window of time and in the one before, by key, person or a digest of an address. Not logged by
PostgreSQL: after a crash all counts are nought. Also who only reads is counted. See `dreamseed.http.meter`."""

socket_connections = tenant_table(
    "socket_connections",
    Column("connection_id", Text, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("session_id", Uuid),
    Column("permissions", JSONB, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    key=("connection_id",),
    system=("select", "insert", "update", "delete"),
    privacy=_CONNECTION,
)

socket_subscriptions = tenant_table(
    "socket_subscriptions",
    Column("connection_id", Text, nullable=False),
    Column("job_id", Uuid, nullable=False),
    ForeignKeyConstraint(
        ["org_id", "connection_id"],
        ["socket_connections.org_id", "socket_connections.connection_id"],
        ondelete="CASCADE",
    ),
    tenant_key("job_id", "jobs", ondelete="CASCADE"),
    key=("job_id", "connection_id"),
    system=("select", "insert", "delete"),
    privacy=replace(_CONNECTION, subject="connection_id > socket_connections.user_id"),
)
