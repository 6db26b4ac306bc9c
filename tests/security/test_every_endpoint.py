"""Every endpoint, asked everything it must refuse: the documented problem comes back, and nothing has changed.

Who may do what is written down in `authorisation_matrix.txt`, and asked by its own tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert

from dreamseed.database.transaction import tenant_transaction
from dreamseed.function import Function
from dreamseed.identity.tables import roles
from dreamseed.needs import PUBLIC
from dreamseed.platform.jobs import create_job
from dreamseed.platform.outbox import publish
from dreamseed.platform.tables import outbox
from dreamseed.privacy.tables import legal_holds
from dreamseed.school.tables import assignments
from host.demo.seed import demo_id
from tests.api import ApiReply
from tests.school import ADMIN, HILLSIDE, LEARNER, OTHER_LEARNER, School
from tests.security.digests import digests
from tests.security.routes import OPERATIONS, ROUTES, sample_body, trigger

ENDPOINTS = list(ROUTES.values())
NEED_NOTHING = {"create_anonymised_copy", "create_data_export", "create_erasure"}
"""What takes a body in which nothing is required."""
ANY_ID = "0190f5e4-7a00-7000-8000-00000000000a"


@pytest.fixture(scope="module", autouse=True)
def many_jobs(school: School) -> None:
    """More than 60 jobs an hour are begun here."""
    school.set_plan("professional")


def path_of(function: Function, id_: str = ANY_ID) -> str:
    """The function's path with an id in it, and somebody of Hillside wherever it names another person."""
    path = trigger(function).path.replace("{id}", id_).replace("{path:path}", "results/nothing.svg")
    return re.sub(r"\{\w+_id\}", str(demo_id(LEARNER)), path)


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
    before = digests(school.database)
    yield
    assert digests(school.database) == before


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
def test_a_body_of_the_wrong_shape_is_refused(function: Function, school: School) -> None:
    school.token(ADMIN)
    with nothing_changes(school):
        for body in ([], "text", 7, {"unknown": 1}, b"null", *(() if function.name in NEED_NOTHING else ({},))):
            assert_problem(call(school, function, body, by=ADMIN), function, 422)


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
def test_an_id_that_is_none_is_refused(function: Function, school: School) -> None:
    school.token(ADMIN)
    with nothing_changes(school):
        for id_ in ("1", "not-an-id", "%27%20or%201=1", "0" * 36):
            assert_problem(call(school, function, id_=id_, by=ADMIN), function, 422, 404)


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
    if "party" in good:
        return {**good, "party": "another"}
    if "from_at" in good:
        return {**good, "to_at": None}
    if "reason" in good:
        return {**good, "reason": "another"}
    if "email" in good:
        return {**good, "email": "another@hillside.example"}
    if "k" in good:
        return {**good, "k": 20}
    if "subject_id" in good:
        return {"subject_id": str(demo_id(OTHER_LEARNER))}
    return {**good, "test_design_id": str(demo_id("hillside", "Practise"))}


def an_assignment() -> dict[str, Any]:
    """A row of one of Hillside's."""
    return {
        "id": uuid4(),
        "class_id": demo_id("hillside", "class", "7A"),
        "test_design_id": demo_id("hillside", "Practise"),
        "opens_at": "2026-01-01T00:00:00Z",
        "closes_at": "2026-01-02T00:00:00Z",
    }


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
            role = {"id": uuid4(), "name": f"role_{uuid4().hex[:20]}", "permissions": [], "inherits_from": []}
            return str(db.scalar(insert(roles).values(**role).returning(roles.c.id)))
        if "/assignments/" in path:
            return str(db.scalar(insert(assignments).values(**an_assignment()).returning(assignments.c.id)))
        if "/legal_holds/" in path:
            hold = {"id": uuid4(), "subject_id": demo_id(LEARNER), "placed_by": demo_id(ADMIN)}
            return str(db.scalar(insert(legal_holds).values(**hold).returning(legal_holds.c.id)))
    if "/users/" in path:
        return str(demo_id(LEARNER))
    if "/classes/" in path:
        return str(demo_id("hillside", "class", "7A"))
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
