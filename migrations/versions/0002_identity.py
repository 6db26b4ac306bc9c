"""Users, the roles they hold, and the refresh tokens of their sign-ins."""

import sqlalchemy as sa
from alembic import op

from dreamseed.database.migration import (
    create_lookup_function,
    create_tenant_table,
    drop_lookup_function,
    drop_tenant_table,
)
from dreamseed.database.roles import WRITE
from dreamseed.database.schema import tenant_key

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    create_tenant_table(
        "users",
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.text("true")),
        sa.Column("is_simulated", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("last_login_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("org_id", "email"),
        sa.CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        lookup=("select",),
    )
    # The look-up at sign-in knows the e-mail address only; uniqueness stays per organisation.
    op.create_index("users_email_idx", "users", ["email"])
    create_tenant_table(
        "memberships",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("granted_by", sa.Uuid),
        tenant_key("user_id", "users", ondelete="CASCADE"),
        key=("user_id", "role"),
    )
    create_tenant_table(
        "refresh_tokens",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("secret_digest", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        tenant_key("user_id", "users", ondelete="CASCADE"),
        system=("select", "delete"),
    )
    op.create_index("refresh_tokens_expires_at_idx", "refresh_tokens", ["expires_at"])
    op.create_index("refresh_tokens_session_idx", "refresh_tokens", ["org_id", "session_id"])
    op.create_index("refresh_tokens_user_idx", "refresh_tokens", ["org_id", "user_id"])
    create_lookup_function(
        "find_sign_in(address text, organisation text)",
        "table(org_id uuid, organisation text, user_id uuid, password_hash text)",
        "select u.org_id, o.slug, u.id, u.password_hash from public.users u join public.organisations o"
        " on o.id = u.org_id where u.email = address and u.is_active"
        " and ($2 is null or o.slug = $2) order by o.slug limit 5",
        to=(WRITE,),
    )


def downgrade() -> None:
    drop_lookup_function("find_sign_in(text, text)")
    for table in ("refresh_tokens", "memberships", "users"):
        drop_tenant_table(table)
