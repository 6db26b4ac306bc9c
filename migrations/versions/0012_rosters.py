"""Rosters, and which of our people and classes another system's ids mean."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.migration import create_tenant_table, drop_tenant_table
from dreamseed.database.schema import tenant_key

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    create_tenant_table(
        "roster_imports",
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("is_dry_run", sa.Boolean, nullable=False),
        sa.Column("job_id", sa.Uuid),
        sa.Column("report", JSONB),
        sa.Column("created_by", sa.Uuid),
        sa.CheckConstraint("format in ('csv', 'oneroster')", name="format"),
        sa.CheckConstraint("job_id is not null or report is not null", name="is_done_or_has_a_job"),
        tenant_key("job_id", "jobs"),
        write=("insert", "update"),
    )
    create_tenant_table(
        "roster_links",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("target_id", sa.Uuid, nullable=False),
        sa.CheckConstraint("kind in ('person', 'class')", name="kind"),
        key=("kind", "external_id"),
    )


def downgrade() -> None:
    for table in ("roster_links", "roster_imports"):
        drop_tenant_table(table)
