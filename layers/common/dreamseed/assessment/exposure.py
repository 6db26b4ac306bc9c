"""How often each item of a bank has been given: a finished session adds to the counts, a voided one is taken out again.

The two may arrive in either order: a count is a sum, and may for a moment be too low.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from dreamseed.assessment.tables import exposure_counts


class _Event(BaseModel):
    """Part of an event as this consumer reads it: fields that it does not know are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class AdministeredItem(_Event):
    """An item that was answered, and the score that the answer earned: 1 where right, 0 where wrong."""

    item_version_id: UUID
    score: Annotated[int, Field(ge=0, le=1)]


class FinishedSession(_Event):
    """What the counts need of the events `session.finished` and `session.voided`. No item comes twice in a session."""

    bank_version_id: UUID
    responses: tuple[AdministeredItem, ...]


def count_exposures(db: Connection, session: FinishedSession) -> None:
    """Add the session's items to the counts of its bank version."""
    _add(db, session, 1)


def uncount_exposures(db: Connection, session: FinishedSession) -> None:
    """Take the session's items out of the counts of its bank version again."""
    _add(db, session, -1)


def _add(db: Connection, session: FinishedSession, times: int) -> None:
    """Add the session to the counts so many times.

    The rows are taken in the order of their ids, whatever the order of the answers, so that two sessions never wait for
    each other.
    """
    rows = [
        {
            "bank_version_id": session.bank_version_id,
            "item_version_id": item.item_version_id,
            "administered": times,
            "correct": times * item.score,
        }
        for item in sorted(session.responses, key=lambda item: item.item_version_id)
    ]
    if not rows:
        return
    statement = insert(exposure_counts).values(rows)
    counts, added = exposure_counts.c, statement.excluded
    more = {name: counts[name] + added[name] for name in ("administered", "correct")}
    key = ["org_id", "bank_version_id", "item_version_id"]
    db.execute(statement.on_conflict_do_update(index_elements=key, set_=more))
