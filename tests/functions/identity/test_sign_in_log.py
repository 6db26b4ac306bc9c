"""Signing in and out stands in the audit log, and so does failing to; whoever fails learns nothing from it."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from dreamseed.database.transaction import tenant_transaction
from dreamseed.message import Message
from dreamseed.platform.tables import PLATFORM_ID, outbox
from functions.identity.note_failed_sign_in import note_failed_sign_in
from tests.functions.audit.logbook import entries
from tests.functions.identity.accounts import Person, counted_work, new_person, sign_in, token_of
from tests.mail import link_token, mails_to
from tests.school import School

AGENT = "A browser of the tests"


def of(school: School, person: Person) -> list[Any]:
    """The entries about a person, the oldest first."""
    return entries(school, subject_id=str(person.id))[::-1]


def deliver_failures(school: School) -> None:
    """Hand every published failure to its consumer, twice, as a queue may."""
    with tenant_transaction(PLATFORM_ID, school.database.url("write")) as db:
        rows = db.execute(select(outbox).where(outbox.c.topic == "sign_in.failed")).all()
    school.api._give_database(note_failed_sign_in)
    for row in [*rows, *rows]:
        body = Message(row.id, row.topic, row.org_id, row.created_at, row.payload).to_json()
        outcome = note_failed_sign_in({"Records": [{"messageId": "1", "body": body}]}, None)
        assert outcome == {"batchItemFailures": []}


def test_signing_in_and_out_is_noted(school: School) -> None:
    person = new_person(school)

    pair = sign_in(school, person, agent=AGENT)
    assert school.call("POST", "/api/v1/auth/logout", {"refresh_token": pair["refresh_token"]}).status == 204

    came, went = of(school, person)
    assert (came["action"], came["success"], came["actor_id"]) == ("sign_in", True, str(person.id))
    assert came["changes"] == {"after": {"method": "password", "has_second_factor": False}}
    assert (came["client_address"], came["user_agent"]) == ("127.0.0.1", AGENT)
    assert (went["action"], went["session_id"]) == ("sign_out", came["session_id"])


def test_a_wrong_password_is_noted_once_for_an_account_that_there_is(school: School) -> None:
    person = new_person(school)

    sign_in(school, person, "not the password", agent=AGENT)
    deliver_failures(school)

    (entry,) = of(school, person)
    assert (entry["action"], entry["success"], entry["reason"]) == ("sign_in", False, "invalid_credentials")
    assert entry["actor_id"] is None
    assert (entry["client_address"], entry["user_agent"]) == ("127.0.0.1", AGENT)


def test_where_a_failure_came_from_does_not_lie_open_while_it_waits(school: School) -> None:
    sign_in(school, new_person(school), "not the password", agent=AGENT)

    with tenant_transaction(PLATFORM_ID, school.database.url("write")) as db:
        waiting = json.dumps(list(db.scalars(select(outbox.c.payload))))
    assert AGENT not in waiting
    assert "127.0.0.1" not in waiting


def test_failing_costs_the_same_whether_or_not_there_is_such_an_account(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = new_person(school)
    nobody = Person(person.id, "nobody@lake.example", person.org_id)
    sign_in(school, nobody, "not the password")  # the key of the platform is made by the first

    with counted_work(monkeypatch) as known:
        sign_in(school, person, "not the password")
    with counted_work(monkeypatch) as unknown:
        sign_in(school, nobody, "not the password")

    assert known == unknown


def test_a_refresh_token_that_was_copied_is_noted(school: School) -> None:
    person = new_person(school)
    first = sign_in(school, person)
    body = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert school.call("POST", "/api/v1/auth/token", body).status == 200
    with tenant_transaction(person.org_id, school.database.url("write")) as db:
        from dreamseed.identity.tables import refresh_tokens

        long_ago = "2026-01-01T00:00:00Z"
        used = refresh_tokens.c.user_id == person.id, refresh_tokens.c.used_at.is_not(None)
        db.execute(refresh_tokens.update().where(*used).values(used_at=long_ago))

    assert school.call("POST", "/api/v1/auth/token", body).status == 401

    entry = of(school, person)[-1]
    assert (entry["action"], entry["success"], entry["reason"]) == ("refresh", False, "refresh_token_reused")


def test_a_program_that_signs_in_is_noted_with_its_key(school: School) -> None:
    owner = new_person(school, "org_admin")
    wanted = {"name": "Program", "permissions": ["class:read"], "rate_limit_per_hour": 100}
    made = school.api.call("POST", "/api/v1/api_keys", wanted, token=token_of(school, owner)).json

    assert school.call("POST", "/api/v1/auth/token", {"grant_type": "api_key", "api_key": made["key"]}).status == 200

    entry = of(school, owner)[-1]
    assert (entry["action"], entry["changes"]) == ("sign_in", {"after": {"method": "api_key"}})
    assert entry["session_id"] == made["api_key"]["id"]


def test_an_account_that_is_made_by_an_invitation_is_noted(school: School) -> None:
    email = f"{uuid4().hex}@lake.example"
    invited = {"email": email, "role": "teacher", "language": "en"}
    admin = token_of(school, new_person(school, "org_admin"))
    assert school.api.call("POST", "/api/v1/invitations", invited, token=admin).status == 201
    body = {"token": link_token(mails_to(school, email)[0]), "full_name": "Newcomer", "password": "a calm blue lake"}

    for _ in range(2):
        assert school.call("POST", "/api/v1/auth/invitation/accept", body).status == 200

    (entry,) = entries(school, action="accept_invitation")
    assert entry["actor_id"] == entry["subject_id"] == entry["resource_id"]
    noted = entries(school, action="create_invitation")[0]["changes"]["after"]
    assert noted["role"] == "teacher"
    assert "email" not in noted
