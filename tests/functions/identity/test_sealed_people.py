"""Nobody reads names in the database; the erased have none; and without the key store nothing is lost."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import select

from dreamseed.database.engine import dispose_engines
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.tables import sign_ins, users
from dreamseed.ports.subject_keys import ERASED, forget_keys
from host.demo.seed import demo_id
from host.postgres import Database
from tests.functions.identity.accounts import PASSWORD, new_person, sign_in, token_of
from tests.school import ADMIN, HILLSIDE, LEARNER, TEACHER, School

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"


@pytest.fixture
def without_key_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions find nobody where the key store was."""
    monkeypatch.setattr(Database, "keys_url", lambda database, action: NOWHERE)


def everything(database: Database) -> str:
    """All rows of all tables as text."""
    listed = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
    with psycopg.connect(database.conninfo()) as db:
        names = [name for (name,) in db.execute(listed).fetchall()]
        return repr([db.execute(f'select * from "{name}"'.encode()).fetchall() for name in names])


def test_no_name_address_or_browser_of_anybody_stands_in_the_database(school: School) -> None:
    person = new_person(school)
    sign_in(school, person, agent="canary-browser")
    body = {"email": "canary-invited@lake.example", "role": "teacher"}
    assert school.call("POST", "/api/v1/invitations", body, by=ADMIN, headers={"idempotency-key": "k1"}).status == 201
    school.api.call("PATCH", "/api/v1/me", {"full_name": "Canary Name"}, token=token_of(school, person))
    canaries = ("canary-invited", "canary-browser", "Canary Name", person.email, LEARNER, "Ada Okafor")

    dump = everything(school.database)

    assert [each for each in canaries if each in dump or each.encode().hex() in dump] == []


def test_who_was_erased_is_shown_without_a_name_and_others_as_ever(school: School) -> None:
    person = new_person(school)
    before = school.call("GET", f"/api/v1/users/{person.id}", by=ADMIN).json

    school.keys().destroy(person.id)
    forget_keys()

    after = school.call("GET", f"/api/v1/users/{person.id}", by=ADMIN).json
    assert (before["full_name"], after["full_name"], after["email"]) == ("A Person", ERASED, ERASED)
    assert "Ada Okafor" in [each["full_name"] for each in school.list_all("/api/v1/users", by=ADMIN)]
    headers = {"if-match": '"1"'}
    refused = school.call("PATCH", f"/api/v1/users/{person.id}", {"full_name": "Back"}, by=ADMIN, headers=headers)
    assert (refused.status, refused.code) == (409, "subject_erased")


def test_people_are_found_by_any_part_of_their_name_or_address_in_any_case(school: School) -> None:
    def found(query: str) -> list[str]:
        reply = school.call("GET", "/api/v1/users", by=ADMIN, query={"query": query})
        return [each["email"] for each in reply.json["items"]]

    assert found("OKAF") == found("ada@hill") == [LEARNER]
    assert found("100%") == []


def test_pages_go_on_in_the_order_of_names(school: School) -> None:
    people = school.list_all("/api/v1/users", by=ADMIN, limit=2)

    assert len({each["id"] for each in people}) == len(people)
    assert people == sorted(people, key=lambda each: (each["full_name"], each["id"]))


@pytest.mark.usefixtures("without_key_store")
@pytest.mark.parametrize(
    ("path", "by"),
    [("/api/v1/users", ADMIN), ("/api/v1/me", LEARNER), (f"/api/v1/learners/{demo_id(LEARNER)}", TEACHER)],
)
def test_without_the_key_store_what_needs_names_says_so(school: School, path: str, by: str) -> None:
    reply = school.call("GET", path, by=by)

    assert (reply.status, reply.code) == (503, "keys_unavailable")
    assert "retry-after" in {name.lower() for name in reply.headers}


@pytest.mark.usefixtures("without_key_store")
def test_without_the_key_store_the_service_is_ready_and_says_so(school: School) -> None:
    reply = school.call("GET", "/ready")

    assert (reply.status, reply.json) == (200, {"status": "ready", "key_store": "away"})


def test_with_the_key_store_all_is_ready(school: School) -> None:
    assert school.call("GET", "/ready").json == {"status": "ready", "key_store": "ready"}


@pytest.fixture(scope="module", autouse=True)
def _signed_in(school: School) -> None:
    """While the key store is away nobody can sign in."""
    for email in (ADMIN, LEARNER, TEACHER):
        school.token(email)


def test_without_the_key_store_nobody_is_signed_out(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    person = new_person(school)
    pair = sign_in(school, person)
    with monkeypatch.context() as away:
        away.setattr(Database, "keys_url", lambda database, action: NOWHERE)

        body = {"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
        refreshed = school.call("POST", "/api/v1/auth/token", body)
        password = {"grant_type": "password", "email": person.email, "password": PASSWORD}
        refused = school.call("POST", "/api/v1/auth/token", password)

    dispose_engines()
    assert refreshed.status == 200
    assert (refused.status, refused.code) == (503, "keys_unavailable")
    assert school.api.call("GET", "/api/v1/me", token=refreshed.json["access_token"]).status == 200
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        assert db.scalar(select(users.c.id).where(users.c.id == person.id)) == person.id
        assert len(db.execute(select(sign_ins.c.id).where(sign_ins.c.user_id == person.id)).all()) == 1
