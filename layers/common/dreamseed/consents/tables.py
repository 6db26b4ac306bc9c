"""The tables of consents. The history is only added to: a consent is given once and withdrawn at most once."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.schema import ACTOR, Personal, tenant_key, tenant_table

_CONSENT = Personal("identity", "subject_id", "legal obligation", "account", "delete")
_REQUEST = Personal("contact", "subject_id", "legal obligation", "days", "delete")
_ASKED = _REQUEST.but(subject="guardian_email = address", erasure="clear", cleared="(erased)")

consents = tenant_table(
    "consents",
    Column("subject_id", Uuid, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("text_version", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("capacity", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("given_by", Uuid, info=ACTOR),
    Column("given_at", DateTime(timezone=True), nullable=False),
    Column("evidence", JSONB, nullable=False, server_default="{}"),
    Column("withdrawn_by", Uuid, info=ACTOR),
    Column("withdrawn_at", DateTime(timezone=True)),
    CheckConstraint("capacity in ('self', 'guardian', 'school')", name="capacity"),
    CheckConstraint("method in ('signed_in', 'email_plus', 'attestation')", name="method"),
    tenant_key("subject_id", "users", ondelete="CASCADE"),
    Index(
        "consents_standing_key",
        "org_id",
        "subject_id",
        "purpose",
        "capacity",
        unique=True,
        postgresql_where=text("withdrawn_at is null"),
    ),
    write=("insert", "update"),
    privacy=_CONSENT,
)
"""Each with the version and language of the text that was agreed to. A trigger lets nothing change but the withdrawal.
`given_by` is null for a guardian who has no account; `evidence` then says who they are."""

consent_requests = tenant_table(
    "consent_requests",
    Column("subject_id", Uuid, nullable=False),
    Column("guardian_email", Text, nullable=False, info=_ASKED),
    Column("language", Text, nullable=False),
    Column("requested_by", Uuid, info=ACTOR),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("answer", JSONB),
    Column("answered_at", DateTime(timezone=True)),
    Column("confirmation_sent_at", DateTime(timezone=True)),
    Column("confirmed_at", DateTime(timezone=True)),
    CheckConstraint("(answer is null) = (answered_at is null)", name="answer"),
    tenant_key("subject_id", "users", ondelete="CASCADE"),
    write=("insert", "update"),
    system=("select", "delete"),
    privacy=_REQUEST,
)
"""Guardians who were asked by mail: asked, answered, asked again after a day, confirmed."""
