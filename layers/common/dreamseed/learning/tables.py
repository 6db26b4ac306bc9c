"""The tables of learning. States follow from the evidence alone, so they can be computed again at any time."""

from __future__ import annotations

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, DateTime, Float, Integer, Text, Uuid, text

from dreamseed.database.schema import Personal, tenant_key, tenant_table

_RECORD = Personal("education record", "learner_id", "contract", "education", "delete")
_CODE = _RECORD.but(plain_because="it is the code of a skill")

knowledge_evidence = tenant_table(
    "knowledge_evidence",
    Column("learner_id", Uuid, nullable=False),
    Column("concept_code", Text, nullable=False, info=_CODE),
    Column("session_id", Uuid, nullable=False),
    Column("finished_at", DateTime(timezone=True), nullable=False),
    Column("answers", ARRAY(Boolean), nullable=False),
    Column("is_void", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("cardinality(answers) > 0", name="answers"),
    tenant_key("learner_id", "users", ondelete="CASCADE"),
    key=("learner_id", "concept_code", "session_id"),
    write=("insert", "update"),
    privacy=_RECORD,
)
"""The answers of one session to the items of one concept, in their order: true where right. Void evidence is kept, so
that a message that comes late does not bring it back, but counts for nothing."""

knowledge_states = tenant_table(
    "knowledge_states",
    Column("learner_id", Uuid, nullable=False),
    Column("concept_code", Text, nullable=False, info=_CODE),
    Column("p_known", Float, nullable=False),
    Column("p_unknown", Float, nullable=False),
    Column("responses", Integer, nullable=False, server_default="0"),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    CheckConstraint("p_known > 0 and p_unknown > 0 and abs(p_known + p_unknown - 1) < 1e-9", name="probabilities"),
    CheckConstraint("responses >= 0", name="responses"),
    tenant_key("learner_id", "users", ondelete="CASCADE"),
    key=("learner_id", "concept_code"),
    write=("insert", "update"),
    privacy=_RECORD,
)
"""`updated_at` is when the newest session of the evidence was finished."""

learner_abilities = tenant_table(
    "learner_abilities",
    Column("learner_id", Uuid, nullable=False),
    Column("theta", Float, nullable=False),
    Column("se", Float, nullable=False),
    Column("bank_version_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("se > 0", name="se"),
    tenant_key("learner_id", "users", ondelete="CASCADE"),
    key=("learner_id",),
    privacy=_RECORD,
)
"""The estimate of the session that was finished last, and the bank version whose scale it is on."""
