"""Organisations, and the durable plumbing: outbox, inbox, jobs, idempotency keys, open sockets."""

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.migration import create_tenant_table, drop_tenant_table, secure_table
from dreamseed.database.roles import APPLICATION, LOOKUP
from dreamseed.database.schema import Rights

revision = "0001"
down_revision = None


def upgrade() -> None:
    open_schema()
    create_organisations()
    create_outbox()
    create_jobs()
    create_idempotency_keys()
    create_sockets()


def open_schema() -> None:
    """Functions may use what they are granted here and create nothing."""
    roles = ", ".join(APPLICATION)
    op.execute("revoke all on schema public from public")
    op.execute(f"grant usage on schema public to {roles}, {LOOKUP}")
    op.execute("revoke all on alembic_version from public")
    op.execute(f"grant select on alembic_version to {roles}")


def create_organisations() -> None:
    op.create_table(
        "organisations",
        Column("id", Uuid, nullable=False),
        Column("slug", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("kind", Text, nullable=False, server_default="school"),
        Column("region", Text, nullable=False, server_default="local"),
        Column("retention_days", Integer),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        Column("updated_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("slug"),
        CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'", name="slug"),
        CheckConstraint("kind in ('school', 'district', 'university', 'company', 'individual')", name="kind"),
        CheckConstraint("retention_days > 0", name="retention_days"),
    )
    rights = Rights(write=("insert", "update"), system=("select",), lookup=("select",))
    secure_table("organisations", rights, tenant="id")


def create_outbox() -> None:
    create_tenant_table(
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
    )
    op.create_index(
        "outbox_due_idx",
        "outbox",
        ["next_attempt_at", "id"],
        postgresql_where=text("completed_at is null and dead_at is null"),
    )
    op.create_index(
        "outbox_open_idx",
        "outbox",
        ["org_id", "topic"],
        postgresql_where=text("completed_at is null and dead_at is null"),
    )
    op.create_index("outbox_dead_idx", "outbox", ["org_id", "dead_at"], postgresql_where=text("dead_at is not null"))
    op.create_index(
        "outbox_completed_idx", "outbox", ["completed_at"], postgresql_where=text("completed_at is not null")
    )
    op.execute(
        "create function announce_outbox() returns trigger language plpgsql"
        " as $$ begin perform pg_notify('outbox', ''); return null; end $$"
    )
    op.execute(
        "create trigger outbox_announced after insert on outbox for each statement execute function announce_outbox()"
    )
    create_tenant_table(
        "inbox",
        Column("message_id", Uuid, nullable=False),
        Column("consumer", Text, nullable=False),
        key=("message_id", "consumer"),
        write=("insert",),
        system=("select", "delete"),
    )
    op.create_index("inbox_created_at_idx", "inbox", ["created_at"])


def create_jobs() -> None:
    create_tenant_table(
        "jobs",
        Column("kind", Text, nullable=False),
        Column("status", Text, nullable=False, server_default="queued"),
        Column("priority", SmallInteger, nullable=False, server_default="0"),
        Column("progress", Float, nullable=False, server_default="0"),
        Column("input", JSONB, nullable=False),
        Column("result", JSONB),
        Column("error", JSONB),
        Column("attempts", SmallInteger, nullable=False, server_default="0"),
        Column("fruitless_attempts", SmallInteger, nullable=False, server_default="0"),
        Column("last_seq", Integer, nullable=False, server_default="0"),
        Column("created_by", Uuid),
        Column("lease_expires_at", DateTime(timezone=True)),
        Column("started_at", DateTime(timezone=True)),
        Column("finished_at", DateTime(timezone=True)),
        CheckConstraint("status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name="status"),
        CheckConstraint("progress between 0 and 1", name="progress"),
        CheckConstraint("(status = 'running') = (lease_expires_at is not null)", name="lease"),
        CheckConstraint(
            "(status in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null)", name="finished"
        ),
        write=("insert", "update"),
        system=("select", "update"),
    )
    op.create_index("jobs_queued_idx", "jobs", ["org_id", "priority", "id"], postgresql_where=text("status = 'queued'"))
    op.create_index("jobs_lease_idx", "jobs", ["lease_expires_at"], postgresql_where=text("status = 'running'"))
    op.create_index("jobs_running_idx", "jobs", ["org_id"], postgresql_where=text("status = 'running'"))
    create_tenant_table(
        "job_events",
        Column("job_id", Uuid, nullable=False),
        Column("seq", Integer, nullable=False),
        Column("stage", Text, nullable=False),
        Column("fraction", Float),
        Column("message", Text, nullable=False, server_default=""),
        Column("at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        ForeignKeyConstraint(["org_id", "job_id"], ["jobs.org_id", "jobs.id"], ondelete="CASCADE"),
        CheckConstraint("fraction between 0 and 1", name="fraction"),
        key=("job_id", "seq"),
        write=("insert",),
        system=("select", "insert", "delete"),
    )
    create_tenant_table(
        "job_steps",
        Column("job_id", Uuid, nullable=False),
        Column("step", Text, nullable=False),
        Column("item", Text, nullable=False, server_default=""),
        Column("result", JSONB, nullable=False),
        ForeignKeyConstraint(["org_id", "job_id"], ["jobs.org_id", "jobs.id"], ondelete="CASCADE"),
        key=("job_id", "step", "item"),
        write=("insert",),
        system=("select", "delete"),
    )
    op.create_index("job_events_created_at_idx", "job_events", ["created_at"])
    op.create_index("job_steps_created_at_idx", "job_steps", ["created_at"])


def create_idempotency_keys() -> None:
    create_tenant_table(
        "idempotency_keys",
        Column("scope", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("fingerprint", Text, nullable=False),
        Column("status", SmallInteger),
        Column("media_type", Text),
        Column("headers", JSONB),
        Column("content", LargeBinary),
        Column("expires_at", DateTime(timezone=True), nullable=False),
        key=("scope", "key"),
        write=("insert", "update"),
        system=("select", "delete"),
    )
    op.create_index("idempotency_keys_expires_at_idx", "idempotency_keys", ["expires_at"])


def create_sockets() -> None:
    create_tenant_table(
        "socket_connections",
        Column("connection_id", Text, nullable=False),
        Column("user_id", Uuid, nullable=False),
        Column("permissions", JSONB, nullable=False),
        Column("expires_at", DateTime(timezone=True), nullable=False),
        key=("connection_id",),
        system=("select", "insert", "update", "delete"),
    )
    op.create_index("socket_connections_connection_id_idx", "socket_connections", ["connection_id"])
    create_tenant_table(
        "socket_subscriptions",
        Column("connection_id", Text, nullable=False),
        Column("job_id", Uuid, nullable=False),
        ForeignKeyConstraint(
            ["org_id", "connection_id"],
            ["socket_connections.org_id", "socket_connections.connection_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["org_id", "job_id"], ["jobs.org_id", "jobs.id"], ondelete="CASCADE"),
        key=("job_id", "connection_id"),
        system=("select", "insert", "delete"),
    )
    op.create_index("socket_subscriptions_connection_idx", "socket_subscriptions", ["org_id", "connection_id"])


def downgrade() -> None:
    for name in (
        "socket_subscriptions",
        "socket_connections",
        "idempotency_keys",
        "job_steps",
        "job_events",
        "jobs",
        "inbox",
        "outbox",
    ):
        drop_tenant_table(name)
    op.execute("drop function announce_outbox()")
    op.drop_table("organisations")
