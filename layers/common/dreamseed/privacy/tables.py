"""The tables of privacy: who asked for what to happen to whose data, and the proof that it did."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.schema import ACTOR, CONTENT, Personal, StoredBlob, tenant_key, tenant_table
from dreamseed.database.sealed import SealedText

_REQUEST = Personal(
    "identity",
    "subject_id",
    "legal obligation",
    "proof",
    kept_because="it proves what was done when; the id leads to an account without a name",
)
_WORDS = _REQUEST.but(erasure="clear")
_FETCHED = "whoever asked for it fetches it from there, within seven days"
_EXPORT = Personal("identity", "subject_id", "legal obligation", "days", "delete")
_ZIP = replace(_EXPORT, export="exclude", excluded_because="it is an export itself", plain_because=_FETCHED)

outlived_keys = tenant_table(
    "outlived_keys",
    Column("key_id", Uuid, nullable=False),
    key=("key_id",),
    write=("insert", "delete"),
    privacy=CONTENT,
)
"""Keys of documents that stand sealed with another one now, until they are destroyed: see `privacy.documents`."""

data_exports = tenant_table(
    "data_exports",
    Column("subject_id", Uuid, nullable=False),
    Column("requested_by", Uuid, nullable=False, info=ACTOR),
    Column("job_id", Uuid, nullable=False),
    Column("bytes", BigInteger),
    Column("sha256", Text, info=_EXPORT.but(plain_because="it is the digest of a file")),
    Column("ready_at", DateTime(timezone=True)),
    Column("expires_at", DateTime(timezone=True)),
    CheckConstraint("(ready_at is null) = (expires_at is null)", name="expires"),
    tenant_key("subject_id", "users"),
    tenant_key("job_id", "jobs"),
    write=("insert", "update"),
    privacy=_EXPORT,
    blobs=(StoredBlob("privacy", "exports/{id}.zip", _ZIP),),
)
"""Copies of what is kept of somebody. The file goes when it expires, and its row with it."""

erasures = tenant_table(
    "erasures",
    Column("subject_id", Uuid, nullable=False),
    Column("requested_by", Uuid, nullable=False, info=ACTOR),
    Column("reason", SealedText("erasures.reason"), info=_WORDS),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("job_id", Uuid),
    Column("cancelled_at", DateTime(timezone=True)),
    Column("cancelled_by", Uuid, info=ACTOR),
    Column("finished_at", DateTime(timezone=True)),
    Column("certificate", Text, info=CONTENT.but()),
    CheckConstraint("(finished_at is null) = (certificate is null)", name="certificate"),
    CheckConstraint("cancelled_at is null or job_id is null", name="cancelled"),
    tenant_key("subject_id", "users"),
    tenant_key("job_id", "jobs"),
    Index(
        "erasures_open_key",
        "org_id",
        "subject_id",
        unique=True,
        postgresql_where=text("cancelled_at is null and finished_at is null"),
    ),
    write=("insert", "update"),
    system=("select",),
    privacy=_REQUEST,
)
"""`certificate` is a signed document (JWS) that says what was done, without a word of whose data it was."""

legal_holds = tenant_table(
    "legal_holds",
    Column("subject_id", Uuid, nullable=False),
    Column("reason", SealedText("legal_holds.reason"), info=_WORDS),
    Column("placed_by", Uuid, nullable=False, info=ACTOR),
    Column("released_at", DateTime(timezone=True)),
    Column("released_by", Uuid, info=ACTOR),
    Column("release_reason", SealedText("legal_holds.release_reason"), info=_WORDS),
    CheckConstraint("(released_at is null) = (released_by is null)", name="released"),
    tenant_key("subject_id", "users"),
    write=("insert", "update"),
    system=("select",),
    lookup=("select",),
    privacy=_REQUEST,
)
"""While somebody is held, nothing of theirs is erased or outlives its time: a court or an investigation needs it."""

anonymised_copies = tenant_table(
    "anonymised_copies",
    Column("job_id", Uuid, nullable=False),
    Column("k", BigInteger, nullable=False),
    Column("include_simulated", Boolean, nullable=False, server_default=text("false")),
    Column("report", JSONB(none_as_null=True)),
    Column("created_by", Uuid, nullable=False, info=ACTOR),
    CheckConstraint("k >= 10", name="k"),
    tenant_key("job_id", "jobs"),
    write=("insert", "update"),
    privacy=CONTENT,
)
"""Responses for research, in which nobody can be told from at least `k` - 1 others."""

retention_runs = tenant_table(
    "retention_runs",
    Column("deleted", JSONB, nullable=False),
    Column("held_back", BigInteger, nullable=False, server_default="0"),
    write=("insert",),
    privacy=CONTENT,
)
"""What has outlived its time and was deleted: rows by table, and of how many people a legal hold kept some."""
