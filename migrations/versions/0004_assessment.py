"""Test designs, sessions, responses and exposure counts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.migration import create_tenant_table, drop_tenant_table
from dreamseed.database.schema import tenant_key

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create_test_designs()
    create_test_sessions()
    create_responses()
    create_exposure_counts()


def create_test_designs() -> None:
    create_tenant_table(
        "test_designs",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("bank_version_id", sa.Uuid, nullable=False),
        sa.Column("design", JSONB, nullable=False),
        sa.Column("time_limit_seconds", sa.Integer),
        sa.Column("created_by", sa.Uuid),
        sa.UniqueConstraint("org_id", "name"),
        sa.CheckConstraint("mode in ('exam', 'practice')", name="mode"),
        sa.CheckConstraint("time_limit_seconds > 0", name="time_limit_seconds"),
        tenant_key("bank_version_id", "bank_versions"),
        write=("insert",),
    )


def create_test_sessions() -> None:
    create_tenant_table(
        "test_sessions",
        sa.Column("learner_id", sa.Uuid, nullable=False),
        sa.Column("test_design_id", sa.Uuid, nullable=False),
        sa.Column("bank_version_id", sa.Uuid, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="active"),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("cat_state", JSONB, nullable=False),
        sa.Column("next_choice", JSONB),
        sa.Column("answered", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("correct", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("theta", sa.Float, nullable=False),
        sa.Column("se", sa.Float, nullable=False),
        sa.Column("stop_reason", sa.Text),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("status in ('active', 'paused', 'finished', 'expired', 'invalidated')", name="status"),
        sa.CheckConstraint("(status = 'paused') = (paused_at is not null)", name="paused"),
        sa.CheckConstraint("(status in ('active', 'paused')) = (finished_at is null)", name="finished"),
        tenant_key("learner_id", "users"),
        tenant_key("test_design_id", "test_designs"),
        tenant_key("bank_version_id", "bank_versions"),
        system=("select",),
    )
    op.create_index(
        "test_sessions_unfinished_key",
        "test_sessions",
        ["org_id", "learner_id", "test_design_id"],
        unique=True,
        postgresql_where=sa.text("status in ('active', 'paused')"),
    )
    op.create_index(
        "test_sessions_expires_at_idx",
        "test_sessions",
        ["expires_at"],
        postgresql_where=sa.text("status in ('active', 'paused')"),
    )
    op.create_index("test_sessions_status_idx", "test_sessions", ["org_id", "status", "id"])
    op.create_index("test_sessions_learner_idx", "test_sessions", ["org_id", "learner_id", "id"])


def create_responses() -> None:
    create_tenant_table(
        "responses",
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("item_version_id", sa.Uuid, nullable=False),
        sa.Column("answer", JSONB, nullable=False),
        sa.Column("score", sa.SmallInteger, nullable=False),
        sa.Column("response_ms", sa.Integer, nullable=False),
        sa.Column("theta_after", sa.Float, nullable=False),
        sa.Column("se_after", sa.Float, nullable=False),
        sa.Column("criterion", sa.Float, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("idempotency_key", sa.Text),
        sa.UniqueConstraint("org_id", "session_id", "item_version_id"),
        sa.CheckConstraint("position > 0", name="position"),
        sa.CheckConstraint("response_ms >= 0", name="response_ms"),
        tenant_key("session_id", "test_sessions"),
        tenant_key("item_version_id", "item_versions"),
        key=("session_id", "position"),
        write=("insert",),
    )


def create_exposure_counts() -> None:
    create_tenant_table(
        "exposure_counts",
        sa.Column("bank_version_id", sa.Uuid, nullable=False),
        sa.Column("item_version_id", sa.Uuid, nullable=False),
        sa.Column("administered", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("correct", sa.BigInteger, nullable=False, server_default="0"),
        tenant_key("bank_version_id", "bank_versions"),
        tenant_key("item_version_id", "item_versions"),
        key=("bank_version_id", "item_version_id"),
    )


def downgrade() -> None:
    for table in ("exposure_counts", "responses", "test_sessions", "test_designs"):
        drop_tenant_table(table)
