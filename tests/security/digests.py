"""Whether anything in a database has changed."""

from __future__ import annotations

from uuid import UUID

import psycopg
from psycopg import sql

from host.postgres import Database

TABLES = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
NOTES = {"rate_counts"}
"""Tables that note that somebody has called, also what was refused."""
DIGEST = "select {}, count(*) || ' ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') from {} t where {}"


def digests(database: Database, org_id: UUID | None = None) -> dict[str, str]:
    """A digest of each table's rows, all of them or one organisation's, as the superuser sees them."""
    with psycopg.connect(database.conninfo(), autocommit=True) as db:
        tables = [row[0] for row in db.execute(TABLES) if row[0] not in NOTES]
        parts = [
            sql.SQL(DIGEST).format(table, sql.Identifier(table), _whose(table, org_id))
            for table in tables
            if org_id is None or table != "alembic_version"
        ]
        return dict(db.execute(sql.SQL(" union all ").join(parts)).fetchall())


def _whose(table: str, org_id: UUID | None) -> sql.Composable:
    if org_id is None:
        return sql.SQL("true")
    return sql.SQL("{} = {}").format(sql.Identifier("id" if table == "organisations" else "org_id"), org_id)
