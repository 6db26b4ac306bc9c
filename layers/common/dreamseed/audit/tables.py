"""The audit log, the heads of its chains, and disclosures (migration 0013, which makes the partitions as well)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)

from dreamseed.database.schema import CURRENT_ORG, Rights, metadata, tenant_key, tenant_table
from dreamseed.database.sealed import SealedText

audit_logs = Table(
    "audit_logs",
    metadata,
    Column("org_id", Uuid, nullable=False, server_default=text(f"({CURRENT_ORG})")),
    Column("seq", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("action", Text, nullable=False),
    Column("actor_id", Uuid),
    Column("session_id", Uuid),
    Column("resource", Text, nullable=False),
    Column("resource_id", Uuid),
    Column("subject_id", Uuid),
    Column("changes", Text),
    Column("sealed_changes", SealedText("audit_logs.sealed_changes")),
    Column("client_address", SealedText("audit_logs.client_address")),
    Column("user_agent", SealedText("audit_logs.user_agent")),
    Column("success", Boolean, nullable=False),
    Column("reason", Text),
    Column("request_id", Text),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("org_id", "seq", "at"),
    ForeignKeyConstraint(["org_id"], ["organisations.id"]),
    CheckConstraint("changes is null or sealed_changes is null", name="changes"),
    CheckConstraint("octet_length(prev_hash) = 32 and octet_length(hash) = 32", name="hash"),
    info={"rights": Rights(write=(), system=("select",), audit=("insert",)), "tenant": "org_id"},
)
"""Written by `append_audit_log` alone. `seq` counts an organisation's entries without a gap, each with the hash of the
one before. What is about a person stands in `sealed_changes`, all else in `changes`, both JSON."""

audit_heads = tenant_table(
    "audit_heads",
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    key=(),
    write=(),
    system=("select",),
    audit=("select", "insert", "update"),
)
"""The last entry of each organisation's chain, so that a log that ends too early shows."""

disclosures = tenant_table(
    "disclosures",
    Column("learner_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False, server_default="stated"),
    Column("basis", Text, nullable=False),
    Column("party", SealedText("disclosures.party"), nullable=False),
    Column("purpose", SealedText("disclosures.purpose"), nullable=False),
    Column("records", SealedText("disclosures.records"), nullable=False),
    Column("disclosed_at", DateTime(timezone=True), nullable=False),
    Column("by_user_id", Uuid),
    Column("api_key_id", Uuid),
    CheckConstraint("kind in ('stated', 'program', 'export')", name="kind"),
    tenant_key("learner_id", "users", ondelete="CASCADE"),
    write=("insert",),
    read=("select", "insert"),  # a program that reads a record leaves an entry
)
