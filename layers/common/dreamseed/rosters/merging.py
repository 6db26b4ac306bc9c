"""What other systems call an account that becomes part of another."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, update

from dreamseed.rosters.tables import roster_links


def merge_person(db: Connection, kept_id: UUID, merged_id: UUID) -> dict[str, int]:
    """Both ids of the other system mean the account that is kept, so that the next roster opens no closed one."""
    mine = (roster_links.c.kind == "person") & (roster_links.c.target_id == merged_id)
    return {"roster_links": db.execute(update(roster_links).where(mine).values(target_id=kept_id)).rowcount}
