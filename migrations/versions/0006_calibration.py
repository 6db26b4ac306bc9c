"""Simulations of test designs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.migration import create_tenant_table, drop_tenant_table
from dreamseed.database.schema import tenant_key

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    create_tenant_table(
        "simulations",
        sa.Column("test_design_id", sa.Uuid, nullable=False),
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("settings", JSONB, nullable=False),
        sa.Column("result", JSONB),
        sa.Column("created_by", sa.Uuid),
        sa.UniqueConstraint("org_id", "job_id"),
        tenant_key("test_design_id", "test_designs"),
        tenant_key("job_id", "jobs"),
        write=("insert", "update"),
    )
    op.create_index("simulations_test_design_idx", "simulations", ["org_id", "test_design_id"])


def downgrade() -> None:
    drop_tenant_table("simulations")
