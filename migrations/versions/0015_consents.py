"""Consents, how old people are, and whether an organisation demands a second factor."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.migration import create_tenant_table, drop_tenant_table
from dreamseed.database.schema import tenant_key

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column(
        "organisations",
        sa.Column("requires_second_factor", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    for column in (
        sa.Column("age_band", sa.Text),
        sa.Column("age_band_until", sa.Date),
        sa.Column("guardian_email", sa.Text),
    ):
        op.add_column("registrations", column)
    create_ages()
    create_consents()


def create_ages() -> None:
    create_tenant_table(
        "ages",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("band", sa.Text, nullable=False),
        sa.Column("band_until", sa.Date),
        sa.Column("source", sa.Text, nullable=False),
        sa.CheckConstraint("band in ('under_13', '13_to_15', '16_to_17', 'adult')", name="band"),
        sa.CheckConstraint("(band = 'adult') = (band_until is null)", name="band_until"),
        sa.CheckConstraint("source in ('self', 'staff', 'roster')", name="source"),
        tenant_key("user_id", "users", ondelete="CASCADE"),
        key=("user_id",),
        system=("select", "update"),
    )
    op.create_index("ages_band_until_idx", "ages", ["band_until"])


def create_consents() -> None:
    create_tenant_table(
        "consents",
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("text_version", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("capacity", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("given_by", sa.Uuid),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", JSONB, nullable=False, server_default="{}"),
        sa.Column("withdrawn_by", sa.Uuid),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("capacity in ('self', 'guardian', 'school')", name="capacity"),
        sa.CheckConstraint("method in ('signed_in', 'email_plus', 'attestation')", name="method"),
        tenant_key("subject_id", "users", ondelete="CASCADE"),
        write=("insert", "update"),
    )
    op.create_index(
        "consents_standing_key",
        "consents",
        ["org_id", "subject_id", "purpose", "capacity"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )
    op.create_index("consents_subject_idx", "consents", ["org_id", "subject_id", "id"])
    op.execute(
        "create function keep_consents_as_given() returns trigger language plpgsql as $$ begin"
        " if old.withdrawn_at is not null or (to_jsonb(new) - '{withdrawn_at,withdrawn_by}'::text[])"
        " is distinct from (to_jsonb(old) - '{withdrawn_at,withdrawn_by}'::text[]) then"
        " raise exception 'a consent is only ever withdrawn, once';"
        " end if; return new; end $$"
    )
    op.execute(
        "create trigger consents_stay_as_given before update on consents"
        " for each row execute function keep_consents_as_given()"
    )
    create_tenant_table(
        "consent_requests",
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("guardian_email", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Uuid),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", JSONB),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("confirmation_sent_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("(answer is null) = (answered_at is null)", name="answer"),
        tenant_key("subject_id", "users", ondelete="CASCADE"),
        write=("insert", "update"),
        system=("select", "delete"),
    )
    op.create_index("consent_requests_subject_idx", "consent_requests", ["org_id", "subject_id"])
    op.create_index(
        "consent_requests_answered_at_idx",
        "consent_requests",
        ["answered_at"],
        postgresql_where=sa.text("answered_at is not null and confirmation_sent_at is null"),
    )
    op.create_index("consent_requests_expires_at_idx", "consent_requests", ["expires_at"])


def downgrade() -> None:
    for table in ("consent_requests", "consents", "ages"):
        drop_tenant_table(table)
    op.execute("drop function keep_consents_as_given()")
    for column in ("guardian_email", "age_band_until", "age_band"):
        op.drop_column("registrations", column)
    op.drop_column("organisations", "requires_second_factor")
