"""The tables of calibration."""

from __future__ import annotations

from sqlalchemy import Column, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.database.schema import ACTOR, CONTENT, tenant_key, tenant_table

simulations = tenant_table(
    "simulations",
    Column("test_design_id", Uuid, nullable=False),
    Column("job_id", Uuid, nullable=False),
    Column("settings", JSONB, nullable=False),
    Column("result", JSONB(none_as_null=True)),
    Column("created_by", Uuid, info=ACTOR),
    UniqueConstraint("org_id", "job_id"),
    tenant_key("test_design_id", "test_designs"),
    tenant_key("job_id", "jobs"),
    write=("insert", "update"),
    privacy=CONTENT,
)
"""`settings` and `result` are those of `dreamseed.calibration.models`. Whether it runs or has failed, its job knows."""
