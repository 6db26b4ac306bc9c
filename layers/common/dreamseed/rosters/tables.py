"""The tables of rosters."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Boolean, CheckConstraint, Column, LargeBinary, Text, Uuid, text

from dreamseed.database.schema import (
    ACTOR,
    CONTENT,
    KEYED_DIGEST,
    MENTION,
    Personal,
    StoredBlob,
    tenant_key,
    tenant_table,
)
from dreamseed.database.sealed import SealedText

_LINK = Personal("identity", "target_id", "contract", "account", "delete")
_TOLD = "nobody can tell from it what the other system calls them"
_EXTERNAL = _LINK.but(export="exclude", excluded_because=_TOLD, plain_because=KEYED_DIGEST)
_FILE = replace(MENTION, excluded_because="it tells of many people; what it brought stands in their own tables")
_REPORT = CONTENT.but(
    category="identity",
    subject="mentions",
    basis="contract",
    retention="days",
    erasure="redact",
    export="exclude",
    excluded_because="it tells of many people; what it brought stands in their own tables",
)

roster_imports = tenant_table(
    "roster_imports",
    Column("format", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("is_dry_run", Boolean, nullable=False),
    Column("job_id", Uuid),
    Column("report", SealedText("roster_imports.report"), info=_REPORT),
    Column("has_file", Boolean, nullable=False, server_default=text("false")),
    Column("created_by", Uuid, info=ACTOR),
    CheckConstraint("format in ('csv', 'oneroster')", name="format"),
    tenant_key("job_id", "jobs"),
    write=("insert", "update"),
    privacy=CONTENT,
    blobs=(StoredBlob("rosters", "imports/{id}", _FILE, is_sealed=True),),
)
"""A file that was compared with what is there, and taken unless it was a dry run. When that is done it has a `report`:
JSON about many people, sealed with a key of its own. `has_file` while a file may lie in the bucket (see `keeping`)."""

roster_links = tenant_table(
    "roster_links",
    Column("kind", Text, nullable=False),
    Column("external_digest", LargeBinary, nullable=False, info=_EXTERNAL),
    Column("target_id", Uuid, nullable=False),
    CheckConstraint("kind in ('person', 'class')", name="kind"),
    key=("kind", "external_digest"),
    privacy=_LINK,
)
"""Which of our people and classes another system's ids mean, so that a new name is a change and not somebody new."""
