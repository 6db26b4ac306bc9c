"""Plans of organisations, and counts of requests."""

import sqlalchemy as sa
from alembic import op

from dreamseed.database.migration import drop_tenant_table, secure_table
from dreamseed.database.schema import Rights, tenant_items

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("organisations", sa.Column("plan", sa.Text, nullable=False, server_default="standard"))
    op.create_check_constraint("plan", "organisations", "plan in ('standard', 'professional')")
    create_rate_counts()


def create_rate_counts() -> None:
    """Unlogged: a crash may forget how often somebody came, and counting shall cost as little as it can."""
    columns = [
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("period", sa.BigInteger, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sa.Column("used_before", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("used >= 0 and used_before >= 0", name="used"),
    ]
    op.create_table("rate_counts", *tenant_items(columns, ("scope", "subject")), prefixes=["UNLOGGED"])
    rights = Rights(read=("select", "insert", "update"), write=("insert", "update"), system=("select", "delete"))
    secure_table("rate_counts", rights)
    op.create_index("rate_counts_expires_at_idx", "rate_counts", ["expires_at"])


def downgrade() -> None:
    drop_tenant_table("rate_counts")
    op.drop_constraint("plan", "organisations", type_="check")
    op.drop_column("organisations", "plan")
