"""Rate limits on the real database: by key, programs, person, organisation, plan and address."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from dreamseed.database.transaction import system_transaction, tenant_transaction
from dreamseed.http import meter, rates
from dreamseed.http.rates import Rate
from dreamseed.identity.tables import api_keys
from dreamseed.platform.tables import rate_counts
from tests.api import ApiReply
from tests.functions.identity.accounts import Person, new_person, token_of
from tests.school import ADMIN, HILLSIDE, LEARNER, RIVERBANK, School

FEW = Rate(5, 3600)
CALLS = 30


@pytest.fixture(autouse=True)
def nothing_counted(school: School) -> Iterator[None]:
    """Each test begins with nobody counted."""
    for org_id in (HILLSIDE.id, RIVERBANK.id):
        with tenant_transaction(org_id, school.database.url("owner")) as db:
            db.execute(delete(rate_counts))
    meter.forget_counts()
    yield
    meter.forget_counts()


@pytest.fixture
def teacher(school: School) -> Person:
    return new_person(school, "teacher")


def new_key(school: School, owner: Person, name: str = "Program", **more: Any) -> str:
    body = {"name": name, "permissions": ["class:read"], **more}
    reply = school.api.call("POST", "/api/v1/api_keys", body, token=token_of(school, owner))
    return str(reply.json["key"])


def classes(school: School, token: str) -> ApiReply:
    return school.api.call("GET", "/api/v1/classes", token=token)


def call_many(event: dict[str, Any], times: int) -> list[int]:
    """In a process of its own: the statuses of so many calls of `list_classes`."""
    handler = import_module("functions.school.list_classes").list_classes
    return [handler(event, None)["statusCode"] for _ in range(times)]


def in_processes(token: str, processes: int, times: int) -> list[int]:
    """The statuses of so many calls in each of several processes at once."""
    http = {"method": "GET", "path": "/api/v1/classes", "sourceIp": "127.0.0.1"}
    event = {
        "rawPath": "/api/v1/classes",
        "rawQueryString": "",
        "headers": {"authorization": f"Bearer {token}"},
        "requestContext": {"http": http},
    }
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        replies = [pool.submit(call_many, event, times) for _ in range(processes)]
        return [status for reply in replies for status in reply.result()]


def test_a_key_is_told_what_is_left_and_when_to_come_back(school: School, teacher: Person) -> None:
    key = new_key(school, teacher, rate_limit_per_hour=2)

    first, second, third = (classes(school, key) for _ in range(3))

    assert first.headers["ratelimit-policy"] == '"key";q=2;w=3600'
    assert first.headers["ratelimit"].startswith('"key";r=1;t=')
    assert (second.status, second.headers["ratelimit"].split(";")[1]) == (200, "r=0")
    assert (third.status, third.code) == (429, "rate_limited")
    assert third.headers["content-type"] == "application/problem+json"
    assert third.headers["ratelimit"] == f'"key";r=0;t={third.headers["retry-after"]}'
    assert int(third.headers["retry-after"]) > 0


def test_a_key_that_wants_more_than_the_plan_gets_what_the_plan_gives(school: School, teacher: Person) -> None:
    key = new_key(school, teacher, rate_limit_per_hour=100_000)

    assert classes(school, key).headers["ratelimit-policy"] == '"key";q=100;w=3600'
    school.set_plan("professional")
    try:
        classes(school, key)  # learns of the plan
        assert classes(school, key).headers["ratelimit-policy"] == '"key";q=1000;w=3600'
    finally:
        school.set_plan("standard")


def test_an_access_token_made_of_a_key_counts_as_the_key(school: School, teacher: Person) -> None:
    key = new_key(school, teacher, rate_limit_per_hour=2)
    exchanged = school.call("POST", "/api/v1/auth/token", {"grant_type": "api_key", "api_key": key}).json

    statuses = [classes(school, token).status for token in (key, exchanged["access_token"], key)]

    assert statuses == [200, 200, 429]


def test_processes_together_give_a_key_exactly_its_quota(school: School, teacher: Person) -> None:
    key = new_key(school, teacher, rate_limit_per_hour=CALLS)
    classes(school, key)

    statuses = in_processes(key, processes=2, times=CALLS)

    assert statuses.count(200) == CALLS - 1
    assert statuses.count(429) == CALLS + 1


def test_processes_together_give_a_person_the_quota_and_a_step_each_at_most(school: School, teacher: Person) -> None:
    token = token_of(school, teacher)
    classes(school, token)

    statuses = in_processes(token, processes=2, times=rates.PERSON.quota * 3 // 4)

    most = rates.PERSON.quota + 2 * rates.PERSON.step
    assert rates.PERSON.quota - 2 * rates.PERSON.step <= statuses.count(200) <= most
    assert 429 in statuses


def test_all_keys_of_an_organisation_are_counted_together(
    school: School, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = rates.Plan(Rate(100, 3600), FEW, Rate(60, 3600), Rate(12_000, 60))
    monkeypatch.setitem(rates.PLANS, "standard", plan)
    keys = [new_key(school, teacher, name) for name in ("One", "Two")]

    statuses = [classes(school, key).status for _ in range(3) for key in keys]

    assert statuses == [200] * 5 + [429]
    assert classes(school, token_of(school, teacher)).status == 200  # people are not programs


def test_a_refusal_is_not_counted(school: School, teacher: Person) -> None:
    key = new_key(school, teacher, rate_limit_per_hour=1)
    for _ in range(4):
        classes(school, key)
        meter.forget_counts()  # as another process would come

    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        used = db.scalars(select(rate_counts.c.used).where(rate_counts.c.scope == "key")).all()
    assert list(used) == [1]


def test_a_flood_of_one_organisation_leaves_the_others_alone(
    school: School, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = rates.Plan(Rate(100, 3600), Rate(1_000, 3600), Rate(60, 3600), Rate(5, 3600))
    monkeypatch.setitem(rates.PLANS, "standard", plan)
    token = token_of(school, teacher)

    statuses = [classes(school, token).status for _ in range(8)]

    assert statuses == [200] * 5 + [429] * 3
    assert classes(school, token_of(school, new_person(school, "teacher"))).code == "rate_limited"
    assert classes(school, token_of(school, new_person(school, "teacher", RIVERBANK.id))).status == 200


def test_what_is_refused_costs_the_database_nothing(
    school: School, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "PERSON", Rate(1, 3600))
    token = token_of(school, teacher)
    classes(school, token)
    monkeypatch.setattr("dreamseed.database.transaction.in_tenant", _must_not_be_called)

    assert classes(school, token).status == 429


def test_a_learner_within_a_test_is_hindered_by_no_count(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "PERSON", Rate(1, 3600))
    plan = rates.Plan(FEW, FEW, FEW, Rate(1, 3600))
    monkeypatch.setitem(rates.PLANS, "standard", plan)
    design_id = school.design_id()  # uses up what there is for everything else

    session = school.call("POST", "/api/v1/sessions", {"test_design_id": design_id}, by=LEARNER).json
    replies = [school.answer(session)] + [
        school.call("GET", f"/api/v1/sessions/{session['id']}", by=LEARNER) for _ in range(5)
    ]

    assert {reply.status for reply in replies} == {200}
    assert all("ratelimit" not in reply.headers for reply in replies)
    assert school.call("GET", "/api/v1/test_designs", by=LEARNER).code == "rate_limited"
    school.finish(session)


def test_strangers_are_counted_by_address(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "ADDRESS", Rate(2, 3600))

    replies = [school.call("GET", "/api/v1/auth/oidc") for _ in range(3)]

    assert [reply.status for reply in replies] == [200, 200, 429]
    assert "ratelimit" not in replies[0].headers
    assert replies[2].headers["ratelimit"].startswith('"address";r=0;t=')
    assert classes(school, "forged").code == "rate_limited"  # guessing tokens counts as well
    assert school.call("GET", "/health").status == 200


def test_beginning_long_work_is_counted_for_the_organisation(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = rates.Plan(FEW, FEW, Rate(1, 3600), Rate(12_000, 60))
    monkeypatch.setitem(rates.PLANS, "standard", plan)
    body = {"format": "nonsense"}

    statuses = [school.call("POST", "/api/v1/simulations", body, by=ADMIN).status for _ in range(2)]

    assert statuses == [422, 429]


def test_counts_of_the_past_are_deleted(school: School, teacher: Person) -> None:
    classes(school, new_key(school, teacher))
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(update(rate_counts).values(expires_at=select(api_keys.c.created_at).limit(1).scalar_subquery()))

    from dreamseed.platform.retention import expired

    with system_transaction(school.database.url("system")) as db:
        deleted = {name: delete_some(db, 100) for name, delete_some in expired()}
    assert deleted["rate_counts"] >= 2


def test_an_operator_in_need_can_turn_them_off(
    school: School, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DREAMSEED_RATES", "off")
    key = new_key(school, teacher, rate_limit_per_hour=1)

    assert [classes(school, key).status for _ in range(2)] == [200, 200]


def _must_not_be_called(*_: Any) -> None:
    raise AssertionError("the database was asked")
