"""Every endpoint, asked everything it must refuse: the documented problem comes back, and nothing has changed.

Who may do what is written down in `authorisation_matrix.txt`, and asked by its own tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import insert

from dreamseed.database.transaction import tenant_transaction
from dreamseed.function import Function
from dreamseed.needs import PUBLIC
from dreamseed.platform.jobs import create_job
from dreamseed.platform.outbox import publish
from dreamseed.platform.tables import outbox
from host.demo.seed import demo_id
from tests.api import ApiReply
from tests.school import ADMIN, FOREIGN_LEARNER, FOREIGN_TEACHER, HILLSIDE, LEARNER, RIVERBANK, School
from tests.security.routes import OPERATIONS, ROUTES, sample_body, trigger

ENDPOINTS = list(ROUTES.values())
ANY_ID = "0190f5e4-7a00-7000-8000-00000000000a"


def path_of(function: Function, id_: str = ANY_ID) -> str:
    """The function's path with an id in it, and somebody of Hillside wherever it names another person."""
    path = trigger(function).path.replace("{id}", id_).replace("{path:path}", "results/nothing.svg")
    return re.sub(r"\{\w+_id\}", str(demo_id(LEARNER)), path)


def collection_of(function: Function) -> str:
    """What kind of thing the path's id names: the word before it."""
    return trigger(function).path.split("/{id}")[0].split("/")[-1]


def call(school: School, function: Function, body: Any = None, *, id_: str = ANY_ID, **options: Any) -> ApiReply:
    """Call an endpoint with a valid body unless another is given."""
    sent = sample_body(function) if body is None else body
    return school.call(trigger(function).method, path_of(function, id_), sent, **options)


def endpoints(condition: Any = lambda function: True) -> Any:
    """Parametrises a test over the endpoints that fulfil a condition."""
    chosen = [function for function in ENDPOINTS if condition(function)]
    return pytest.mark.parametrize("function", chosen, ids=lambda function: function.name)


@contextmanager
def nothing_changes(school: School) -> Iterator[None]:
    """Fails if any row of any table is different afterwards."""
    before = fingerprint(school)
    yield
    assert fingerprint(school) == before


def fingerprint(school: School) -> dict[str, str]:
    """A digest of the content of each table, as the superuser sees it; how often somebody has called is no content."""
    with psycopg.connect(school.database.conninfo(), autocommit=True) as db:
        tables = [row[0] for row in db.execute("select tablename from pg_tables where schemaname = 'public'")]
        tables.remove("rate_counts")
        digest = sql.SQL(
            "select count(*) || ' ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') from {} t"
        )
        return {table: db.execute(digest.format(sql.Identifier(table))).fetchone()[0] for table in tables}  # type: ignore[index]


def assert_problem(reply: ApiReply, function: Function, *statuses: int) -> None:
    """The reply is a whole problem with one of these statuses, and the OpenAPI document announces it."""
    assert reply.status in statuses, (reply.status, reply.body)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json.keys() == {"type", "title", "status", "detail", "code", "errors", "request_id"}
    assert str(reply.status) in OPERATIONS[function.name]["responses"]


def is_protected(function: Function) -> bool:
    return trigger(function).permission != PUBLIC


def takes_body(function: Function) -> bool:
    return "requestBody" in OPERATIONS[function.name]


@endpoints(is_protected)
def test_nobody_gets_in_without_a_token(function: Function, school: School) -> None:
    with nothing_changes(school):
        reply = call(school, function)

    assert_problem(reply, function, 401)


@endpoints(takes_body)
@pytest.mark.parametrize("body", [[], "text", 7, {}, {"unknown": 1}, None], ids=str)
def test_a_body_of_the_wrong_shape_is_refused(function: Function, body: Any, school: School) -> None:
    school.token(ADMIN)
    with nothing_changes(school):
        reply = call(school, function, b"null" if body is None else body, by=ADMIN)

    assert_problem(reply, function, 422)


@endpoints(takes_body)
def test_each_missing_or_wrong_typed_field_is_named(function: Function, school: School) -> None:
    school.token(ADMIN)
    good = sample_body(function)
    with nothing_changes(school):
        for field in good:
            wrong = call(school, function, {**good, field: {"nested": ["nonsense"]}}, by=ADMIN)
            assert_problem(wrong, function, 422, 401) if field == "grant_type" else assert_problem(wrong, function, 422)
            assert any(f".{field}" in error["field"] or error["field"] == "body" for error in wrong.json["errors"])


