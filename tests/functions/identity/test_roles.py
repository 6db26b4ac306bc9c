"""Roles of an organisation's own, who holds them, and that nobody gives away more than they have."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from dreamseed.catalogue import ROOT
from dreamseed.identity.rules import BUILT_IN_ROLES, EVERYBODY
from dreamseed.policy.embedded import embedded_policy
from tests.api import ApiReply
from tests.functions.identity.accounts import Person, new_organisation, new_person, sign_in, token_of
from tests.functions.identity.test_passwords import refresh
from tests.school import ADMIN, LEARNER, TEACHER, School


def create(school: School, *, by: str = ADMIN, **body: Any) -> ApiReply:
    """A new role of Hillside's, with a name of its own unless one is given."""
    return school.call("POST", "/api/v1/roles", {"name": f"r_{uuid4().hex[:20]}", **body}, by=by)


def give(school: School, person: Person, *memberships: dict[str, Any], token: str | None = None) -> ApiReply:
    """Give somebody exactly these roles."""
    path, body = f"/api/v1/users/{person.id}/memberships", {"memberships": list(memberships)}
    return school.api.call("PUT", path, body, token=token or school.token(ADMIN))


def change(school: School, path: str, token: str | None = None, **body: Any) -> ApiReply:
    """Change what has a version, as it stands now."""
    version = school.call("GET", path, by=ADMIN).headers["etag"] if "users" in path else '"1"'
    return school.api.call("PATCH", path, body, token=token or school.token(ADMIN), headers={"if-match": version})


def me(school: School, token: str) -> Any:
    return school.api.call("GET", "/api/v1/me", token=token).json


def test_a_role_gives_what_it_names_and_what_it_inherits(school: School) -> None:
    lead = create(school, permissions=["class:oversee"], inherits_from=["teacher"]).json
    head = create(school, permissions=["report:read"], inherits_from=[lead["name"]]).json
    person = new_person(school)

    give(school, person, {"role": head["name"]})

    seen = me(school, token_of(school, person))
    assert set(seen["roles"]) == {head["name"], lead["name"], "teacher"}
    assert {"class:oversee", "report:read", "class:manage"} <= set(seen["permissions"])
    assert {"class:oversee", "report:read", "class:manage"} <= set(head["all_permissions"])


def test_a_role_that_inherits_from_teacher_teaches(school: School) -> None:
    role = create(school, inherits_from=["teacher"]).json["name"]
    person = new_person(school, role)
    class_id = school.call("POST", "/api/v1/classes", {"name": uuid4().hex}, by=ADMIN).headers["location"]

    reply = school.call("PUT", f"{class_id}/enrolments/{person.id}", {"role": "teacher"}, by=ADMIN)

    assert reply.status == 200


def test_roles_of_all_and_of_ones_own_are_listed_by_name(school: School) -> None:
    own = create(school, name=f"zz_{uuid4().hex[:8]}").json
    items, cursor = [], None
    while True:
        query = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = school.call("GET", "/api/v1/roles", by=ADMIN, query=query).json
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    names = [item["name"] for item in items]
    assert names == sorted(set(names))
    assert {"learner", "teacher", "author", "guardian", "org_admin", own["name"]} <= set(names)
    assert {item["name"] for item in items if item["id"] is None} >= {"learner", "org_admin"}


@pytest.mark.parametrize("name", ["teacher", "org_admin"])
def test_a_role_that_everybody_has_cannot_be_made_again(school: School, name: str) -> None:
    assert create(school, name=name).code == "name_taken"


def test_a_role_cannot_inherit_from_itself(school: School) -> None:
    first = create(school).json
    second = create(school, inherits_from=[first["name"]]).json

    reply = change(school, f"/api/v1/roles/{first['id']}", inherits_from=[second["name"]])

    assert (reply.status, reply.code) == (422, "role_inherits_itself")


def test_a_role_that_is_held_or_inherited_stays(school: School) -> None:
    base = create(school).json
    held = create(school, inherits_from=[base["name"]]).json
    person = new_person(school)
    give(school, person, {"role": held["name"]})
    paths = [f"/api/v1/roles/{role['id']}" for role in (held, base)]

    kept = [school.call("DELETE", path, by=ADMIN).code for path in paths]
    give(school, person, {"role": "learner"})
    gone = [school.call("DELETE", path, by=ADMIN).status for path in paths]

    assert kept == ["role_in_use", "role_in_use"]
    assert gone == [204, 204]


def test_a_change_of_a_role_reaches_who_holds_it_with_the_next_token(school: School) -> None:
    role = create(school, permissions=["report:read"]).json
    person = new_person(school, role["name"])
    pair = sign_in(school, person)

    change(school, f"/api/v1/roles/{role['id']}", permissions=["report:write"])

    assert "report:write" in me(school, refresh(school, pair["refresh_token"]).json["access_token"])["permissions"]


