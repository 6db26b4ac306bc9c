"""Who changed what stands in the audit log, sealed, and those who may read it see it opened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dreamseed.audit.verification import verify
from dreamseed.catalogue import load_catalogue
from dreamseed.needs import Http
from host.demo.seed import demo_id
from tests.functions.audit.logbook import entries, stored
from tests.functions.identity.accounts import PASSWORD, new_organisation, new_person, token_of
from tests.school import ADMIN, FOREIGN_TEACHER, HILLSIDE, LEARNER, TEACHER, School

AGENT = "A browser of the tests"


def change_name(school: School, person: Any, name: str, **headers: str) -> Any:
    path = f"/api/v1/users/{person.id}"
    sent = {"if-match": "*", "user-agent": AGENT, **headers}
    return school.call("PATCH", path, {"full_name": name}, by=ADMIN, headers=sent)


def test_a_change_is_noted_with_who_when_what_and_from_where(school: School) -> None:
    person = new_person(school)
    started = datetime.now(UTC)

    reply = change_name(school, person, "Another Name", **{"x-request-id": "request-of-the-test"})

    (entry,) = entries(school, resource_id=str(person.id))
    assert reply.status == 200
    assert (entry["action"], entry["resource"], entry["success"]) == ("update_user", "users", True)
    assert (entry["actor_id"], entry["actor_name"]) == (str(demo_id(ADMIN)), named(school, ADMIN))
    assert (entry["subject_id"], entry["subject_name"]) == (str(person.id), "Another Name")
    assert entry["changes"] == {"before": {"full_name": "A Person"}, "after": {"full_name": "Another Name"}}
    assert (entry["client_address"], entry["user_agent"]) == ("127.0.0.1", AGENT)
    assert entry["request_id"] == "request-of-the-test"
    assert started <= datetime.fromisoformat(entry["at"]) <= datetime.now(UTC)
    assert entry["session_id"] is not None
    assert entry["is_erased"] is False


def named(school: School, email: str) -> str:
    return str(school.call("GET", "/api/v1/me", by=email).json["full_name"])


def test_nothing_about_people_lies_open_in_the_table(school: School) -> None:
    change_name(school, new_person(school), "Canary Bird")

    raw = repr(stored(school))

    assert "Canary" not in raw
    assert "127.0.0.1" not in raw
    assert AGENT not in raw


def test_what_was_sealed_for_somebody_who_was_erased_is_gone_and_the_chain_holds(school: School) -> None:
    person = new_person(school)
    change_name(school, person, "Soon Forgotten")

    school.keys(HILLSIDE.id).destroy(person.id)

    (entry,) = entries(school, resource_id=str(person.id))
    assert entry["changes"] is None
    assert entry["is_erased"] is True
    assert verify_as_reader(school).is_intact


def verify_as_reader(school: School) -> Any:
    school.call("GET", "/api/v1/me", by=ADMIN)  # leaves this process with the database of a reader
    return verify(HILLSIDE.id)


def test_a_refusal_is_noted_with_its_reason(school: School) -> None:
    reply = school.call("POST", "/api/v1/roles", {"name": "queen"}, by=TEACHER)

    entry = entries(school, action="create_role")[0]
    assert (reply.status, reply.code) == (403, "permission_missing")
    assert (entry["success"], entry["reason"]) == (False, "permission_missing")
    assert entry["actor_id"] == str(demo_id(TEACHER))


def test_a_refusal_by_the_function_itself_is_noted_and_what_it_did_is_not_kept(school: School) -> None:
    path = "/api/v1/api_keys"
    body = {"name": "beyond", "permissions": ["person:manage"], "rate_limit_per_hour": 10}
    reply = school.call("POST", path, body, by=TEACHER)

    entry = entries(school, action="create_api_key")[0]
    assert (reply.status, entry["success"], entry["reason"]) == (403, False, "beyond_own_rights")
    assert school.call("GET", path, by=TEACHER).json["items"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/v1/roles", {"name": "Not a name"}, 422),
        ("POST", "/api/v1/roles", {"name": "learner", "permissions": [], "inherits_from": []}, 409),
        ("DELETE", "/api/v1/roles/0190f5e4-7a00-7000-8000-00000000000a", None, 404),
        ("GET", "/api/v1/users", None, 200),
    ],
)
def test_what_changes_nothing_is_not_noted(method: str, path: str, body: Any, status: int, school: School) -> None:
    school.token(ADMIN)
    before = len(stored(school))

    assert school.call(method, path, body, by=ADMIN).status == status
    assert len(stored(school)) == before


def test_a_request_that_is_repeated_is_noted_once(school: School) -> None:
    body = {"name": "repeated", "permissions": ["class:read"], "inherits_from": []}
    for _ in range(2):
        reply = school.call("POST", "/api/v1/roles", body, by=ADMIN, headers={"idempotency-key": "twice"})
        assert reply.status == 201

    found = [each for each in entries(school, action="create_role") if each["success"]]
    assert len(found) == 1
    assert found[0]["changes"]["after"]["name"] == "repeated"
    assert found[0]["subject_id"] is None


def test_a_learners_own_test_leaves_no_entries(school: School) -> None:
    school.token(LEARNER)
    before = len(stored(school))

    session = school.start()
    school.answer(session)
    school.finish(session)
    assert school.call("GET", f"/api/v1/sessions/{session['id']}/result", by=LEARNER).status == 200

    assert len(stored(school)) == before


def test_reading_what_is_another_persons_is_noted_and_reading_ones_own_is_not(school: School) -> None:
    session = school.start()
    school.finish(session)
    before = len(stored(school))

    assert school.call("GET", "/api/v1/learners/me/history", by=LEARNER).status == 200
    assert len(stored(school)) == before
    for path in ("trace", "review", "result"):
        assert school.call("GET", f"/api/v1/sessions/{session['id']}/{path}", by=TEACHER).status == 200
    found = entries(school, subject_id=str(demo_id(LEARNER)), resource="sessions")

    assert [each["action"] for each in found] == ["read_result", "read_review", "read_trace"]
    assert {each["resource_id"] for each in found} == {session["id"]}


def test_a_function_with_transactions_of_its_own_notes_its_call_once(school: School) -> None:
    person = new_person(school)
    token = token_of(school, person)

    body = {"current_password": PASSWORD, "new_password": "another calm blue lake"}
    assert school.api.call("POST", "/api/v1/me/password", body, token=token).status == 204

    (entry,) = entries(school, actor_id=str(person.id), action="change_password")
    assert (entry["resource"], entry["resource_id"]) == ("users", str(person.id))


def test_entries_are_found_by_actor_subject_action_resource_and_time(school: School) -> None:
    person, other = new_person(school), new_person(school)
    change_name(school, person, "First")
    middle = datetime.now(UTC)
    change_name(school, other, "Second")
    latest = str(demo_id(ADMIN))

    assert entries(school, subject_id=str(person.id), action="update_user")[0]["changes"]["after"] == {
        "full_name": "First"
    }
    assert entries(school, actor_id=str(person.id)) == []
    assert {each["resource"] for each in entries(school, resource="users", actor_id=latest)} == {"users"}
    after = entries(school, from_at=middle.isoformat(), action="update_user")
    assert [each["subject_id"] for each in after] == [str(other.id)]
    before = entries(school, to_at=middle.isoformat(), action="update_user")
    assert str(other.id) not in {each["subject_id"] for each in before}
    assert entries(school, from_at=(middle + timedelta(hours=1)).isoformat()) == []


def test_the_list_is_paged_newest_first(school: School) -> None:
    person = new_person(school)
    for number in range(5):
        change_name(school, person, f"Name {number}")

    paged = school.list_all("/api/v1/audit_logs", by=ADMIN, limit=2, subject_id=str(person.id))

    assert [each["changes"]["after"]["full_name"] for each in paged] == [
        f"Name {number}" for number in range(4, -1, -1)
    ]
    assert [each["seq"] for each in paged] == sorted((each["seq"] for each in paged), reverse=True)


@pytest.mark.parametrize("query", [{"actor_id": "x"}, {"from_at": "2026-01-01"}, {"cursor": "x"}, {"action": "\0"}])
def test_a_filter_that_is_none_is_refused(query: dict[str, str], school: School) -> None:
    assert school.call("GET", "/api/v1/audit_logs", by=ADMIN, query=query).status == 422


def test_another_organisation_has_a_log_of_its_own(school: School) -> None:
    change_name(school, new_person(school), "Ours")
    org_id, _ = new_organisation(school)
    admin = new_person(school, "org_admin", org_id)

    reply = school.api.call("GET", "/api/v1/audit_logs", token=token_of(school, admin))

    assert {each["actor_id"] for each in reply.json["items"]} <= {str(admin.id), None}
    assert school.call("GET", "/api/v1/audit_logs", by=FOREIGN_TEACHER).status == 403


def test_every_call_that_is_noted_has_a_database_and_keys_to_note_it_with() -> None:
    noted = [
        each for each in load_catalogue() if isinstance(each.needs.trigger, Http) and each.needs.trigger.leaves_a_trail
    ]

    assert len(noted) > 40
    for function in noted:
        assert function.grant("database") is not None, function.name
        grant = function.grant("subject_keys")
        assert grant is not None, function.name
        assert grant.action in ("write", "destroy"), function.name


def test_only_a_learners_own_test_changes_something_without_an_entry() -> None:
    quiet = {
        each.name
        for each in load_catalogue()
        if isinstance(each.needs.trigger, Http)
        and each.needs.trigger.method != "GET"
        and each.needs.trigger.permission != "public"
        and not each.needs.trigger.leaves_a_trail
    }

    assert quiet == {"create_session", "finish_session", "pause_session", "resume_session", "submit_response"}
