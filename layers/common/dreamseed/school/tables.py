"""The tables of school. `version` counts the changes of what people edit: it is the ETag that they must know."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from dreamseed.database.schema import ACTOR, CONTENT, Personal, tenant_key, tenant_table
from dreamseed.database.sealed import SealedText

_NEEDS = Personal("special", "learner_id", "legal obligation", "account", "delete")
_RECORD = Personal("education record", "learner_id", "contract", "education", "delete")

classes = tenant_table(
    "classes",
    Column("name", Text, nullable=False),
    Column("subject", Text, nullable=False, server_default=""),
    Column("archived_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("org_id", "name"),
    write=("insert", "update"),
    privacy=CONTENT,
)

enrolments = tenant_table(
    "enrolments",
    Column("class_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("enrolled_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("role in ('learner', 'teacher')", name="role"),
    tenant_key("class_id", "classes"),
    tenant_key("user_id", "users", ondelete="CASCADE"),
    key=("class_id", "user_id"),
    privacy=replace(_RECORD, subject="user_id", retention="account"),
)
"""Who belongs to a class. What staff may see of learners follows from it."""

assignments = tenant_table(
    "assignments",
    Column("class_id", Uuid, nullable=False),
    Column("test_design_id", Uuid, nullable=False),
    Column("opens_at", DateTime(timezone=True), nullable=False),
    Column("closes_at", DateTime(timezone=True), nullable=False),
    Column("max_attempts", SmallInteger, nullable=False, server_default="1"),
    Column("instructions", Text, nullable=False, server_default=""),
    Column("created_by", Uuid, info=ACTOR),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("opens_at < closes_at", name="window"),
    CheckConstraint("max_attempts > 0", name="max_attempts"),
    tenant_key("class_id", "classes"),
    tenant_key("test_design_id", "test_designs"),
    write=("insert", "update"),
    privacy=CONTENT,
)
"""A test set for a class. It may be started from `opens_at` until just before `closes_at`."""

assignment_extensions = tenant_table(
    "assignment_extensions",
    Column("assignment_id", Uuid, nullable=False),
    Column("learner_id", Uuid, nullable=False),
    Column("extra_seconds", Integer, nullable=False),
    Column("granted_by", Uuid, nullable=False, info=ACTOR),
    CheckConstraint("extra_seconds >= 0", name="extra_seconds"),
    tenant_key("assignment_id", "assignments"),
    tenant_key("learner_id", "users"),
    tenant_key("granted_by", "users"),
    key=("assignment_id", "learner_id"),
    write=("insert", "update"),
    privacy=replace(_NEEDS, retention="education"),
)

accommodations = tenant_table(
    "accommodations",
    Column("learner_id", Uuid, nullable=False),
    Column("extra_time_factor", Float, nullable=False, server_default="1"),
    Column("has_no_timer", Boolean, nullable=False, server_default=text("false")),
    Column("text_size", Text, nullable=False, server_default="normal"),
    Column("contrast", Text, nullable=False, server_default="normal"),
    Column("has_read_aloud", Boolean, nullable=False, server_default=text("false")),
    Column("updated_by", Uuid, nullable=False, info=ACTOR),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("extra_time_factor between 1 and 3", name="extra_time_factor"),
    CheckConstraint("text_size in ('normal', 'large', 'larger')", name="text_size"),
    CheckConstraint("contrast in ('normal', 'more')", name="contrast"),
    tenant_key("learner_id", "users", ondelete="CASCADE"),
    tenant_key("updated_by", "users"),
    key=("learner_id",),
    write=("insert", "update"),
    privacy=_NEEDS,
)

session_interventions = tenant_table(
    "session_interventions",
    Column("session_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", SealedText("session_interventions.reason"), nullable=False),
    Column("extra_seconds", Integer),
    Column("by_user_id", Uuid, nullable=False, info=ACTOR),
    Column("at", DateTime(timezone=True), nullable=False),
    CheckConstraint("kind in ('extended', 'voided', 'reset')", name="kind"),
    CheckConstraint("(kind = 'extended') = (extra_seconds is not null)", name="extra_seconds"),
    tenant_key("session_id", "test_sessions"),
    tenant_key("by_user_id", "users"),
    write=("insert",),
    privacy=replace(_RECORD, subject="session_id > test_sessions.learner_id"),
)
"""What staff did to somebody's attempt, and why: the reason is about the learner. Rows are only ever added."""