def test_nobody_gives_away_more_than_they_have(school: School) -> None:
    keeper = create(school, permissions=["role:*", "person:*", "invitation:*", "report:read"]).json["name"]
    token = token_of(school, new_person(school, keeper))
    somebody = new_person(school)

    def post(path: str, **body: Any) -> str:
        reply = school.api.call("POST", path, body, token=token)
        return reply.code if reply.status >= 400 else "done"

    refused = [
        post("/api/v1/roles", name="too_much", permissions=["audit:read"]),
        post("/api/v1/roles", name="too_much", permissions=["*"]),
        post("/api/v1/roles", name="too_much", inherits_from=["org_admin"]),
        post("/api/v1/invitations", email="x@lake.example", role="org_admin"),
        give(school, somebody, {"role": "org_admin"}, token=token).code,
    ]

    assert refused == ["beyond_own_rights"] * 5
    assert post("/api/v1/roles", name=f"enough_{uuid4().hex[:8]}", permissions=["report:read"]) == "done"


def test_nobody_touches_who_may_do_more_than_they(school: School) -> None:
    keeper = create(school, permissions=["person:*"]).json["name"]
    token = token_of(school, new_person(school, keeper))
    admin = new_person(school, "org_admin")
    path = f"/api/v1/users/{admin.id}"

    replies = [
        give(school, admin, token=token),
        change(school, path, token=token, is_active=False),
        school.api.call("DELETE", f"{path}/sessions", token=token),
    ]

    assert [reply.code for reply in replies] == ["beyond_own_rights"] * 3


def test_a_role_ends_when_it_expires(school: School) -> None:
    person = new_person(school)
    soon = datetime.now(UTC) + timedelta(hours=1)
    past = datetime.now(UTC) - timedelta(seconds=1)

    given = give(
        school,
        person,
        {"role": "learner"},
        {"role": "teacher", "expires_at": soon.isoformat()},
        {"role": "author", "expires_at": past.isoformat()},
    )

    assert [item["role"] for item in given.json["memberships"]] == ["author", "learner", "teacher"]
    assert me(school, token_of(school, person))["roles"] == ["learner", "teacher"]


def test_who_loses_a_role_loses_it_at_once_where_it_matters(school: School) -> None:
    admin = new_person(school, "org_admin")
    token = token_of(school, admin)
    give(school, admin, {"role": "learner"})

    reply = school.api.call("POST", "/api/v1/roles", {"name": "too_late"}, token=token)

    assert (reply.status, reply.code) == (403, "permission_missing")


def test_an_organisation_keeps_an_administrator(school: School) -> None:
    org_id, _ = new_organisation(school)
    admin = new_person(school, "org_admin", org_id)
    token = token_of(school, admin)
    path = f"/api/v1/users/{admin.id}"
    version = school.api.call("GET", path, token=token).headers["etag"]

    demoted = give(school, admin, {"role": "learner"}, token=token)
    suspended = school.api.call("PATCH", path, {"is_active": False}, token=token, headers={"if-match": version})

    assert (demoted.code, suspended.code) == ("last_admin", "last_admin")


def test_an_unknown_role_is_named(school: School) -> None:
    reply = give(school, new_person(school), {"role": "wizard"})

    assert (reply.status, reply.code) == (422, "role_not_found")
    assert reply.json["errors"] == [{"field": "body.memberships", "reason": "there is no role wizard"}]


def test_a_teacher_sees_people_and_changes_none(school: School) -> None:
    person = new_person(school)
    path = f"/api/v1/users/{person.id}"

    assert school.call("GET", path, by=TEACHER).json["email"] == person.email
    assert school.call("GET", path, by=LEARNER).status == 403
    assert school.call("DELETE", f"{path}/sessions", by=TEACHER).status == 403


def test_a_person_that_is_not_there_is_not_found(school: School) -> None:
    nobody = Person(uuid4(), "", UUID(int=0))

    assert give(school, nobody, {"role": "learner"}).code == "user_not_found"


def test_the_roles_that_everybody_has_are_those_of_the_policies() -> None:
    in_policies = json.loads((ROOT / "policies" / "data.json").read_text())["dreamseed"]["builtin_roles"]

    assert BUILT_IN_ROLES.keys() == in_policies.keys()


def test_everybody_who_is_signed_in_has_what_members_have_of_their_profile_and_data() -> None:
    member = embedded_policy().permissions_of(frozenset({"member"}))

    assert {permission for permission in member if permission.startswith(("profile:", "privacy:"))} == EVERYBODY
