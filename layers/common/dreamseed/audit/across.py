"""Work across organisations, in the platform's own audit log: which job ran, and what it did."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from dreamseed.audit.entries import Entry, append
from dreamseed.platform.tables import PLATFORM_ID


def note_run(db: Connection, name: str, outcome: object) -> None:
    """Append what a job has done, unless that is nothing. The last statement of its transaction, then the platform's.

    `outcome` is what the job returns: a count, or counts by name.
    """
    counts = outcome if isinstance(outcome, Mapping) else {"count": outcome}
    done = {kind: count for kind, count in counts.items() if isinstance(count, int) and count > 0}
    if done:
        db.execute(text("select set_config('app.org_id', :org_id, true)"), {"org_id": str(PLATFORM_ID)})
        append(db, Entry(name, resource="organisations", changes={"after": done}))
