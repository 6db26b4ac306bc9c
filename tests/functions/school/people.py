"""More people for the demo school: a test adds whom it needs, and they sign in like everybody there."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.queries import add_user
from dreamseed.identity.tables import users
from dreamseed.school.tables import classes, enrolments
from host.demo.seed import HILLSIDE, DemoOrganisation, demo_id
from tests.school import School

ENROLLED_AT = datetime(2026, 1, 12, 8, tzinfo=UTC)
CLASS = "7A"
CLASS_ID = str(demo_id("hillside", "class", CLASS))


def add_person(school: School, role: str, name: str = "A Person", organisation: DemoOrganisation = HILLSIDE) -> str:
    """A new person with that role; returns their e-mail address."""
    email = f"{uuid4().hex}@{organisation.slug}.example"
    with tenant_transaction(organisation.id, school.database.url("write")) as db:
        user_id = add_user(db, school.keys(organisation.id), {"email": email, "full_name": name}, [role])
        somebody = select(users.c.password_hash).where(users.c.password_hash.is_not(None)).limit(1)
        known_password = somebody.scalar_subquery()
        db.execute(update(users).where(users.c.id == user_id).values(password_hash=known_password))
    return email


def id_of(school: School, email: str) -> str:
    """A person's id."""
    return str(school.call("GET", "/api/v1/me", by=email).json["id"])


def add_class(school: School, *members: str, name: str | None = None) -> str:
    """A new class of Hillside's with these people in it (teachers teach, all others learn); returns its id."""
    class_id = uuid4()
    people = [school.call("GET", "/api/v1/me", by=email).json for email in members]
    rows = [
        {
            "class_id": class_id,
            "user_id": UUID(person["id"]),
            "role": "teacher" if "teacher" in person["roles"] else "learner",
            "enrolled_at": ENROLLED_AT,
        }
        for person in people
    ]
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(insert(classes).values(id=class_id, name=name or class_id.hex))
        if rows:
            db.execute(insert(enrolments), rows)
    return str(class_id)
