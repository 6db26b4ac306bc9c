"""Reading the audit log in tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from dreamseed.database.transaction import tenant_transaction
from dreamseed.function import Function
from dreamseed.platform.jobs import start_attempt
from tests.school import ADMIN, HILLSIDE, School


def entries(school: School, by: str = ADMIN, **query: str) -> list[Any]:
    """The entries that fulfil the query, the newest first."""
    reply = school.call("GET", "/api/v1/audit_logs", by=by, query={"limit": "200", **query})
    assert reply.status == 200, reply.body
    items: list[Any] = reply.json["items"]
    return items


def stored(school: School, org_id: UUID = HILLSIDE.id) -> list[dict[str, Any]]:
    """All entries as they lie in the table, in their order."""
    with psycopg.connect(school.database.conninfo(), row_factory=psycopg.rows.dict_row) as db:
        return db.execute("select * from audit_logs where org_id = %s order by seq", [org_id]).fetchall()


def run_step(school: School, function: Function, job_id: str, org_id: UUID = HILLSIDE.id) -> None:
    """What the job's workflow does: enter the attempt and call the step."""
    with tenant_transaction(org_id, school.database.url("write")) as db:
        start_attempt(db, UUID(job_id), 1)
    school.api._give_database(function)
    function({"org_id": str(org_id), "job_id": job_id, "attempt": 1}, None)
