"""What learners know: the evidence, the state of each skill, and the latest ability."""

import sqlalchemy as sa

from dreamseed.database.migration import create_tenant_table, drop_tenant_table
from dreamseed.database.schema import tenant_key

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    create_tenant_table(
        "knowledge_evidence",
        sa.Column("learner_id", sa.Uuid, nullable=False),
        sa.Column("concept_code", sa.Text, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", sa.ARRAY(sa.Boolean), nullable=False),
        sa.CheckConstraint("cardinality(answers) > 0", name="answers"),
        tenant_key("learner_id", "users", ondelete="CASCADE"),
        key=("learner_id", "concept_code", "session_id"),
        write=("insert",),
    )
    create_tenant_table(
        "knowledge_states",
        sa.Column("learner_id", sa.Uuid, nullable=False),
        sa.Column("concept_code", sa.Text, nullable=False),
        sa.Column("p_known", sa.Float, nullable=False),
        sa.Column("p_unknown", sa.Float, nullable=False),
        sa.Column("responses", sa.Integer, nullable=False, server_default="0"),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.CheckConstraint(
            "p_known > 0 and p_unknown > 0 and abs(p_known + p_unknown - 1) < 1e-9", name="probabilities"
        ),
        sa.CheckConstraint("responses >= 0", name="responses"),
        tenant_key("learner_id", "users", ondelete="CASCADE"),
        key=("learner_id", "concept_code"),
        write=("insert", "update"),
    )
    create_tenant_table(
        "learner_abilities",
        sa.Column("learner_id", sa.Uuid, nullable=False),
        sa.Column("theta", sa.Float, nullable=False),
        sa.Column("se", sa.Float, nullable=False),
        sa.Column("bank_version_id", sa.Uuid, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("se > 0", name="se"),
        tenant_key("learner_id", "users", ondelete="CASCADE"),
        key=("learner_id",),
        write=("insert", "update"),
    )


def downgrade() -> None:
    for table in ("learner_abilities", "knowledge_states", "knowledge_evidence"):
        drop_tenant_table(table)
