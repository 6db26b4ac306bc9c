"""Requests for export and erasure, legal holds, anonymised copies, and the role that may erase."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.migration import create_tenant_table, drop_tenant_table, grant_erasure
from dreamseed.database.schema import Rights, tenant_key

revision = "0016"
down_revision = "0015"

_ALL = ("insert", "update", "delete")
_WRITES = {
    ("insert",): (
        "bank_versions",
        "inbox",
        "item_parameters",
        "item_versions",
        "job_events",
        "job_steps",
        "responses",
        "session_interventions",
        "test_designs",
    ),
    ("insert", "update"): (
        "accommodations",
        "assignment_extensions",
        "assignments",
        "classes",
        "consent_requests",
        "consents",
        "idempotency_keys",
        "invitations",
        "jobs",
        "knowledge_evidence",
        "knowledge_states",
        "organisations",
        "outbox",
        "roster_imports",
        "simulations",
        "test_sessions",
    ),
    _ALL: (
        "ages",
        "api_key_uses",
        "api_keys",
        "banks",
        "challenges",
        "concept_relationships",
        "concepts",
        "email_changes",
        "enrolments",
        "exposure_counts",
        "guardianships",
        "identities",
        "items",
        "learner_abilities",
        "memberships",
        "misconceptions",
        "password_resets",
        "recovery_codes",
        "refresh_tokens",
        "registrations",
        "roles",
        "roster_links",
        "second_factors",
        "sign_ins",
        "socket_connections",
        "socket_subscriptions",
        "throttles",
        "users",
    ),
}
"""What `write` may do with each table that there was before the role of erasure."""

_DELETES = (
    "accommodations",
    "assignment_extensions",
    "consent_requests",
    "consents",
    "idempotency_keys",
    "invitations",
    "job_events",
    "job_steps",
    "knowledge_evidence",
    "knowledge_states",
    "outbox",
    "responses",
    "session_interventions",
    "test_sessions",
)
"""What erasure deletes and `write` must not."""


def upgrade() -> None:
    grant_erasure(
        {
            table: Rights(write=write, erase=("delete",) if table in _DELETES else ())
            for write, tables in _WRITES.items()
            for table in tables
        }
        | {"disclosures": Rights(write=("insert",), read=("select", "insert"), erase=("delete",))}
        | {"audit_logs": Rights(write=())}
        | {"rate_counts": Rights(write=("insert", "update"), read=("select", "insert", "update"))}
    )
    op.add_column("organisations", sa.Column("erasure_cool_off_days", sa.Integer, nullable=False, server_default="7"))
    op.create_check_constraint("erasure_cool_off_days", "organisations", "erasure_cool_off_days between 0 and 90")
    create_tenant_table(
        "data_exports",
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("requested_by", sa.Uuid, nullable=False),
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("bytes", sa.BigInteger),
        sa.Column("sha256", sa.Text),
        sa.Column("ready_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("(ready_at is null) = (expires_at is null)", name="expires"),
        tenant_key("subject_id", "users"),
        tenant_key("job_id", "jobs"),
        write=("insert", "update"),
        erase=("delete",),
    )
    create_tenant_table(
        "erasures",
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("requested_by", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.Uuid),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.Column("cancelled_by", sa.Uuid),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("certificate", sa.Text),
        sa.CheckConstraint("(finished_at is null) = (certificate is null)", name="certificate"),
        sa.CheckConstraint("cancelled_at is null or job_id is null", name="cancelled"),
        tenant_key("subject_id", "users"),
        tenant_key("job_id", "jobs"),
        write=("insert", "update"),
        system=("select",),
        erase=("delete", "update"),
    )
    op.create_index(
        "erasures_open_key",
        "erasures",
        ["org_id", "subject_id"],
        unique=True,
        postgresql_where=sa.text("cancelled_at is null and finished_at is null"),
    )
    op.create_index(
        "erasures_due_idx",
        "erasures",
        ["due_at"],
        postgresql_where=sa.text("cancelled_at is null and finished_at is null and job_id is null"),
    )
    create_tenant_table(
        "legal_holds",
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("placed_by", sa.Uuid, nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Column("released_by", sa.Uuid),
        sa.Column("release_reason", sa.Text),
        sa.CheckConstraint("(released_at is null) = (released_by is null)", name="released"),
        tenant_key("subject_id", "users"),
        write=("insert", "update"),
        system=("select",),
        erase=("delete", "update"),
    )
    op.create_index("legal_holds_subject_idx", "legal_holds", ["org_id", "subject_id"])
    create_tenant_table(
        "anonymised_copies",
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("k", sa.BigInteger, nullable=False),
        sa.Column("include_simulated", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("report", JSONB),
        sa.Column("created_by", sa.Uuid, nullable=False),
        sa.CheckConstraint("k >= 10", name="k"),
        tenant_key("job_id", "jobs"),
        write=("insert", "update"),
    )
    create_tenant_table(
        "retention_runs",
        sa.Column("deleted", JSONB, nullable=False),
        sa.Column("held_back", sa.BigInteger, nullable=False, server_default="0"),
        write=("insert",),
    )


def downgrade() -> None:
    for table in ("retention_runs", "anonymised_copies", "legal_holds", "erasures", "data_exports"):
        drop_tenant_table(table)
    op.drop_column("organisations", "erasure_cool_off_days")
