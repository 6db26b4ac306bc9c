"""People for the tests of identity: each test makes its own, so that none meets another's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, insert, update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity import passwords
from dreamseed.identity.queries import add_user
from dreamseed.platform.tables import organisations
from tests.school import HILLSIDE, School

PASSWORD = "a calm blue lake"


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    id: UUID
    email: str
    org_id: UUID


def new_person(school: School, role: str = "learner", org_id: UUID = HILLSIDE.id, **more: Any) -> Person:
    """A person with that role whose password is PASSWORD."""
    email = f"{uuid4().hex}@lake.example"
    with tenant_transaction(org_id, school.database.url("write")) as db:
        person = {"email": email, "full_name": "A Person", "password_hash": passwords.hash_password(PASSWORD)}
        user_id = add_user(db, school.keys(org_id), person | more, [role])
    return Person(user_id, email, org_id)


def sign_in(school: School, person: Person, password: str = PASSWORD, agent: str = "tests") -> Any:
    """A new sign-in of theirs: the reply's body."""
    body = {"grant_type": "password", "email": person.email, "password": password}
    return school.call("POST", "/api/v1/auth/token", body, headers={"user-agent": agent}).json


def token_of(school: School, person: Person, password: str = PASSWORD) -> str:
    """An access token of a new sign-in of theirs."""
    return str(sign_in(school, person, password)["access_token"])


def set_registration(school: School, org_id: UUID, policy: str, domains: list[str] | None = None) -> None:
    """Whom the organisation lets register."""
    with tenant_transaction(org_id, school.database.url("write")) as db:
        changed = update(organisations).where(organisations.c.id == org_id)
        db.execute(changed.values(registration=policy, email_domains=domains or []))


def new_organisation(school: School) -> tuple[UUID, str]:
    """An organisation of the test's own: its id and slug."""
    org_id = uuid4()
    slug = f"org-{org_id.hex[:12]}"
    with tenant_transaction(org_id, school.database.url("write")) as db:
        db.execute(insert(organisations).values(id=org_id, slug=slug, name="Lakeside School"))
    return org_id, slug


@dataclass
class Work:
    """What a request cost: its statements, without their values, and how many passwords were hashed."""

    statements: list[str]
    hashes: int = 0


@contextmanager
def counted_work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Counts the work of what is done inside."""
    work = Work([])

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        work.statements.append(statement)

    class CountingHasher:
        def __init__(self, real: Any) -> None:
            self._real = real

        def hash(self, password: str) -> str:
            work.hashes += 1
            return str(self._real.hash(password))

        def verify(self, password_hash: str, password: str) -> bool:
            work.hashes += 1
            return bool(self._real.verify(password_hash, password))

    passwords._decoy_hash()
    real = passwords._hasher()
    event.listen(Engine, "before_cursor_execute", note)
    with monkeypatch.context() as patched:
        patched.setattr(passwords, "_hasher", lambda: CountingHasher(real))
        try:
            yield work
        finally:
            event.remove(Engine, "before_cursor_execute", note)
