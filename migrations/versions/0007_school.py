"""Classes and who belongs to them, assignments, accommodations, and what staff did to a test session."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.migration import create_tenant_table, drop_tenant_table
from dreamseed.database.schema import tenant_key

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    create_classes()
    create_assignments()
    create_accommodations()
    extend_test_sessions()
    create_session_interventions()
    let_evidence_be_voided()


def create_classes() -> None:
    create_tenant_table(
        "classes",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False, server_default=""),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.UniqueConstraint("org_id", "name"),
        write=("insert", "update"),
    )
    create_tenant_table(
        "enrolments",
        sa.Column("class_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role in ('learner', 'teacher')", name="role"),
        tenant_key("class_id", "classes"),
        tenant_key("user_id", "users", ondelete="CASCADE"),
        key=("class_id", "user_id"),
    )
    op.create_index("enrolments_user_idx", "enrolments", ["org_id", "user_id"])


def create_assignments() -> None:
    create_tenant_table(
        "assignments",
        sa.Column("class_id", sa.Uuid, nullable=False),
        sa.Column("test_design_id", sa.Uuid, nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("max_attempts", sa.SmallInteger, nullable=False, server_default="1"),
        sa.Column("instructions", sa.Text, nullable=False, server_default=""),
        sa.Column("created_by", sa.Uuid),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.CheckConstraint("opens_at < closes_at", name="window"),
        sa.CheckConstraint("max_attempts > 0", name="max_attempts"),
        tenant_key("class_id", "classes"),
        tenant_key("test_design_id", "test_designs"),
        write=("insert", "update"),
    )
    op.create_index("assignments_class_idx", "assignments", ["org_id", "class_id", "opens_at", "id"])
    create_tenant_table(
        "assignment_extensions",
        sa.Column("assignment_id", sa.Uuid, nullable=False),
        sa.Column("learner_id", sa.Uuid, nullable=False),
        sa.Column("extra_seconds", sa.Integer, nullable=False),
        sa.Column("granted_by", sa.Uuid, nullable=False),
        sa.CheckConstraint("extra_seconds >= 0", name="extra_seconds"),
        tenant_key("assignment_id", "assignments"),
        tenant_key("learner_id", "users"),
        tenant_key("granted_by", "users"),
        key=("assignment_id", "learner_id"),
        write=("insert", "update"),
    )


def create_accommodations() -> None:
    create_tenant_table(
        "accommodations",
        sa.Column("learner_id", sa.Uuid, nullable=False),
        sa.Column("extra_time_factor", sa.Float, nullable=False, server_default="1"),
        sa.Column("has_no_timer", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("text_size", sa.Text, nullable=False, server_default="normal"),
        sa.Column("contrast", sa.Text, nullable=False, server_default="normal"),
        sa.Column("has_read_aloud", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("updated_by", sa.Uuid, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("extra_time_factor between 1 and 3", name="extra_time_factor"),
        sa.CheckConstraint("text_size in ('normal', 'large', 'larger')", name="text_size"),
        sa.CheckConstraint("contrast in ('normal', 'more')", name="contrast"),
        tenant_key("learner_id", "users", ondelete="CASCADE"),
        tenant_key("updated_by", "users"),
        key=("learner_id",),
        write=("insert", "update"),
    )


def extend_test_sessions() -> None:
    op.add_column("test_sessions", sa.Column("assignment_id", sa.Uuid))
    op.add_column("test_sessions", sa.Column("extra_seconds", sa.Integer, nullable=False, server_default="0"))
    op.add_column("test_sessions", sa.Column("accommodations", JSONB, nullable=False, server_default="{}"))
    op.create_foreign_key(
        "test_sessions_org_id_assignment_id_fkey",
        "test_sessions",
        "assignments",
        ["org_id", "assignment_id"],
        ["org_id", "id"],
    )
    op.create_check_constraint("extra_seconds", "test_sessions", "extra_seconds >= 0")
    op.create_index(
        "test_sessions_assignment_idx",
        "test_sessions",
        ["org_id", "assignment_id", "learner_id"],
        postgresql_where=sa.text("assignment_id is not null"),
    )
    unfinished = sa.text("status in ('active', 'paused')")
    op.drop_index("test_sessions_unfinished_key")
    op.create_index(
        "test_sessions_unfinished_key",
        "test_sessions",
        ["org_id", "learner_id", "test_design_id", "assignment_id"],
        unique=True,
        postgresql_where=unfinished,
        postgresql_nulls_not_distinct=True,  # one that belongs to no assignment is one of its kind as well
    )


def create_session_interventions() -> None:
    create_tenant_table(
        "session_interventions",
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("extra_seconds", sa.Integer),
        sa.Column("by_user_id", sa.Uuid, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('extended', 'voided', 'reset')", name="kind"),
        sa.CheckConstraint("(kind = 'extended') = (extra_seconds is not null)", name="extra_seconds"),
        tenant_key("session_id", "test_sessions"),
        tenant_key("by_user_id", "users"),
        write=("insert",),
    )
    op.create_index("session_interventions_session_idx", "session_interventions", ["org_id", "session_id", "id"])


def let_evidence_be_voided() -> None:
    op.add_column(
        "knowledge_evidence", sa.Column("is_void", sa.Boolean, nullable=False, server_default=sa.text("false"))
    )
    op.execute("grant update on knowledge_evidence to dreamseed_write")
    op.execute("grant delete on learner_abilities to dreamseed_write")


def downgrade() -> None:
    op.execute("revoke delete on learner_abilities from dreamseed_write")
    op.execute("revoke update on knowledge_evidence from dreamseed_write")
    op.drop_column("knowledge_evidence", "is_void")
    drop_tenant_table("session_interventions")
    op.drop_index("test_sessions_unfinished_key")
    op.create_index(
        "test_sessions_unfinished_key",
        "test_sessions",
        ["org_id", "learner_id", "test_design_id"],
        unique=True,
        postgresql_where=sa.text("status in ('active', 'paused')"),
    )
    for column in ("accommodations", "extra_seconds", "assignment_id"):
        op.drop_column("test_sessions", column)
    for table in ("accommodations", "assignment_extensions", "assignments", "enrolments", "classes"):
        drop_tenant_table(table)
