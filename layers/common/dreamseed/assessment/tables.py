"""The tables of assessment. A response is written once and points to the exact version of the item it answers."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.schema import ACTOR, CONTENT, OUR_WORD, Personal, tenant_key, tenant_table

_RECORD = Personal("education record", "learner_id", "contract", "education", "delete")
_STATE = "it holds numbers of the engine and ids of items"
_NEXT = "it would tell which items come next in a test"
_ENGINE = _RECORD.but(export="exclude", excluded_because=_NEXT, plain_because=_STATE)
_NEEDS = "it holds numbers and choices under an id, and every answer reads it"
_ANSWER = replace(_RECORD, subject="session_id > test_sessions.learner_id")

test_designs = tenant_table(
    "test_designs",
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("mode", Text, nullable=False),
    Column("bank_version_id", Uuid, nullable=False),
    Column("design", JSONB, nullable=False),
    Column("time_limit_seconds", Integer),
    Column("created_by", Uuid, info=ACTOR),
    UniqueConstraint("org_id", "name"),
    CheckConstraint("mode in ('exam', 'practice')", name="mode"),
    CheckConstraint("time_limit_seconds > 0", name="time_limit_seconds"),
    tenant_key("bank_version_id", "bank_versions"),
    write=("insert",),
    privacy=CONTENT,
)

test_sessions = tenant_table(
    "test_sessions",
    Column("learner_id", Uuid, nullable=False),
    Column("test_design_id", Uuid, nullable=False),
    Column("bank_version_id", Uuid, nullable=False),
    Column("status", Text, nullable=False, server_default="active"),
    Column("seed", BigInteger, nullable=False, info=_ENGINE),
    Column("cat_state", JSONB, nullable=False, info=_ENGINE),
    Column("next_choice", JSONB(none_as_null=True), info=_ENGINE),
    Column("answered", SmallInteger, nullable=False, server_default="0"),
    Column("correct", SmallInteger, nullable=False, server_default="0"),
    Column("theta", Float, nullable=False),
    Column("se", Float, nullable=False),
    Column("stop_reason", Text, info=_RECORD.but(plain_because=OUR_WORD)),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("paused_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("assignment_id", Uuid),
    Column("extra_seconds", Integer, nullable=False, server_default="0"),
    Column(
        "accommodations",
        JSONB,
        nullable=False,
        server_default="{}",
        info=_RECORD.but(category="special", plain_because=_NEEDS),
    ),
    CheckConstraint("status in ('active', 'paused', 'finished', 'expired', 'invalidated')", name="status"),
    CheckConstraint("(status = 'paused') = (paused_at is not null)", name="paused"),
    CheckConstraint("(status in ('active', 'paused')) = (finished_at is null)", name="finished"),
    CheckConstraint("extra_seconds >= 0", name="extra_seconds"),
    tenant_key("learner_id", "users"),
    tenant_key("test_design_id", "test_designs"),
    tenant_key("bank_version_id", "bank_versions"),
    tenant_key("assignment_id", "assignments"),
    Index(
        "test_sessions_unfinished_key",
        "org_id",
        "learner_id",
        "test_design_id",
        "assignment_id",
        unique=True,
        postgresql_where=text("status in ('active', 'paused')"),
        postgresql_nulls_not_distinct=True,
    ),
    system=("select",),
    privacy=_RECORD,
)
"""`accommodations` is what its learner was entitled to when it began: a session holds all that an answer needs.
`extra_seconds` is the working time beyond the design's, from whatever source; `expires_at` includes it."""

responses = tenant_table(
    "responses",
    Column("session_id", Uuid, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("item_version_id", Uuid, nullable=False),
    Column("answer", JSONB, nullable=False, info=_ANSWER.but(plain_because="it names the option that was chosen")),
    Column("score", SmallInteger, nullable=False),
    Column("response_ms", Integer, nullable=False),
    Column("theta_after", Float, nullable=False),
    Column("se_after", Float, nullable=False),
    Column("criterion", Float, nullable=False),
    Column("reason", Text, nullable=False, info=_ANSWER.but(plain_because=OUR_WORD)),
    Column(
        "idempotency_key", Text, info=_ANSWER.but(plain_because="it is a random text that the learner's program makes")
    ),
    UniqueConstraint("org_id", "session_id", "item_version_id"),
    CheckConstraint("position > 0", name="position"),
    CheckConstraint("response_ms >= 0", name="response_ms"),
    tenant_key("session_id", "test_sessions"),
    tenant_key("item_version_id", "item_versions"),
    key=("session_id", "position"),
    write=("insert",),
    privacy=_ANSWER,
)

exposure_counts = tenant_table(
    "exposure_counts",
    Column("bank_version_id", Uuid, nullable=False),
    Column("item_version_id", Uuid, nullable=False),
    Column("administered", BigInteger, nullable=False, server_default="0"),
    Column("correct", BigInteger, nullable=False, server_default="0"),
    tenant_key("bank_version_id", "bank_versions"),
    tenant_key("item_version_id", "item_versions"),
    key=("bank_version_id", "item_version_id"),
    privacy=CONTENT,
)
