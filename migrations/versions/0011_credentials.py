"""Second factors, API keys, and accounts at other identity providers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.migration import (
    create_lookup_function,
    create_tenant_table,
    drop_lookup_function,
    drop_tenant_table,
)
from dreamseed.database.roles import READ, WRITE
from dreamseed.database.schema import tenant_key

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    create_second_factors()
    create_challenges()
    create_api_keys()
    create_identities()
    create_lookups()


def create_second_factors() -> None:
    create_tenant_table(
        "second_factors",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary),
        sa.Column("last_step", sa.BigInteger),
        sa.Column("credential_id", sa.LargeBinary),
        sa.Column("public_key", sa.LargeBinary),
        sa.Column("sign_count", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("org_id", "credential_id"),
        sa.CheckConstraint("kind in ('totp', 'passkey')", name="kind"),
        sa.CheckConstraint("(kind = 'totp') = (secret is not null)", name="secret"),
        sa.CheckConstraint("(kind = 'passkey') = (credential_id is not null)", name="credential"),
        tenant_key("user_id", "users", ondelete="CASCADE"),
    )
    op.create_index("second_factors_user_idx", "second_factors", ["org_id", "user_id"])
    create_tenant_table(
        "recovery_codes",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        tenant_key("user_id", "users", ondelete="CASCADE"),
        key=("user_id", "digest"),
    )


def create_challenges() -> None:
    create_tenant_table(
        "challenges",
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("user_id", sa.Uuid),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("data", JSONB, nullable=False, server_default="{}"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("purpose in ('second_factor', 'passkey', 'oidc', 'sign_in_code')", name="purpose"),
        tenant_key("user_id", "users", ondelete="CASCADE"),
        system=("select", "delete"),
    )
    op.create_index("challenges_expires_at_idx", "challenges", ["expires_at"])
    op.create_index("challenges_user_idx", "challenges", ["org_id", "user_id"])


def create_api_keys() -> None:
    create_tenant_table(
        "api_keys",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("key_hash", sa.LargeBinary, nullable=False),
        sa.Column("permissions", JSONB, nullable=False),
        sa.Column("rate_limit_per_hour", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("org_id", "user_id", "name"),
        sa.CheckConstraint("rate_limit_per_hour > 0", name="rate_limit_per_hour"),
        tenant_key("user_id", "users", ondelete="CASCADE"),
    )
    create_tenant_table(
        "api_key_uses",
        sa.Column("api_key_id", sa.Uuid, nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        tenant_key("api_key_id", "api_keys", ondelete="CASCADE"),
        key=("api_key_id",),
    )
    op.execute(f"grant insert, update on api_key_uses to {READ}")  # who only reads with a key has used it too


def create_identities() -> None:
    create_tenant_table(
        "identities",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("org_id", "issuer", "subject"),
        tenant_key("user_id", "users", ondelete="CASCADE"),
        lookup=("select",),
    )
    op.create_index("identities_user_idx", "identities", ["org_id", "user_id"])
    op.create_index("identities_subject_idx", "identities", ["issuer", "subject"])


def create_lookups() -> None:
    create_lookup_function(
        "find_identities(issuer text, subject text, organisation text)",
        "table(org_id uuid, user_id uuid, is_active boolean)",
        "select i.org_id, i.user_id, u.is_active from public.identities i"
        " join public.users u on u.org_id = i.org_id and u.id = i.user_id"
        " join public.organisations o on o.id = i.org_id"
        " where i.issuer = $1 and i.subject = $2 and ($3 is null or o.slug = $3) limit 5",
        to=(WRITE,),
    )


def downgrade() -> None:
    drop_lookup_function("find_identities(text, text, text)")
    tables = ("identities", "api_key_uses", "api_keys", "challenges", "recovery_codes", "second_factors")
    for table in tables:
        drop_tenant_table(table)
