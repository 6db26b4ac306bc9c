"""How old people are, in SQL: a band each, and when it changes.

Learners who come by an invitation or from another provider are asked (`ask_age`), and count as children until they say
it, or the school agrees for them. Of whom the school knows its people, from a roster, it says the age as well.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, Date, case, cast, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from dreamseed.errors import Conflict, FieldError, Invalid
from dreamseed.identity.age_rules import BANDS, Age, age_of, age_on, is_plausible, next_age
from dreamseed.identity.tables import ages, users
from dreamseed.standing import AgeBand

Source = Literal["self", "staff", "roster"]
CHILD: AgeBand = "under_13"


def stated_age(birth_date: date, today: date, field: str = "body.birth_date") -> Age:
    """The age that follows from a birth date. Raises Invalid for one that nobody can have."""
    if not is_plausible(birth_date, today):
        errors = (FieldError(field, "must be a day on which somebody alive was born"),)
        raise Invalid("This is no birth date.", code="birth_date_implausible", errors=errors)
    return age_of(birth_date, today)


def put_age(db: Connection, user_id: UUID, age: Age, source: Source) -> None:
    """Note how old somebody is."""
    row = {"band": age.band, "band_until": age.until, "source": source}
    statement = insert(ages).values(user_id=user_id, **row)
    db.execute(statement.on_conflict_do_update(index_elements=["org_id", "user_id"], set_=row))


def ask_age(db: Connection, user_id: UUID) -> None:
    """Ask somebody, at their next sign-in, how old they are; whose age is known is not asked."""
    db.execute(insert(ages).values(user_id=user_id, source="asked").on_conflict_do_nothing())


def is_asked(db: Connection, user_id: UUID) -> bool:
    """Whether somebody is asked how old they are, and has not said it yet."""
    return bool(asked(db, [user_id]))


def asked(db: Connection, user_ids: Collection[UUID]) -> set[UUID]:
    """Those of these people who are asked how old they are, and have not said it yet."""
    return set(db.scalars(select(ages.c.user_id).where(ages.c.user_id.in_(user_ids), ages.c.band.is_(None))))


def state_age(db: Connection, user_id: UUID, age: Age) -> None:
    """Note how old somebody says that they are, once. Raises Conflict for another age than the one that is known."""
    key = ages.c.user_id == user_id
    row = db.execute(select(ages.c.band, ages.c.source).where(key).with_for_update()).one_or_none()
    if row is not None and row.band is None:
        put_age(db, user_id, age, "self")
    elif row is None or (row.band, row.source) != (age.band, "self"):
        raise Conflict("Only your school can change how old you are here.", code="age_not_asked")


def band_that_counts(db: Connection, user_id: UUID, today: date) -> AgeBand | None:
    """The band by which somebody is treated: a child's while they are asked; None for whom nobody asks."""
    return bands_that_count(db, [user_id], today).get(user_id)


def bands_that_count(db: Connection, user_ids: Collection[UUID], today: date) -> dict[UUID, AgeBand]:
    """The same for several people."""
    rows = db.execute(select(ages.c.user_id, ages.c.band, ages.c.band_until).where(ages.c.user_id.in_(user_ids)))
    return {
        row.user_id: CHILD if row.band is None else age_on(Age(row.band, row.band_until), today).band for row in rows
    }


def age_band_of(db: Connection, user_id: UUID, today: date) -> AgeBand | None:
    """Somebody's age band today; None while nobody has said how old they are."""
    return bands_of(db, [user_id], today).get(user_id)


def bands_of(db: Connection, user_ids: Collection[UUID], today: date) -> dict[UUID, AgeBand]:
    """The age bands of those of these people of whom they are known."""
    return {user_id: age.band for user_id, age in ages_of(db, user_ids, today).items()}


def ages_of(db: Connection, user_ids: Collection[UUID], today: date) -> dict[UUID, Age]:
    """The ages of those of these people of whom they are known."""
    known = ages.c.user_id.in_(user_ids), ages.c.band.is_not(None)
    rows = db.execute(select(ages.c.user_id, ages.c.band, ages.c.band_until).where(*known))
    return {row.user_id: age_on(Age(row.band, row.band_until), today) for row in rows}


def list_children(db: Connection, today: date, after: UUID | None, limit: int) -> list[UUID]:
    """Up to `limit` people who are under 13 today or count as such, by their ids; nobody waits for a closed account."""
    is_child = ages.c.band.is_(None) | (ages.c.band == CHILD) & (ages.c.band_until > today)
    theirs = (users.c.org_id == ages.c.org_id) & (users.c.id == ages.c.user_id) & users.c.is_active
    statement = select(ages.c.user_id).join(users, theirs).where(is_child).order_by(ages.c.user_id).limit(limit)
    return list(db.scalars(statement.where(ages.c.user_id > after) if after else statement))


def renew_ages(db: Connection, limit: int) -> int:
    """Move up to `limit` people, of all organisations, on to their next band. Returns how many it were.

    Whoever asks for a band moves it on themselves; this keeps what is stored true, without looking at anybody.
    """
    today = func.current_date()
    key = tuple_(ages.c.org_id, ages.c.user_id)
    due = select(ages.c.org_id, ages.c.user_id).where(ages.c.band_until <= today).limit(limit)
    bands = [band for _, band in BANDS]
    step = {band: next_age(Age(band, date(2000, 1, 1))) for band in bands[:-1]}
    follower = case({band: age.band for band, age in step.items()}, value=ages.c.band)
    years = case({band: age.until.year - 2000 if age.until else None for band, age in step.items()}, value=ages.c.band)
    until = cast(ages.c.band_until + func.make_interval(years), Date)
    return db.execute(update(ages).where(key.in_(due)).values(band=follower, band_until=until)).rowcount
