"""The tables of rosters."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.schema import tenant_key, tenant_table

roster_imports = tenant_table(
    "roster_imports",
    Column("format", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("is_dry_run", Boolean, nullable=False),
    Column("job_id", Uuid),
    Column("report", JSONB),
    Column("created_by", Uuid),
    CheckConstraint("format in ('csv', 'oneroster')", name="format"),
    CheckConstraint("job_id is not null or report is not null", name="is_done_or_has_a_job"),
    tenant_key("job_id", "jobs"),
    write=("insert", "update"),
)
"""A file that was compared with what is there, and taken unless it was a dry run. `report` is set when that is done."""

roster_links = tenant_table(
    "roster_links",
    Column("kind", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("target_id", Uuid, nullable=False),
    CheckConstraint("kind in ('person', 'class')", name="kind"),
    key=("kind", "external_id"),
)
"""Which of our people and classes another system's ids mean, so that a new name is a change and not somebody new."""
