"""The tables of content. A skill is a concept of type `skill`. Versions never change once they are written."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Float, Integer, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.schema import CONTENT, tenant_key, tenant_table

concepts = tenant_table(
    "concepts",
    Column("code", Text, nullable=False),
    Column("type", Text, nullable=False, server_default="skill"),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    UniqueConstraint("org_id", "code"),
    privacy=CONTENT,
)

concept_relationships = tenant_table(
    "concept_relationships",
    Column("source_id", Uuid, nullable=False),
    Column("target_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    CheckConstraint(
        "type in ('prerequisite', 'part_of', 'related', 'similar', 'contrasts', 'example_of')", name="type"
    ),
    CheckConstraint("source_id <> target_id", name="not_itself"),
    tenant_key("source_id", "concepts", ondelete="CASCADE"),
    tenant_key("target_id", "concepts", ondelete="CASCADE"),
    key=("source_id", "target_id", "type"),
    privacy=CONTENT,
)

misconceptions = tenant_table(
    "misconceptions",
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    key=("code",),
    privacy=CONTENT,
)

items = tenant_table(
    "items",
    Column("code", Text, nullable=False),
    Column("concept_id", Uuid, nullable=False),
    UniqueConstraint("org_id", "code"),
    tenant_key("concept_id", "concepts"),
    privacy=CONTENT,
)

item_versions = tenant_table(
    "item_versions",
    Column("item_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False, server_default="single_choice"),
    Column("language", Text, nullable=False, server_default="en"),
    Column("status", Text, nullable=False, server_default="operational"),
    Column("body", JSONB, nullable=False),
    Column("key", JSONB, nullable=False),
    UniqueConstraint("org_id", "item_id", "version", "language"),
    CheckConstraint("status in ('draft', 'in_review', 'approved', 'pretest', 'operational', 'retired')", name="status"),
    tenant_key("item_id", "items"),
    write=("insert",),
    privacy=CONTENT,
)

banks = tenant_table(
    "banks",
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    UniqueConstraint("org_id", "name"),
    privacy=CONTENT,
)

bank_versions = tenant_table(
    "bank_versions",
    Column("bank_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("is_provisional", Boolean, nullable=False, server_default=text("true")),
    Column("published_at", DateTime(timezone=True)),
    UniqueConstraint("org_id", "bank_id", "version"),
    tenant_key("bank_id", "banks"),
    write=("insert",),
    privacy=CONTENT,
)

item_parameters = tenant_table(
    "item_parameters",
    Column("bank_version_id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    Column("item_version_id", Uuid, nullable=False),
    Column("discrimination", Float, nullable=False),
    Column("difficulty", Float, nullable=False),
    Column("guessing", Float, nullable=False, server_default="0"),
    Column("upper", Float, nullable=False, server_default="1"),
    Column("provenance", Text, nullable=False, server_default="provisional"),
    UniqueConstraint("org_id", "bank_version_id", "item_version_id"),
    CheckConstraint("position >= 0", name="position"),
    CheckConstraint("discrimination > 0", name="discrimination"),
    CheckConstraint("guessing >= 0 and guessing < upper and upper <= 1", name="asymptotes"),
    tenant_key("bank_version_id", "bank_versions"),
    tenant_key("item_version_id", "item_versions"),
    key=("bank_version_id", "position"),
    write=("insert",),
    privacy=CONTENT,
)
