"""Content in SQL."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from dreamseed.content.tables import (
    bank_versions,
    banks,
    concept_relationships,
    concepts,
    item_parameters,
    item_versions,
    items,
    misconceptions,
)


def read_bank_version(db: Connection, bank_version_id: UUID) -> Row[Any, Any, Any, Any] | None:
    """A bank version with its bank's name."""
    return db.execute(
        select(bank_versions.c.id, banks.c.name, bank_versions.c.version, bank_versions.c.is_provisional)
        .join(banks, banks.c.id == bank_versions.c.bank_id)
        .where(bank_versions.c.id == bank_version_id)
    ).one_or_none()


def count_items(db: Connection, bank_version_id: UUID) -> int:
    """How many items a bank version has."""
    counted = select(func.count()).select_from(item_parameters)
    return db.scalar(counted.where(item_parameters.c.bank_version_id == bank_version_id)) or 0


def list_parameters(db: Connection, bank_version_id: UUID) -> list[Row[Any]]:
    """The items of a bank version with their parameters and concepts, by position."""
    return list(
        db.execute(
            select(
                item_parameters.c.item_version_id,
                items.c.code.label("item_code"),
                concepts.c.code.label("concept_code"),
                concepts.c.name.label("concept_name"),
                item_parameters.c.discrimination,
                item_parameters.c.difficulty,
                item_parameters.c.guessing,
                item_parameters.c.upper,
            )
            .join(item_versions, item_versions.c.id == item_parameters.c.item_version_id)
            .join(items, items.c.id == item_versions.c.item_id)
            .join(concepts, concepts.c.id == items.c.concept_id)
            .where(item_parameters.c.bank_version_id == bank_version_id)
            .order_by(item_parameters.c.position)
        )
    )


def read_items(db: Connection, item_version_ids: Collection[UUID]) -> list[Row[Any]]:
    """Item versions with what they ask, their key, and their concept."""
    return list(
        db.execute(
            select(
                item_versions.c.id,
                items.c.code,
                item_versions.c.type,
                concepts.c.code.label("concept_code"),
                item_versions.c.body,
                item_versions.c.key,
            )
            .join(items, items.c.id == item_versions.c.item_id)
            .join(concepts, concepts.c.id == items.c.concept_id)
            .where(item_versions.c.id.in_(item_version_ids))
        )
    )


def read_misconception(db: Connection, code: str) -> Row[Any, Any, Any] | None:
    """A misconception's name and description."""
    return db.execute(
        select(misconceptions.c.code, misconceptions.c.name, misconceptions.c.description).where(
            misconceptions.c.code == code
        )
    ).one_or_none()


def list_prerequisites(db: Connection, concept_codes: Collection[str]) -> list[Row[Any]]:
    """(code, prerequisite) of the direct prerequisites of those concepts."""
    source, target = concepts.alias("source"), concepts.alias("target")
    return list(
        db.execute(
            select(target.c.code.label("code"), source.c.code.label("prerequisite"))
            .select_from(concept_relationships)
            .join(source, source.c.id == concept_relationships.c.source_id)
            .join(target, target.c.id == concept_relationships.c.target_id)
            .where(concept_relationships.c.type == "prerequisite", target.c.code.in_(concept_codes))
            .order_by(target.c.code, source.c.code)
        )
    )
