"""What other areas may ask of concepts, without loading banks and their arrays."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from dreamseed.content.tables import concepts


def names_of(db: Connection, concept_codes: Collection[str]) -> dict[str, str]:
    """The names of those concepts that exist, by code."""
    if not concept_codes:
        return {}
    statement = select(concepts.c.code, concepts.c.name).where(concepts.c.code.in_(concept_codes))
    return {row.code: row.name for row in db.execute(statement)}
