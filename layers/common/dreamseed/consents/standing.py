"""What consents somebody lacks: what other areas and the policies may know of consents."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from dreamseed.consents import queries, rules
from dreamseed.consents.rules import Purpose


def lacking(db: Connection, user_id: UUID, age_band: str | None) -> frozenset[Purpose]:
    """The purposes for which somebody of that age lacks a consent that they need."""
    return rules.lacking(age_band, queries.standing(db, [user_id]).get(user_id, ()))
