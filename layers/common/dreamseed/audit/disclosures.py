"""To whom a learner's records were disclosed, by whom, why and on what basis: the record that 34 CFR 99.32 asks for.

Entries are added and never changed. Staff state what they disclosed; a program that reads a learner's record by an API
key leaves an entry by itself, one a day for each kind of record; so does whoever hands out an export.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from dreamseed.audit.models import Disclosure
from dreamseed.audit.tables import disclosures
from dreamseed.database.ids import new_id
from dreamseed.errors import NotFound
from dreamseed.http.caller import Caller
from dreamseed.identity.people import is_guardian, is_person, parts_of, people
from dreamseed.ports.subject_keys import SubjectKeys

AnyRow = Row[*tuple[Any, ...]]
PROGRAM_BASIS = "school_official"
"""A key acts for the member of staff whose it is."""

_by = people.alias("by_person")
_shown = select(disclosures, _by.c.full_name.label("by_name")).outerjoin(_by, _by.c.id == disclosures.c.by_user_id)


@dataclass(frozen=True)
class Disclosed:
    """What was disclosed of a learner: to which party, for which purpose, which records, on which basis, and by whom.

    `kind` is `stated`, `program` or `export`. With an `id` that is there already nothing is added.
    """

    learner_id: UUID
    party: str
    purpose: str
    records: str
    basis: str
    at: datetime
    by_user_id: UUID
    kind: str = "stated"
    api_key_id: UUID | None = None
    id: UUID = field(default_factory=new_id)


def add_disclosure(db: Connection, keys: SubjectKeys, disclosed: Disclosed) -> None:
    """Add an entry. Raises Conflict (`subject_erased`) for somebody whose key was destroyed."""
    row = asdict(disclosed)
    row["disclosed_at"] = row.pop("at")
    for name in ("party", "purpose", "records"):
        row[name] = keys.seal(disclosed.learner_id, row[name], f"disclosures.{name}")
    db.execute(insert(disclosures).values(**row).on_conflict_do_nothing())


def record_read(db: Connection, keys: SubjectKeys, caller: Caller, learner_id: UUID, action: str) -> None:
    """Note that a program read something of a learner's, once a day for each key and kind of record."""
    from dreamseed.identity.api_keys import key_name  # loaded by a program's first read of somebody's record

    now, key_id = datetime.now(UTC), caller.session_id or caller.user_id
    disclosed = Disclosed(
        learner_id,
        party=f"{key_name(db, keys, key_id) or key_id} (a program)",
        purpose="Read by a program with an API key",
        records=action,
        basis=PROGRAM_BASIS,
        at=now,
        by_user_id=caller.user_id,
        kind="program",
        api_key_id=key_id,
        id=uuid5(learner_id, f"{key_id} {action} {now.date()}"),
    )
    add_disclosure(db, keys, disclosed)


def record_handing_out(db: Connection, keys: SubjectKeys, caller: Caller, learner_id: UUID, export_id: UUID) -> None:
    """Note that staff fetched a copy of somebody's data, once for each copy and member of staff.

    What people fetch themselves, or guardians for their wards, is no disclosure.
    """
    if caller.user_id == learner_id or is_guardian(db, caller.user_id, learner_id):
        return
    disclosed = Disclosed(
        learner_id,
        party="Whoever asked the school for a copy of the data",
        purpose="A copy was made and fetched to be handed out",
        records="Everything that is kept of the person",
        basis="own_request",
        at=datetime.now(UTC),
        by_user_id=caller.user_id,
        kind="export",
        id=uuid5(export_id, str(caller.user_id)),
    )
    add_disclosure(db, keys, disclosed)


def list_disclosures(
    db: Connection, learner_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[AnyRow]:
    """Up to `limit` disclosures of a learner's records, the newest first, each with the name of who made it.

    Those of accounts that have become part of the learner's are among them.
    """
    key = disclosures.c.disclosed_at, disclosures.c.id
    accounts = select(parts_of([learner_id]).c.id)
    statement = _shown.where(disclosures.c.learner_id.in_(accounts)).order_by(*(each.desc() for each in key))
    return list(db.execute((statement.where(tuple_(*key) < before) if before else statement).limit(limit)))


def read_disclosure(db: Connection, disclosure_id: UUID) -> AnyRow:
    """One disclosure, which there must be."""
    return db.execute(_shown.where(disclosures.c.id == disclosure_id)).one()


def require_readable(db: Connection, caller: Caller, learner_id: UUID) -> None:
    """Raise NotFound unless the learner is the caller, their ward, or anybody for who may read all disclosures."""
    may = caller.may("disclosure:read", owner_id=learner_id) or is_guardian(db, caller.user_id, learner_id)
    if not (may and is_person(db, learner_id)):
        raise NotFound("There is no such learner.", code="learner_not_found")


def shown_disclosure(row: Any) -> Disclosure:
    """A disclosure from its row, whose sealed texts have been opened."""
    return Disclosure(**{name: getattr(row, name) for name in Disclosure.model_fields})
