"""The caller's own organisation."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select, update

from dreamseed.identity.account_models import OrganisationSettings
from dreamseed.platform.tables import organisations

AnyRow = Row[*tuple[Any, ...]]


def read_organisation(db: Connection, *, is_locked: bool = False) -> AnyRow:
    """The transaction's organisation; its row-level security shows no other."""
    statement = select(organisations)
    return db.execute(statement.with_for_update() if is_locked else statement).one()


def change_organisation(db: Connection, values: dict[str, Any]) -> AnyRow:
    """Change the locked organisation and count its version."""
    changed = update(organisations).values(**values, version=organisations.c.version + 1)
    return db.execute(changed.returning(organisations)).one()


def shown_organisation(row: AnyRow) -> OrganisationSettings:
    """An organisation from its row."""
    return OrganisationSettings(
        id=row.id,
        slug=row.slug,
        name=row.name,
        kind=row.kind,
        plan=row.plan,
        registration=row.registration,
        email_domains=row.email_domains,
        requires_second_factor=row.requires_second_factor,
        retention_days=row.retention_days,
        erasure_cool_off_days=row.erasure_cool_off_days,
        audit_retention_years=row.audit_retention_years,
    )