@endpoints(takes_body)
def test_bytes_that_are_not_json_are_refused(function: Function, school: School) -> None:
    school.token(ADMIN)
    with nothing_changes(school):
        for content in (b"", b"{", b"\xff\xfe", b"[" * 2000):
            reply = call(school, function, content, by=ADMIN)
            assert_problem(reply, function, 400, 422)


@endpoints(takes_body)
def test_a_body_that_is_too_large_is_refused(function: Function, school: School) -> None:
    school.token(ADMIN)
    huge = b'{"x": "' + b"a" * trigger(function).max_body_bytes + b'"}'
    with nothing_changes(school):
        reply = call(school, function, huge, by=ADMIN)

    assert_problem(reply, function, 413)


@endpoints(lambda function: "{id}" in trigger(function).path and function.name != "read_learner_state")
@pytest.mark.parametrize("id_", ["1", "not-an-id", "%27%20or%201=1", "0" * 36])
def test_an_id_that_is_none_is_refused(function: Function, id_: str, school: School) -> None:
    school.token(ADMIN)
    with nothing_changes(school):
        reply = call(school, function, id_=id_, by=ADMIN)

    assert_problem(reply, function, 422, 404)


@pytest.fixture(scope="module")
def foreign_ids(school: School) -> dict[str, str]:
    """What Riverbank has, by the collection in whose paths its id stands."""
    session = school.start(by=FOREIGN_LEARNER)
    with tenant_transaction(RIVERBANK.id, school.database.url("write")) as db:
        job_id = create_job(db, "simulate_design", {})
        letter_id = publish(db, "session.finished", {})
        db.execute(outbox.update().where(outbox.c.id == letter_id).values(dead_at="2026-01-01T00:00:00Z"))
    learner_id = school.call("GET", "/api/v1/me", by=FOREIGN_LEARNER).json["id"]
    simulation = UUID(int=7)
    add_simulation(school, simulation, job_id)
    return {
        "sessions": session["id"],
        "jobs": str(job_id),
        "dead_letters": str(letter_id),
        "learners": learner_id,
        "simulations": str(simulation),
        "test_designs": str(demo_id("riverbank", "Practise")),
        "classes": str(demo_id("riverbank", "class", "Delta")),
        "assignments": add_assignment(school, "riverbank"),
        "items": an_item(school, by=FOREIGN_TEACHER),
        "users": learner_id,
        **add_identities(school, "riverbank"),
    }


def an_item(school: School, by: str) -> str:
    """An item of that person's organisation."""
    return str(school.call("GET", "/api/v1/items", by=by, query={"limit": "1"}).json["items"][0]["id"])


def add_identities(school: School, slug: str) -> dict[str, str]:
    """A new thing of each kind that identity keeps, of one of the organisations, by collection."""
    from dreamseed.identity.tables import api_keys, invitations, roles, second_factors
    from dreamseed.rosters.tables import roster_imports

    organisation, person = {"hillside": (HILLSIDE, LEARNER), "riverbank": (RIVERBANK, FOREIGN_LEARNER)}[slug]
    role_id, invitation_id, key_id, factor_id, roster_id = (uuid4() for _ in range(5))
    roster = {"format": "csv", "name": "Roster"}
    key = {"user_id": demo_id(person), "name": key_id.hex, "key_hash": b"", "permissions": []}
    factor = {"user_id": demo_id(person), "kind": "totp", "name": "App", "secret": b""}
    role = {"name": f"role_{role_id.hex[:20]}", "permissions": [], "inherits_from": []}
    invitation = {"email": f"{role_id.hex}@{slug}.example", "role": "learner", "language": "en"}
    with tenant_transaction(organisation.id, school.database.url("write")) as db:
        db.execute(insert(roles).values(id=role_id, **role))
        db.execute(insert(invitations).values(id=invitation_id, **invitation, expires_at="2030-01-01T00:00:00Z"))
        db.execute(insert(api_keys).values(id=key_id, **key, rate_limit_per_hour=1))
        db.execute(insert(second_factors).values(id=factor_id, **factor))
        db.execute(insert(roster_imports).values(id=roster_id, **roster, is_dry_run=True, report={}))
    made = {"roles": role_id, "invitations": invitation_id, "api_keys": key_id, "second_factors": factor_id}
    return {collection: str(id_) for collection, id_ in {**made, "rosters": roster_id}.items()}


def add_simulation(school: School, simulation_id: UUID, job_id: UUID) -> None:
    """A simulation of Riverbank's."""
    from dreamseed.calibration.tables import simulations

    with tenant_transaction(RIVERBANK.id, school.database.url("write")) as db:
        row = {"id": simulation_id, "job_id": job_id, "test_design_id": demo_id("riverbank", "Practise")}
        settings = {"examinees": 100, "theta_points": [0.0], "seed": 1}
        db.execute(insert(simulations).values(**row, settings=settings))


