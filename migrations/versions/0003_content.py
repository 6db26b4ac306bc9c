"""Concepts and their relationships, misconceptions, items in versions, banks with parameters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.migration import create_tenant_table, drop_tenant_table
from dreamseed.database.schema import tenant_key

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create_concepts()
    create_items()
    create_banks()


def create_concepts() -> None:
    create_tenant_table(
        "concepts",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False, server_default="skill"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.UniqueConstraint("org_id", "code"),
    )
    create_tenant_table(
        "concept_relationships",
        sa.Column("source_id", sa.Uuid, nullable=False),
        sa.Column("target_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.CheckConstraint(
            "type in ('prerequisite', 'part_of', 'related', 'similar', 'contrasts', 'example_of')", name="type"
        ),
        sa.CheckConstraint("source_id <> target_id", name="not_itself"),
        tenant_key("source_id", "concepts", ondelete="CASCADE"),
        tenant_key("target_id", "concepts", ondelete="CASCADE"),
        key=("source_id", "target_id", "type"),
    )
    op.create_index("concept_relationships_target_idx", "concept_relationships", ["org_id", "target_id"])
    create_tenant_table(
        "misconceptions",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        key=("code",),
    )


def create_items() -> None:
    create_tenant_table(
        "items",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("concept_id", sa.Uuid, nullable=False),
        sa.UniqueConstraint("org_id", "code"),
        tenant_key("concept_id", "concepts"),
    )
    op.create_index("items_concept_idx", "items", ["org_id", "concept_id"])
    create_tenant_table(
        "item_versions",
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False, server_default="single_choice"),
        sa.Column("language", sa.Text, nullable=False, server_default="en"),
        sa.Column("status", sa.Text, nullable=False, server_default="operational"),
        sa.Column("body", JSONB, nullable=False),
        sa.Column("key", JSONB, nullable=False),
        sa.UniqueConstraint("org_id", "item_id", "version", "language"),
        sa.CheckConstraint(
            "status in ('draft', 'in_review', 'approved', 'pretest', 'operational', 'retired')", name="status"
        ),
        tenant_key("item_id", "items"),
        write=("insert",),
    )


def create_banks() -> None:
    create_tenant_table(
        "banks",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.UniqueConstraint("org_id", "name"),
    )
    create_tenant_table(
        "bank_versions",
        sa.Column("bank_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("is_provisional", sa.Boolean, nullable=False, server_default=sa.text("true")),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("org_id", "bank_id", "version"),
        tenant_key("bank_id", "banks"),
        write=("insert",),
    )
    create_tenant_table(
        "item_parameters",
        sa.Column("bank_version_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("item_version_id", sa.Uuid, nullable=False),
        sa.Column("discrimination", sa.Float, nullable=False),
        sa.Column("difficulty", sa.Float, nullable=False),
        sa.Column("guessing", sa.Float, nullable=False, server_default="0"),
        sa.Column("upper", sa.Float, nullable=False, server_default="1"),
        sa.Column("provenance", sa.Text, nullable=False, server_default="provisional"),
        sa.UniqueConstraint("org_id", "bank_version_id", "item_version_id"),
        sa.CheckConstraint("position >= 0", name="position"),
        sa.CheckConstraint("discrimination > 0", name="discrimination"),
        sa.CheckConstraint("guessing >= 0 and guessing < upper and upper <= 1", name="asymptotes"),
        tenant_key("bank_version_id", "bank_versions"),
        tenant_key("item_version_id", "item_versions"),
        key=("bank_version_id", "position"),
        write=("insert",),
    )
    op.create_index("item_parameters_item_version_idx", "item_parameters", ["org_id", "item_version_id"])


def downgrade() -> None:
    tables = "item_parameters bank_versions banks item_versions items misconceptions concept_relationships concepts"
    for table in tables.split():
        drop_tenant_table(table)
