"""Sign-ins are seen and ended, and what has ended is refused at once where it matters."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.tables import refresh_tokens, sign_ins
from tests.api import ApiReply
from tests.functions.identity.accounts import new_person, sign_in, token_of
from tests.functions.identity.test_passwords import refresh
from tests.school import ADMIN, HILLSIDE, School


def listed(school: School, token: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = school.api.call("GET", "/api/v1/me/sessions", token=token).json["items"]
    return items


def end_others(school: School, token: str) -> ApiReply:
    """A sensitive call."""
    return school.api.call("DELETE", "/api/v1/me/sessions", token=token)


def test_each_device_is_listed_with_where_it_was_seen(school: School) -> None:
    person = new_person(school)
    sign_in(school, person, agent="Phone")
    laptop = sign_in(school, person, agent="Laptop")

    newest, oldest = listed(school, laptop["access_token"])

    assert (newest["user_agent"], newest["is_current"]) == ("Laptop", True)
    assert (oldest["user_agent"], oldest["is_current"]) == ("Phone", False)
    assert newest["client_address"] == "127.0.0.1"
    assert newest["method"] == "password"


def test_refreshing_is_being_seen(school: School) -> None:
    pair = sign_in(school, new_person(school))
    before = listed(school, pair["access_token"])[0]

    refresh(school, pair["refresh_token"])

    after = listed(school, pair["access_token"])[0]
    assert after["last_seen_at"] > before["last_seen_at"]
    assert after["started_at"] == before["started_at"]


def test_a_sign_in_that_is_ended_gets_no_token_and_is_refused_at_once_where_it_matters(school: School) -> None:
    person = new_person(school)
    lost, kept = sign_in(school, person), sign_in(school, person)
    lost_id = next(item["id"] for item in listed(school, kept["access_token"]) if not item["is_current"])

    ended = school.api.call("DELETE", f"/api/v1/me/sessions/{lost_id}", token=kept["access_token"])

    assert ended.status == 204
    assert refresh(school, lost["refresh_token"]).status == 401
    refused = end_others(school, lost["access_token"])
    assert (refused.status, refused.code) == (401, "sign_in_ended")
    assert end_others(school, kept["access_token"]).status == 204


def test_ending_the_others_keeps_this_one(school: School) -> None:
    person = new_person(school)
    tokens = [token_of(school, person) for _ in range(3)]

    end_others(school, tokens[2])

    assert [item["is_current"] for item in listed(school, tokens[2])] == [True]


def test_nobody_ends_somebody_elses_sign_in(school: School) -> None:
    mine, theirs = token_of(school, new_person(school)), token_of(school, new_person(school))
    (victim,) = listed(school, theirs)

    reply = school.api.call("DELETE", f"/api/v1/me/sessions/{victim['id']}", token=mine)

    assert (reply.status, reply.code) == (404, "sign_in_not_found")
    assert end_others(school, theirs).status == 204


def test_signing_out_shows_in_the_list(school: School) -> None:
    person = new_person(school)
    gone, stays = sign_in(school, person), sign_in(school, person)

    school.call("POST", "/api/v1/auth/logout", {"refresh_token": gone["refresh_token"]})

    assert len(listed(school, stays["access_token"])) == 1
    assert end_others(school, gone["access_token"]).status == 401


def test_fifty_refreshes_at_once_leave_one_live_successor(school: School) -> None:
    pair = sign_in(school, new_person(school))

    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda _: refresh(school, pair["refresh_token"]), range(50)))

    assert {reply.status for reply in replies} == {200}
    token_id = UUID(pair["refresh_token"].split(".")[1])
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        session = select(refresh_tokens.c.session_id).where(refresh_tokens.c.id == token_id).scalar_subquery()
        family = db.execute(select(refresh_tokens).where(refresh_tokens.c.session_id == session)).all()
    live = [row for row in family if row.used_at is None and row.revoked_at is None]
    assert (len(family), len(live)) == (2, 1)
    assert str(live[0].id) == str(UUID(replies[0].json["refresh_token"].split(".")[1]))


def test_a_suspended_person_is_out_at_once(school: School) -> None:
    person = new_person(school)
    pair = sign_in(school, person)
    path = f"/api/v1/users/{person.id}"
    version = school.call("GET", path, by=ADMIN).headers["etag"]

    school.call("PATCH", path, {"is_active": False}, by=ADMIN, headers={"if-match": version})

    assert refresh(school, pair["refresh_token"]).status == 401
    assert end_others(school, pair["access_token"]).status == 401
    assert sign_in(school, person)["code"] == "invalid_credentials"


def test_an_administrator_signs_somebody_out_everywhere(school: School) -> None:
    person = new_person(school)
    pairs = [sign_in(school, person) for _ in range(2)]

    reply = school.call("DELETE", f"/api/v1/users/{person.id}/sessions", by=ADMIN)

    assert reply.status == 204
    assert {refresh(school, pair["refresh_token"]).status for pair in pairs} == {401}
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        ended = db.scalars(select(sign_ins.c.ended_at).where(sign_ins.c.user_id == person.id)).all()
    assert all(moment is not None and moment <= datetime.now(UTC) for moment in ended)
