"""Making an audit log look as if it had been written long ago."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import psycopg

from dreamseed.audit.rules import GENESIS, entry_hash
from host.postgres import Database


def date_back(database: Database, org_id: UUID, times: Sequence[datetime]) -> None:
    """Give an organisation's first entries those times, and all of them the hashes that they would have had."""
    with psycopg.connect(database.conninfo(), row_factory=psycopg.rows.dict_row) as db:
        entries = db.execute("select * from audit_logs where org_id = %s order by seq", [org_id]).fetchall()
        previous = GENESIS
        for index, entry in enumerate(entries):
            entry["at"] = times[index] if index < len(times) else entry["at"]
            digest = entry_hash(entry, previous)
            change = "update audit_logs set at = %s, prev_hash = %s, hash = %s where org_id = %s and seq = %s"
            db.execute(change, [entry["at"], previous, digest, org_id, entry["seq"]])
            previous = digest
        db.execute("update audit_heads set hash = %s where org_id = %s", [previous, org_id])


def keep_for(database: Database, org_id: UUID, years: int | None) -> None:
    """Set how long the organisation keeps its log, without an entry that says so."""
    with psycopg.connect(database.conninfo()) as db:
        db.execute("update organisations set audit_retention_years = %s where id = %s", [years, org_id])
