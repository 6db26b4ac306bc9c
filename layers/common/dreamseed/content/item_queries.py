"""The item bank in SQL, as those see it who write and review items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Float, Row, Select, and_, cast, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on

from dreamseed.assessment.item_statistics import exposure_of_versions
from dreamseed.content.item_models import ItemSort
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

AnyRow = Row[*tuple[Any, ...]]
_LAST = float("inf")
"""What is missing sorts behind everything else, whichever way."""


def list_banks(db: Connection, after: str | None, limit: int) -> list[AnyRow]:
    """Up to `limit` banks by name."""
    statement = select(banks.c.id, banks.c.name, banks.c.description).order_by(banks.c.name).limit(limit)
    return list(db.execute(statement.where(banks.c.name > after) if after is not None else statement))


def list_bank_versions(db: Connection, bank_ids: list[UUID]) -> list[AnyRow]:
    """The versions of those banks with the number of their items, the newest first."""
    counted = select(func.count()).where(item_parameters.c.bank_version_id == bank_versions.c.id).scalar_subquery()
    return list(
        db.execute(
            select(bank_versions, counted.label("item_count"))
            .where(bank_versions.c.bank_id.in_(bank_ids))
            .order_by(bank_versions.c.version.desc())
        )
    )


def list_concepts(db: Connection, after: str | None, limit: int) -> list[AnyRow]:
    """Up to `limit` concepts by code, with the codes of their direct prerequisites and the number of their items."""
    source = concepts.alias("source")
    is_prerequisite = and_(
        concept_relationships.c.source_id == source.c.id,
        concept_relationships.c.target_id == concepts.c.id,
        concept_relationships.c.type == "prerequisite",
    )
    codes = func.array_agg(aggregate_order_by(source.c.code, source.c.code))
    prerequisites = select(codes).select_from(source.join(concept_relationships, is_prerequisite))
    counted = select(func.count()).where(items.c.concept_id == concepts.c.id)
    statement = (
        select(
            concepts,
            prerequisites.correlate(concepts).scalar_subquery().label("prerequisites"),
            counted.correlate(concepts).scalar_subquery().label("item_count"),
        )
        .order_by(concepts.c.code)
        .limit(limit)
    )
    return list(db.execute(statement.where(concepts.c.code > after) if after is not None else statement))


_newest_version = (
    select(item_versions)
    .ext(distinct_on(item_versions.c.item_id))
    .order_by(item_versions.c.item_id, item_versions.c.version.desc(), item_versions.c.language)
    .subquery("newest_version")
)
_newest_parameters = (
    select(item_parameters, banks.c.name.label("bank_name"), bank_versions.c.version, bank_versions.c.is_provisional)
    .join(bank_versions, bank_versions.c.id == item_parameters.c.bank_version_id)
    .join(banks, banks.c.id == bank_versions.c.bank_id)
    .ext(distinct_on(item_parameters.c.item_version_id))
    .order_by(item_parameters.c.item_version_id, bank_versions.c.created_at.desc(), bank_versions.c.version.desc())
    .subquery("newest_parameters")
)
_p_value = cast(exposure_of_versions.c.correct, Float) / func.nullif(exposure_of_versions.c.administered, 0)
_SORTED_BY: dict[str, ColumnElement[Any]] = {
    "difficulty": _newest_parameters.c.difficulty,
    "exposure": exposure_of_versions.c.administered,
    "p_value": _p_value,
}


@dataclass(frozen=True)
class Wanted:
    """Which items are looked for, and in which order. `text` is part of a stem or code."""

    concept_code: str | None = None
    status: str | None = None
    bank_version_id: UUID | None = None
    text: str | None = None
    sort: ItemSort = "code"

    @property
    def sorted_by(self) -> ColumnElement[Any]:
        """The first part of the sort key, rising; the code is the second."""
        column = _SORTED_BY.get(self.sort.removeprefix("-"))
        if column is None:
            return cast(literal(0.0), Float)
        return func.coalesce(-column if self.sort.startswith("-") else column, _LAST)


def list_items(db: Connection, wanted: Wanted, after: tuple[float, str] | None, limit: int) -> list[AnyRow]:
    """Up to `limit` items that fit, in the wanted order; `sort_value` is the first part of a row's sort key."""
    key = (wanted.sorted_by, items.c.code)
    statement = _summaries(_newest_version).add_columns(wanted.sorted_by.label("sort_value"))
    statement = statement.where(*_conditions(wanted)).order_by(*key).limit(limit)
    return list(db.execute(statement.where(tuple_(*key) > after) if after is not None else statement))


