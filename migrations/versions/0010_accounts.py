"""Registration, sign-ins that can be seen and ended, roles of an organisation's own, invitations, guardians."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.migration import (
    create_lookup_function,
    create_tenant_table,
    drop_lookup_function,
    drop_tenant_table,
)
from dreamseed.database.roles import WRITE
from dreamseed.database.schema import tenant_key

revision = "0010"
down_revision = "0007"

PLATFORM = "00000000-0000-0000-0000-000000000000"
ORGANISATIONS = sa.table(
    "organisations", sa.column("id", sa.Uuid), sa.column("slug"), sa.column("name"), sa.column("kind")
)


def upgrade() -> None:
    extend_organisations()
    extend_users()
    create_registrations()
    create_throttles()
    create_sign_ins()
    create_roles()
    create_invitations()
    create_guardianships()
    create_lookups()


def extend_organisations() -> None:
    op.add_column("organisations", sa.Column("registration", sa.Text, nullable=False, server_default="closed"))
    op.add_column("organisations", sa.Column("email_domains", JSONB, nullable=False, server_default="[]"))
    op.add_column("organisations", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.create_check_constraint("registration", "organisations", "registration in ('closed', 'domains', 'open')")
    op.execute(f"select set_config('app.org_id', '{PLATFORM}', true)")
    op.bulk_insert(ORGANISATIONS, [{"id": UUID(PLATFORM), "slug": "platform", "name": "DreamSeed", "kind": "company"}])
    op.execute("select set_config('app.org_id', '', true)")


def extend_users() -> None:
    op.add_column("users", sa.Column("language", sa.Text, nullable=False, server_default="en"))
    op.add_column("users", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.create_check_constraint("language", "users", "language in ('en', 'es', 'ko')")


def create_registrations() -> None:
    create_tenant_table(
        "registrations",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("organisation_name", sa.Text),
        sa.Column("organisation_kind", sa.Text),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind in ('organisation', 'member')", name="kind"),
        sa.CheckConstraint("(kind = 'organisation') = (organisation_name is not null)", name="organisation_name"),
        system=("select", "delete"),
    )
    op.create_index("registrations_email_idx", "registrations", ["org_id", "email"])
    op.create_index("registrations_expires_at_idx", "registrations", ["expires_at"])
    create_tenant_table(
        "password_resets",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        tenant_key("user_id", "users", ondelete="CASCADE"),
        system=("select", "delete"),
    )
    op.create_index("password_resets_user_idx", "password_resets", ["org_id", "user_id"])
    op.create_index("password_resets_expires_at_idx", "password_resets", ["expires_at"])


def create_throttles() -> None:
    create_tenant_table(
        "throttles",
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        key=("scope", "subject"),
        system=("select", "delete"),
    )
    op.create_index("throttles_last_at_idx", "throttles", ["last_at"])


def create_sign_ins() -> None:
    create_tenant_table(
        "sign_ins",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("has_second_factor", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("client_address", sa.Text, nullable=False, server_default=""),
        sa.Column("user_agent", sa.Text, nullable=False, server_default=""),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("method in ('password', 'oidc')", name="method"),
        tenant_key("user_id", "users", ondelete="CASCADE"),
        system=("select", "delete"),
    )
    op.create_index("sign_ins_user_idx", "sign_ins", ["org_id", "user_id", "last_seen_at"])
    op.create_index("sign_ins_last_seen_at_idx", "sign_ins", ["last_seen_at"])
    adopt_present_sign_ins()
    op.create_foreign_key(
        "refresh_tokens_org_id_session_id_fkey",
        "refresh_tokens",
        "sign_ins",
        ["org_id", "session_id"],
        ["org_id", "id"],
        ondelete="CASCADE",
    )


def adopt_present_sign_ins() -> None:
    """Who is signed in stays so. The owner sees the rows of all organisations while nothing is forced on it."""
    tables = ("refresh_tokens", "sign_ins")
    for table in tables:
        op.execute(f"alter table {table} no force row level security")
    op.execute(
        "insert into sign_ins (org_id, id, user_id, method, last_seen_at, created_at, ended_at)"
        " select org_id, session_id, user_id, 'password', max(created_at), min(created_at), max(revoked_at)"
        " from refresh_tokens group by org_id, session_id, user_id"
    )
    for table in tables:
        op.execute(f"alter table {table} force row level security")


def create_roles() -> None:
    create_tenant_table(
        "roles",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.Column("permissions", JSONB, nullable=False),
        sa.Column("inherits_from", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.UniqueConstraint("org_id", "name"),
        sa.CheckConstraint("name ~ '^[a-z][a-z0-9_]{1,31}$'", name="name"),
    )


def create_invitations() -> None:
    create_tenant_table(
        "invitations",
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("invited_by", sa.Uuid),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        write=("insert", "update"),
    )
    op.create_index("invitations_email_idx", "invitations", ["org_id", "email"])


def create_guardianships() -> None:
    create_tenant_table(
        "guardianships",
        sa.Column("guardian_id", sa.Uuid, nullable=False),
        sa.Column("learner_id", sa.Uuid, nullable=False),
        sa.Column("relation", sa.Text, nullable=False, server_default="parent"),
        sa.Column("created_by", sa.Uuid),
        sa.CheckConstraint("relation in ('parent', 'guardian', 'carer')", name="relation"),
        sa.CheckConstraint("guardian_id <> learner_id", name="not_oneself"),
        tenant_key("guardian_id", "users", ondelete="CASCADE"),
        tenant_key("learner_id", "users", ondelete="CASCADE"),
        key=("guardian_id", "learner_id"),
    )
    op.create_index("guardianships_learner_idx", "guardianships", ["org_id", "learner_id"])


def create_lookups() -> None:
    create_lookup_function(
        "find_organisation(name text)",
        "table(org_id uuid, slug text, organisation_name text, registration text, email_domains jsonb)",
        "select o.id, o.slug, o.name, o.registration, o.email_domains from public.organisations o where o.slug = $1",
        to=(WRITE,),
    )
    create_lookup_function(
        "find_accounts(address text, organisation text)",
        "table(org_id uuid, organisation_name text, user_id uuid, full_name text, language text, is_active boolean)",
        "select u.org_id, o.name, u.id, u.full_name, u.language, u.is_active from public.users u"
        " join public.organisations o on o.id = u.org_id where u.email = address"
        " and ($2 is null or o.slug = $2) order by o.slug limit 20",
        to=(WRITE,),
    )


def downgrade() -> None:
    drop_lookup_function("find_accounts(text, text)")
    drop_lookup_function("find_organisation(text)")
    op.drop_constraint("refresh_tokens_org_id_session_id_fkey", "refresh_tokens", type_="foreignkey")
    for table in ("guardianships", "invitations", "roles", "sign_ins", "throttles", "password_resets", "registrations"):
        drop_tenant_table(table)
    op.drop_constraint("language", "users", type_="check")
    for column in ("version", "language"):
        op.drop_column("users", column)
    op.drop_constraint("registration", "organisations", type_="check")
    for column in ("version", "email_domains", "registration"):
        op.drop_column("organisations", column)
    op.execute(f"select set_config('app.org_id', '{PLATFORM}', true)")
    op.execute(sa.delete(ORGANISATIONS).where(ORGANISATIONS.c.id == UUID(PLATFORM)))
    op.execute("select set_config('app.org_id', '', true)")
