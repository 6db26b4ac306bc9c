"""What the policies ask of somebody besides their roles, as it is at this moment."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, func, select

from dreamseed.consents import standing as consents
from dreamseed.identity.ages import band_that_counts
from dreamseed.platform.tables import organisations
from dreamseed.standing import Standing


def read_standing(db: Connection, user_id: UUID, today: date) -> Standing:
    """Their organisation's demands, the age band that counts and the consents that they lack."""
    band = band_that_counts(db, user_id, today)
    required = db.scalar(select(func.bool_or(organisations.c.requires_second_factor)))
    return Standing(
        requires_second_factor=bool(required),
        age_band=band,
        lacks_consent=consents.lacking(db, user_id, band),
    )
