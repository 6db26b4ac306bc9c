"""The tables of consents. The history is only added to: each is given or refused once, and withdrawn at most once."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import CheckConstraint, Column, DateTime, Index, LargeBinary, Text, Uuid, text

from dreamseed.database.schema import ACTOR, KEYED_DIGEST, OUR_WORD, Personal, tenant_key, tenant_table
from dreamseed.database.sealed import SealedText

_CONSENT = Personal("identity", "subject_id", "legal obligation", "account", "delete")
_REQUEST = Personal("contact", "subject_id", "legal obligation", "account", "delete")
_ASKED = replace(_REQUEST, subject="guardian_email_digest = address", erasure="clear")
_DIGEST = _ASKED.but(
    export="exclude",
    excluded_because="it says nothing beside the address that it was made of",
    plain_because=KEYED_DIGEST,
)
_WORD = _CONSENT.but(plain_because=OUR_WORD)

consents = tenant_table(
    "consents",
    Column("subject_id", Uuid, nullable=False),
    Column("purpose", Text, nullable=False, info=_WORD),
    Column("decision", Text, nullable=False, server_default="given"),
    Column("text_version", Text, nullable=False, info=_WORD),
    Column("language", Text, nullable=False, info=_WORD),
    Column("capacity", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("given_by", Uuid, info=ACTOR),
    Column("given_at", DateTime(timezone=True), nullable=False),
    Column("evidence", SealedText("consents.evidence")),
    Column("withdrawn_by", Uuid, info=ACTOR),
    Column("withdrawn_at", DateTime(timezone=True)),
    CheckConstraint("capacity in ('self', 'guardian', 'school')", name="capacity"),
    CheckConstraint("decision in ('given', 'refused')", name="decision"),
    CheckConstraint("method in ('signed_in', 'email_plus', 'attestation', 'email')", name="method"),
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
"""Each with the version and language of the text that was agreed to or refused. A trigger lets nothing change but the
withdrawal; of a consent and a refusal for the same purpose in the same capacity the later one withdraws the other.
`given_by` is null for a guardian who has no account; `evidence`, a JSON document sealed with the learner's key, then
says who they are."""

consent_requests = tenant_table(
    "consent_requests",
    Column("subject_id", Uuid, nullable=False),
    Column("guardian_email", SealedText("consent_requests.guardian_email"), info={"personal": _ASKED}),
    Column("guardian_email_digest", LargeBinary, info=_DIGEST),
    Column("language", Text, nullable=False, info=_REQUEST.but(plain_because=OUR_WORD)),
    Column("requested_by", Uuid, info=ACTOR),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("answer", SealedText("consent_requests.answer")),
    Column("answered_at", DateTime(timezone=True)),
    Column("confirmation_sent_at", DateTime(timezone=True)),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("declined_at", DateTime(timezone=True)),
    CheckConstraint("(answer is null) = (answered_at is null)", name="answer"),
    tenant_key("subject_id", "users", ondelete="CASCADE"),
    write=("insert", "update"),
    system=("select", "delete"),
    privacy=_REQUEST,
)
"""Guardians who were asked by mail: asked, answered, asked again after a day, confirmed; or declined. Address and
answer (a JSON document) are sealed with the learner's key. What was not confirmed goes after a while; what was stays,
since its link takes the consents back."""