def add_assignment(school: School, slug: str) -> str:
    """A new assignment of one of the organisations'."""
    from dreamseed.school.tables import assignments

    organisation, name = {"hillside": (HILLSIDE, "7A"), "riverbank": (RIVERBANK, "Delta")}[slug]
    row = {
        "id": uuid4(),
        "class_id": demo_id(slug, "class", name),
        "test_design_id": demo_id(slug, "Practise"),
        "opens_at": "2026-01-01T00:00:00Z",
        "closes_at": "2026-01-02T00:00:00Z",
    }
    with tenant_transaction(organisation.id, school.database.url("write")) as db:
        db.execute(insert(assignments).values(**row))
    return str(row["id"])


@endpoints(lambda function: "{id}" in trigger(function).path)
def test_another_organisations_things_do_not_exist(
    function: Function, school: School, foreign_ids: dict[str, str]
) -> None:
    foreign_id = foreign_ids[collection_of(function)]
    school.token(ADMIN)

    with nothing_changes(school):
        reply = call(school, function, id_=foreign_id, by=ADMIN)

    assert_problem(reply, function, 404)
    assert foreign_id not in reply.body.decode()


@endpoints(
    lambda function: trigger(function).method == "GET" and is_protected(function) and "{" not in trigger(function).path
)
def test_no_list_shows_another_organisations_things(
    function: Function, school: School, foreign_ids: dict[str, str]
) -> None:
    shown = call(school, function, by=ADMIN).body.decode()

    assert not [id_ for id_ in foreign_ids.values() if id_ in shown]
    assert "riverbank" not in shown.lower()


def test_the_owner_of_these_things_does_see_them(school: School, foreign_ids: dict[str, str]) -> None:
    seen = school.call("GET", f"/api/v1/sessions/{foreign_ids['sessions']}", by=FOREIGN_LEARNER)

    assert seen.status == 200


@endpoints(lambda function: trigger(function).method == "POST" and trigger(function).idempotency == "key")
def test_a_replayed_request_is_done_once_and_answered_alike(function: Function, school: School) -> None:
    id_ = own_thing(school, trigger(function).path)
    headers = {"idempotency-key": f"replayed-{function.name}"}

    first = call(school, function, id_=id_, by=ADMIN, headers=headers)
    with nothing_changes(school):
        second = call(school, function, id_=id_, by=ADMIN, headers=headers)

    assert first.status < 300, first.body
    assert (second.status, second.body) == (first.status, first.body)
    if takes_body(function):
        body = another_body(function)
        other = call(school, function, body, id_=id_, by=ADMIN, headers=headers)
        assert_problem(other, function, 422)
        assert other.code == "idempotency_key_reused"


def another_body(function: Function) -> Any:
    """A valid body that asks for something else than the sample."""
    good = sample_body(function)
    if "name" in good:
        return {**good, "name": "another"}
    if "reason" in good:
        return {**good, "reason": "another"}
    if "email" in good:
        return {**good, "email": "another@hillside.example"}
    return {**good, "test_design_id": str(demo_id("hillside", "Practise"))}


def own_thing(school: School, path: str) -> str:
    """Something of Hillside's that the path may name."""
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        if "/jobs/" in path:
            return str(create_job(db, "simulate_design", {}))
        if "/dead_letters/" in path:
            letter_id = publish(db, "session.finished", {})
            db.execute(outbox.update().where(outbox.c.id == letter_id).values(dead_at="2026-01-01T00:00:00Z"))
            return str(letter_id)
    if "/roles/" in path:
        return add_identities(school, "hillside")["roles"]
    if "/users/" in path:
        return str(demo_id(LEARNER))
    if "/classes/" in path:
        return str(demo_id("hillside", "class", "7A"))
    if "/assignments/" in path:
        return add_assignment(school, "hillside")
    if "/sessions/" in path:
        return str(school.start()["id"])
    return ANY_ID


@endpoints(lambda function: trigger(function).method == "PATCH")
def test_an_edit_must_name_the_version_that_it_changes(function: Function, school: School) -> None:
    id_ = own_thing(school, trigger(function).path)
    school.token(ADMIN)

    with nothing_changes(school):
        unaware = call(school, function, id_=id_, by=ADMIN)
        too_late = call(school, function, id_=id_, by=ADMIN, headers={"if-match": '"0"'})
    in_time = call(school, function, id_=id_, by=ADMIN, headers={"if-match": '"1"'})

    assert_problem(unaware, function, 428)
    assert_problem(too_late, function, 412)
    assert (in_time.status, in_time.headers["etag"]) == (200, '"2"')
