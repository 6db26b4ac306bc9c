"""A family of the demo school: a guardian, Ada and two children, one of whom waits for somebody to agree.

Another child learns because the school agreed in the parents' place. All three children are in a club of Mira's, which
Zuri joined after that. Classes are never deleted, so the club says whether all this is written; what people have
agreed to, or taken back, since then stays as it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from dreamseed.audit.disclosures import Disclosed, add_disclosure
from dreamseed.consents import giving
from dreamseed.consents.rules import Purpose
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.age_rules import age_of
from dreamseed.identity.ages import put_age
from dreamseed.identity.guardians import put_guardianship
from dreamseed.identity.passwords import hash_password
from dreamseed.identity.people import names_of
from dreamseed.identity.tables import memberships, users
from dreamseed.ports.subject_keys import ERASED, SubjectKeys
from dreamseed.school.tables import classes, enrolments
from host.demo.seed import HILLSIDE, PASSWORD, DemoClass, DemoPerson, add, demo_id, sealed_person

PARENT = DemoPerson("parent@hillside.example", "Chioma Eze", "guardian", HILLSIDE)
TOBI = DemoPerson("tobi@hillside.example", "Tobi Eze", "learner", HILLSIDE)
ZURI = DemoPerson("zuri@hillside.example", "Zuri Eze", "learner", HILLSIDE)
MILO = DemoPerson("milo@hillside.example", "Milo Falk", "learner", HILLSIDE)
FAMILY = (PARENT, TOBI, ZURI)
"""Those who can sign in."""
CLUB = DemoClass("Maths club", "Mathematics", HILLSIDE, tuple(child.email for child in (TOBI, ZURI, MILO)))

ADA, MIRA, ROSA = (demo_id(f"{name}@hillside.example") for name in ("ada", "teacher", "admin"))
CHIOMA_ID, TOBI_ID, ZURI_ID, MILO_ID = (demo_id(person.email) for person in (PARENT, TOBI, ZURI, MILO))
YEARS = {ADA: 13, TOBI_ID: 12, ZURI_ID: 11, MILO_ID: 12}
WARDS = (ADA, TOBI_ID, ZURI_ID)
NEEDED: tuple[Purpose, ...] = ("account", "learning_record")

BEGAN, AGREED, DISCLOSED, ZURI_JOINED = (timedelta(days) for days in (60, 55, 20, 3))
"""How long ago it was."""


def seed_family(write_url: str, keys: SubjectKeys, now: datetime) -> bool:
    """Write the family, as the role dreamseed_write, unless it is there; whether it was written.

    `keys` seal it. The school itself must be there (`host.demo.seed`).
    """
    own = keys.of(HILLSIDE.id)
    with tenant_transaction(HILLSIDE.id, write_url) as db:
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(CLUB.id), 0))))
        if db.execute(select(classes.c.id).where(classes.c.id == CLUB.id)).first() is not None:
            return False
        _add_people(db, own)
        _add_club(db, now)
        there = {each for each, name in names_of(db, own, tuple(YEARS)).items() if name != ERASED}
        for learner_id in there:
            birthday = now.date().replace(year=now.year - YEARS[learner_id], day=1)
            put_age(db, learner_id, age_of(birthday, now.date()), "staff")
        for ward_id in there.intersection(WARDS):
            put_guardianship(db, CHIOMA_ID, ward_id, "parent", ROSA)
        _add_consents(db, own, now)
        for disclosed in _disclosures(now):
            if disclosed.learner_id in there:
                add_disclosure(db, own, disclosed)
    return True


def _add_people(db: Connection, keys: SubjectKeys) -> None:
    password_hash = hash_password(PASSWORD)
    people = (*FAMILY, MILO)
    keys.make([demo_id(person.email) for person in people])
    rows = [sealed_person(person, keys) | {"password_hash": None} for person in people]  # Milo has none  # nosec B105
    add(db, users, [row | {"password_hash": password_hash} if row["id"] != MILO_ID else row for row in rows])
    add(db, memberships, [{"user_id": demo_id(person.email), "role": person.role} for person in people])


def _add_club(db: Connection, now: datetime) -> None:
    since = {MIRA: BEGAN, TOBI_ID: BEGAN, MILO_ID: BEGAN, ZURI_ID: ZURI_JOINED}
    add(db, classes, [{"id": CLUB.id, "name": CLUB.name, "subject": CLUB.subject}])
    rows = [
        {
            "class_id": CLUB.id,
            "user_id": user_id,
            "role": "teacher" if user_id == MIRA else "learner",
            "enrolled_at": now - ago,
        }
        for user_id, ago in since.items()
    ]
    add(db, enrolments, rows)


def _add_consents(db: Connection, keys: SubjectKeys, now: datetime) -> None:
    """The guardian has agreed for Tobi, the school for Milo, and nobody yet for Zuri."""
    at = now - AGREED
    signed_in: dict[str, Any] = {"method": "signed_in", "given_by": CHIOMA_ID, "language": "en"}
    giving.add(db, TOBI_ID, (*NEEDED, "analytics"), at, capacity="guardian", **signed_in)
    note = "Agreed with the family at the parents' evening."
    said = {"is_for_teaching_only": True, "note": note, "class_id": str(CLUB.id)}
    evidence = giving.sealed_evidence(keys, MILO_ID, said)
    attested: dict[str, Any] = {"method": "attestation", "given_by": ROSA, "language": "en", "evidence": evidence}
    giving.add(db, MILO_ID, NEEDED, at, capacity="school", **attested)


def _disclosures(now: datetime) -> tuple[Disclosed, Disclosed]:
    return (
        Disclosed(
            ADA,
            party="Riverbank School",
            purpose="Placement in a class of the exchange in spring",
            records="Results of the tests of this term",
            basis="consent",
            at=now - DISCLOSED,
            by_user_id=ROSA,
            id=demo_id("disclosure of Ada"),
        ),
        Disclosed(
            TOBI_ID,
            party="Lakeside school district",
            purpose="The yearly evaluation of the maths clubs",
            records="Attendance of the maths club",
            basis="evaluation",
            at=now - DISCLOSED,
            by_user_id=ROSA,
            id=demo_id("disclosure of Tobi"),
        ),
    )
