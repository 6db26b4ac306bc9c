"""Plans of organisations, counts of requests, changes of e-mail addresses, accounts that became one."""

import sqlalchemy as sa
from alembic import op

from dreamseed.database.migration import create_tenant_table, drop_tenant_table, secure_table
from dreamseed.database.schema import Rights, tenant_items, tenant_key

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("organisations", sa.Column("plan", sa.Text, nullable=False, server_default="standard"))
    op.create_check_constraint("plan", "organisations", "plan in ('standard', 'professional')")
    create_rate_counts()
    create_email_changes()
    extend_users()
    op.create_index("responses_item_version_idx", "responses", ["org_id", "item_version_id"])


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


def create_email_changes() -> None:
    create_tenant_table(
        "email_changes",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("former_email", sa.Text, nullable=False),
        sa.Column("session_id", sa.Uuid),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        tenant_key("user_id", "users", ondelete="CASCADE"),
        system=("select", "delete"),
    )
    op.create_index("email_changes_user_idx", "email_changes", ["org_id", "user_id"])
    op.create_index("email_changes_expires_at_idx", "email_changes", ["expires_at"])


def extend_users() -> None:
    op.add_column("users", sa.Column("merged_into", sa.Uuid))
    op.create_check_constraint("merged_is_closed", "users", "merged_into is null or not is_active")
    columns = ["org_id", "merged_into"], ["org_id", "id"]
    op.create_foreign_key("users_org_id_merged_into_fkey", "users", "users", *columns)


def downgrade() -> None:
    op.drop_index("responses_item_version_idx", "responses")
    op.drop_constraint("users_org_id_merged_into_fkey", "users", type_="foreignkey")
    op.drop_constraint("merged_is_closed", "users", type_="check")
    op.drop_column("users", "merged_into")
    for table in ("email_changes", "rate_counts"):
        drop_tenant_table(table)
    op.drop_constraint("plan", "organisations", type_="check")
    op.drop_column("organisations", "plan")