def read_item(db: Connection, item_id: UUID, version_id: UUID | None) -> AnyRow | None:
    """An item in that version, or in its newest one, with the version's key."""
    version = _newest_version if version_id is None else item_versions.alias("newest_version")
    statement = _summaries(version).add_columns(version.c.key).where(items.c.id == item_id)
    return db.execute(statement if version_id is None else statement.where(version.c.id == version_id)).one_or_none()


def list_versions(db: Connection, item_id: UUID) -> list[AnyRow]:
    """The versions of an item, the newest first."""
    newest_first = (item_versions.c.version.desc(), item_versions.c.language)
    return list(db.execute(select(item_versions).where(item_versions.c.item_id == item_id).order_by(*newest_first)))


def list_calibrations(db: Connection, item_version_id: UUID) -> list[AnyRow]:
    """The parameters of an item version in each bank version that holds it, the newest first."""
    return list(
        db.execute(
            select(
                item_parameters,
                banks.c.name.label("bank_name"),
                bank_versions.c.version.label("bank_version"),
                bank_versions.c.is_provisional,
            )
            .join(bank_versions, bank_versions.c.id == item_parameters.c.bank_version_id)
            .join(banks, banks.c.id == bank_versions.c.bank_id)
            .where(item_parameters.c.item_version_id == item_version_id)
            .order_by(bank_versions.c.created_at.desc(), bank_versions.c.version.desc())
        )
    )


def read_misconceptions(db: Connection, codes: list[str]) -> dict[str, AnyRow]:
    """Misconceptions by code."""
    rows = db.execute(select(misconceptions).where(misconceptions.c.code.in_(codes)))
    return {row.code: row for row in rows}


def _summaries(version: Any) -> Select[*tuple[Any, ...]]:
    """Items in a version each, with concept, parameters and how often they have been given."""
    parameters, exposure = _newest_parameters, exposure_of_versions
    columns = (version.c.version, version.c.type, version.c.language, version.c.status, version.c.body)
    return (
        select(
            items.c.id,
            items.c.code,
            concepts.c.code.label("concept_code"),
            concepts.c.name.label("concept_name"),
            version.c.id.label("version_id"),
            *columns,
            parameters.c.bank_version_id,
            parameters.c.bank_name,
            parameters.c.version.label("bank_version"),
            parameters.c.is_provisional,
            *(parameters.c[name] for name in ("discrimination", "difficulty", "guessing", "upper", "provenance")),
            func.coalesce(exposure.c.administered, 0).label("administered"),
            func.coalesce(exposure.c.correct, 0).label("correct"),
        )
        .select_from(items)
        .join(version, version.c.item_id == items.c.id)
        .join(concepts, concepts.c.id == items.c.concept_id)
        .outerjoin(parameters, parameters.c.item_version_id == version.c.id)
        .outerjoin(exposure, exposure.c.item_version_id == version.c.id)
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.concept_code is not None:
        found.append(concepts.c.code == wanted.concept_code)
    if wanted.status is not None:
        found.append(_newest_version.c.status == wanted.status)
    if wanted.bank_version_id is not None:
        held = select(item_parameters.c.item_version_id).where(
            item_parameters.c.bank_version_id == wanted.bank_version_id
        )
        found.append(_newest_version.c.id.in_(held))
    if wanted.text is not None:
        places = (_newest_version.c.body["stem"].astext, items.c.code)
        found.append(or_(*(place.icontains(wanted.text, autoescape=True) for place in places)))
    return found
