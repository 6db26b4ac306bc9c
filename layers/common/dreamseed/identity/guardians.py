"""Who is whose guardian, in SQL and as it is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from dreamseed.errors import FieldError, Invalid, NotFound
from dreamseed.identity.role_models import Guardianship
from dreamseed.identity.tables import guardianships, users

AnyRow = Row[*tuple[Any, ...]]
_guardian, _learner = users.alias("guardian"), users.alias("learner")
_shown = (
    select(guardianships, _guardian.c.full_name.label("guardian_name"), _learner.c.full_name.label("learner_name"))
    .join(_guardian, _guardian.c.id == guardianships.c.guardian_id)
    .join(_learner, _learner.c.id == guardianships.c.learner_id)
)


def put_guardianship(db: Connection, guardian_id: UUID, learner_id: UUID, relation: str, created_by: UUID) -> AnyRow:
    """Make somebody a learner's guardian, or change what they are to them; returns the row.

    Raises NotFound for either of them, and Invalid where they are one.
    """
    if guardian_id == learner_id:
        errors = (FieldError("path.guardian_id", "is the learner"),)
        raise Invalid("Nobody is their own guardian.", code="own_guardian", errors=errors)
    known = set(db.scalars(select(users.c.id).where(users.c.id.in_([guardian_id, learner_id]))))
    if known != {guardian_id, learner_id}:
        raise NotFound("There is no such person.", code="user_not_found")
    row = {"guardian_id": guardian_id, "learner_id": learner_id, "relation": relation, "created_by": created_by}
    statement = insert(guardianships).values(**row)
    key = ["org_id", "guardian_id", "learner_id"]
    db.execute(statement.on_conflict_do_update(index_elements=key, set_={"relation": relation}))
    one = guardianships.c.guardian_id == guardian_id, guardianships.c.learner_id == learner_id
    return db.execute(_shown.where(*one)).one()


def delete_guardianship(db: Connection, guardian_id: UUID, learner_id: UUID) -> None:
    """Make somebody a learner's guardian no longer."""
    one = guardianships.c.guardian_id == guardian_id, guardianships.c.learner_id == learner_id
    db.execute(delete(guardianships).where(*one))


def list_guardianships(
    db: Connection,
    guardian_id: UUID | None,
    learner_id: UUID | None,
    after: tuple[UUID, UUID] | None,
    limit: int,
) -> list[AnyRow]:
    """Up to `limit` guardianships in the order of their ids, of one guardian or one learner if named."""
    key = guardianships.c.guardian_id, guardianships.c.learner_id
    statement = _shown.order_by(*key).limit(limit)
    for column, wanted in zip(key, (guardian_id, learner_id), strict=True):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return list(db.execute(statement.where(tuple_(*key) > after) if after else statement))


def shown_guardianship(row: AnyRow) -> Guardianship:
    """A guardianship from its row, which was opened."""
    return Guardianship(
        guardian_id=row.guardian_id,
        guardian_name=row.guardian_name,
        learner_id=row.learner_id,
        learner_name=row.learner_name,
        relation=row.relation,
        created_at=row.created_at,
    )
