"""The audit log, the heads of its chains, and disclosures (migration 0013, which makes the partitions as well)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from dreamseed.database.schema import (
    ACTOR,
    CONTENT,
    CURRENT_ORG,
    OUR_WORD,
    Personal,
    Rights,
    metadata,
    tenant_key,
    tenant_table,
)
from dreamseed.database.sealed import SealedText

_ENTRY = Personal(
    "behaviour",
    "subject_id, actor_id",
    "legal obligation",
    "audit",
    kept_because="the log must stay whole; what names somebody is sealed, and unreadable without their key",
)
_TERM = _ENTRY.but(is_term=True)
_CHANGE = _ENTRY.but(subject="subject_id", erasure="key")
_DEVICE = _ENTRY.but(category="technical", subject="actor_id", erasure="key")
_LINK = CONTENT.but()

_DISCLOSURE = Personal("education record", "learner_id", "legal obligation", "account", "delete")

audit_logs = Table(
    "audit_logs",
    metadata,
    Column("org_id", Uuid, nullable=False, server_default=text(f"({CURRENT_ORG})")),
    Column("seq", BigInteger, nullable=False, info=_LINK),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("action", Text, nullable=False, info=_TERM),
    Column("actor_id", Uuid),
    Column("session_id", Uuid),
    Column("resource", Text, nullable=False, info=_TERM),
    Column("resource_id", Uuid),
    Column("subject_id", Uuid),
    Column("changes", Text, info=_LINK),
    Column("sealed_changes", SealedText("audit_logs.sealed_changes"), info=_CHANGE),
    Column("client_address", SealedText("audit_logs.client_address"), info=_DEVICE),
    Column("user_agent", SealedText("audit_logs.user_agent"), info=_DEVICE),
    Column("success", Boolean, nullable=False),
    Column("reason", Text, info=_TERM),
    Column("request_id", Text, info=_TERM),
    Column("prev_hash", LargeBinary, nullable=False, info=_LINK),
    Column("hash", LargeBinary, nullable=False, info=_LINK),
    PrimaryKeyConstraint("org_id", "seq", "at"),
    ForeignKeyConstraint(["org_id"], ["organisations.id"]),
    CheckConstraint("changes is null or sealed_changes is null", name="changes"),
    CheckConstraint("octet_length(prev_hash) = 32 and octet_length(hash) = 32", name="hash"),
    info={
        "rights": Rights(write=(), system=("select",), audit=("select", "insert", "delete")),
        "tenant": "org_id",
        "personal": _ENTRY,
    },
)
"""Written by `append_audit_log` alone, and deleted by `release_audit_month` alone, month by month. `seq` counts an
organisation's entries without a gap, each with the hash of the one before. What is about a person stands in
`sealed_changes`, all else in `changes`, both JSON."""

audit_heads = tenant_table(
    "audit_heads",
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    key=(),
    write=(),
    system=("select",),
    audit=("select", "insert", "update"),
    privacy=CONTENT,
)
"""The last entry of each organisation's chain, so that a log that ends too early shows."""

audit_anchors = tenant_table(
    "audit_anchors",
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("month", Date, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("kept_years", SmallInteger, nullable=False),
    Column("noted_seq", BigInteger, nullable=False),
    key=("seq",),
    write=(),
    audit=("select", "insert"),
    privacy=CONTENT,
)
"""The last entry of each month that was let go, how many went with it, and the entry of the log that says so: see
`dreamseed.audit.anchors`."""

disclosures = tenant_table(
    "disclosures",
    Column("learner_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False, server_default="stated"),
    Column("basis", Text, nullable=False, info=_DISCLOSURE.but(plain_because=OUR_WORD)),
    Column("party", SealedText("disclosures.party"), nullable=False),
    Column("purpose", SealedText("disclosures.purpose"), nullable=False),
    Column("records", SealedText("disclosures.records"), nullable=False),
    Column("disclosed_at", DateTime(timezone=True), nullable=False),
    Column("by_user_id", Uuid, info=ACTOR),
    Column("api_key_id", Uuid, info=ACTOR),
    CheckConstraint("kind in ('stated', 'program', 'export')", name="kind"),
    tenant_key("learner_id", "users", ondelete="CASCADE"),
    write=("insert",),
    privacy=_DISCLOSURE,
    read=("select", "insert"),  # a program that reads a record leaves an entry
)
