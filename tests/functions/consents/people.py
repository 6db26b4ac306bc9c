"""Children, their guardians, and what they ask."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.age_rules import age_of
from dreamseed.identity.ages import put_age
from dreamseed.identity.guardians import put_guardianship
from tests.api import ApiReply
from tests.functions.identity.accounts import Person, new_person, token_of
from tests.school import HILLSIDE, School

VERSION = "2026-11"
NEEDED = ["account", "learning_record"]


def born(years_ago: int) -> date:
    """The birth date of somebody of that age."""
    today = datetime.now(UTC).date()
    return today.replace(year=today.year - years_ago, day=1)


def new_child(school: School, years: int = 10, org_id: UUID = HILLSIDE.id) -> Person:
    """A learner of that age."""
    child = new_person(school, org_id=org_id)
    with tenant_transaction(org_id, school.database.url("write")) as db:
        put_age(db, child.id, age_of(born(years), datetime.now(UTC).date()), "staff")
    return child


def new_guardian(school: School, *wards: Person) -> Person:
    """A guardian of these learners."""
    guardian = new_person(school, "guardian")
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        for ward in wards:
            put_guardianship(db, guardian.id, ward.id, "parent", guardian.id)
    return guardian


def agree(school: School, person: Person, *purposes: str, subject: str = "me", token: str | None = None) -> ApiReply:
    """Somebody agrees, for themselves or for another."""
    body = {"subject_id": subject, "purposes": list(purposes or NEEDED), "text_version": VERSION}
    return school.api.call("POST", "/api/v1/consents", body, token=token or token_of(school, person))


def start(school: School, person: Person, token: str | None = None, name: str = "Where do I stand?") -> ApiReply:
    """Somebody starts a test."""
    body = {"test_design_id": school.design_id(name)}
    return school.api.call("POST", "/api/v1/sessions", body, token=token or token_of(school, person))


def standing(school: School, person: Person, subject: str = "me") -> Any:
    """Where somebody stands, as that person sees it."""
    path, query = "/api/v1/consents/standing", {"subject_id": subject}
    return school.api.call("GET", path, token=token_of(school, person), query=query).json


def answer(token: str, **changes: Any) -> dict[str, Any]:
    """What a guardian answers who agrees."""
    said = {"full_name": "Lea Park", "relation": "parent", "purposes": NEEDED, "text_version": VERSION}
    return {"token": token, "is_guardian": True, **said, **changes}


def new_address() -> str:
    """An address that nobody has used."""
    return f"{uuid4().hex}@home.example"
