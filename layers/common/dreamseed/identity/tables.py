"""The tables of identity. People belong to one organisation; someone with two has two users."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, LargeBinary, Text, UniqueConstraint, Uuid, text

from dreamseed.database.schema import tenant_key, tenant_table

users = tenant_table(
    "users",
    Column("email", Text, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("password_hash", Text),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("is_simulated", Boolean, nullable=False, server_default=text("false")),
    Column("last_login_at", DateTime(timezone=True)),
    UniqueConstraint("org_id", "email"),
    CheckConstraint("email = lower(email)", name="email_is_lower_case"),
    lookup=("select",),
)

memberships = tenant_table(
    "memberships",
    Column("user_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("granted_by", Uuid),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    key=("user_id", "role"),
)

refresh_tokens = tenant_table(
    "refresh_tokens",
    Column("user_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("secret_digest", LargeBinary, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    system=("select", "delete"),
)
