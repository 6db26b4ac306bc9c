"""Banks, concepts and items in lists, from their rows; no engine is needed for them."""

from __future__ import annotations

from sqlalchemy import Connection

from dreamseed.content import item_queries
from dreamseed.content.item_models import (
    BankListing,
    BankVersion,
    Concept,
    ConceptRef,
    ItemParameters,
    ItemStatistics,
    ItemSummary,
)
from dreamseed.content.item_queries import AnyRow


def shown_banks(db: Connection, rows: list[AnyRow]) -> list[BankListing]:
    """Banks with their versions."""
    versions = item_queries.list_bank_versions(db, [row.id for row in rows])
    return [
        BankListing(
            id=row.id,
            name=row.name,
            description=row.description,
            versions=[_bank_version(version) for version in versions if version.bank_id == row.id],
        )
        for row in rows
    ]


def _bank_version(row: AnyRow) -> BankVersion:
    return BankVersion(**{name: row._mapping[name] for name in BankVersion.model_fields})


def shown_concept(row: AnyRow) -> Concept:
    """A concept from its row."""
    return Concept(
        id=row.id,
        code=row.code,
        type=row.type,
        name=row.name,
        description=row.description,
        prerequisites=row.prerequisites or [],
        item_count=row.item_count,
    )


def shown_item(row: AnyRow) -> ItemSummary:
    """An item from its row."""
    return ItemSummary(
        id=row.id,
        code=row.code,
        concept=ConceptRef(code=row.concept_code, name=row.concept_name),
        version_id=row.version_id,
        version=row.version,
        type=row.type,
        language=row.language,
        status=row.status,
        stem=row.body["stem"],
        stem_spoken=row.body["stem_spoken"],
        parameters=parameters_of(row) if row.bank_version_id is not None else None,
        statistics=ItemStatistics(
            administered=row.administered,
            correct=row.correct,
            p_value=row.correct / row.administered if row.administered else None,
        ),
    )


def parameters_of(row: AnyRow) -> ItemParameters:
    """An item's parameters in a bank version, from a row that has them."""
    return ItemParameters(**{name: row._mapping[name] for name in ItemParameters.model_fields})
