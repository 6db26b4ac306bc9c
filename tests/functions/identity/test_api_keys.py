"""API keys: what they may do, how long, and that deleting one bites at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from sqlalchemy import select, update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.tables import api_key_uses, api_keys, users
from tests.api import ApiReply
from tests.functions.identity.accounts import Person, new_person, token_of
from tests.school import ADMIN, HILLSIDE, LEARNER, School


class Owner:
    """Somebody who makes keys."""

    def __init__(self, school: School, role: str = "teacher") -> None:
        self.school, self.person = school, new_person(school, role)
        self.token = token_of(school, self.person)

    def create(self, *permissions: str, **more: Any) -> ApiReply:
        body = {"name": f"Key {datetime.now(UTC).isoformat()}", "permissions": list(permissions), **more}
        return self.school.api.call("POST", "/api/v1/api_keys", body, token=self.token)

    def key(self, *permissions: str, **more: Any) -> str:
        return str(self.create(*permissions, **more).json["key"])

    def listed(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.school.api.call("GET", "/api/v1/api_keys", token=self.token).json["items"]
        return items


@pytest.fixture
def owner(school: School) -> Owner:
    return Owner(school)


def use(school: School, key: str, path: str = "/api/v1/classes", method: str = "GET", body: Any = None) -> ApiReply:
    return school.api.call(method, path, body, token=key)


def change(school: School, table: Any, condition: Any, **values: Any) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(update(table).where(condition).values(**values))


def test_a_key_does_what_it_was_given_and_nothing_else(school: School, owner: Owner) -> None:
    key = owner.key("class:read")

    assert use(school, key).status == 200
    refused = use(school, key, method="POST", body={"name": "7Z"})
    assert (refused.status, refused.code) == (403, "beyond_key")


def test_a_key_cannot_do_what_its_owner_may_not(owner: Owner) -> None:
    refused = [owner.create(permission).code for permission in ("*", "role:manage", "person:*")]

    assert refused == ["beyond_own_rights"] * 3


def test_a_key_loses_what_its_owner_loses(school: School, owner: Owner) -> None:
    key = owner.key("class:read", "class:manage")

    body = {"memberships": [{"role": "learner"}]}
    school.call("PUT", f"/api/v1/users/{owner.person.id}/memberships", body, by=ADMIN)

    assert use(school, key, method="POST", body={"name": "7Z"}).status == 403


def test_a_key_stops_with_its_owner(school: School, owner: Owner) -> None:
    key = owner.key("class:read")
    change(school, users, users.c.id == owner.person.id, is_active=False)

    assert use(school, key).code == "api_key_invalid"


def test_a_key_that_expired_or_was_deleted_does_not_hold(school: School, owner: Owner) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    expired, deleted = (owner.create("class:read", expires_at=soon).json for _ in range(2))
    change(school, api_keys, api_keys.c.id == expired["api_key"]["id"], expires_at=datetime.now(UTC))

    gone = school.api.call("DELETE", f"/api/v1/api_keys/{deleted['api_key']['id']}", token=owner.token)

    assert gone.status == 204
    assert [use(school, each["key"]).code for each in (expired, deleted)] == ["api_key_invalid"] * 2


def test_a_key_that_would_have_expired_is_not_made(owner: Owner) -> None:
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()

    assert owner.create("class:read", expires_at=past).code == "expired_already"


@pytest.mark.parametrize("key", ["dsk_", "dsk_a_b_c", "dsk_" + "0" * 32 + "_" + "0" * 32 + "_x", "dsk_é_é_é"])
def test_what_is_no_key_is_refused(school: School, key: str) -> None:
    assert use(school, key).code == "api_key_invalid"


def test_a_key_of_another_organisation_opens_nothing_here(school: School, owner: Owner) -> None:
    _, _, key_id, secret = owner.key("class:read").split("_")

    assert use(school, f"dsk_{'1' * 32}_{key_id}_{secret}").code == "api_key_invalid"


def test_only_a_digest_of_the_key_is_stored(school: School, owner: Owner) -> None:
    created = owner.create("class:read").json

    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        stored = db.execute(select(api_keys).where(api_keys.c.id == created["api_key"]["id"])).one()
    assert created["key"].rpartition("_")[2].encode() not in bytes(stored.key_hash)
    assert "key" not in owner.listed()[0]


def test_one_sees_when_a_key_was_last_used(school: School, owner: Owner) -> None:
    created = owner.create("class:read", rate_limit_per_hour=7).json
    before = owner.listed()[0]

    use(school, created["key"])
    first = owner.listed()[0]["last_used_at"]
    use(school, created["key"])

    assert (before["last_used_at"], before["rate_limit_per_hour"]) == (None, 7)
    assert first is not None
    assert owner.listed()[0]["last_used_at"] == first  # to the minute: a busy key writes no row for each call
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        long_ago = datetime.now(UTC) - timedelta(minutes=5)
        of_key = api_key_uses.c.api_key_id == created["api_key"]["id"]
        db.execute(update(api_key_uses).where(of_key).values(last_used_at=long_ago))
    use(school, created["key"])
    assert owner.listed()[0]["last_used_at"] >= first


def test_a_key_is_exchanged_for_an_access_token(school: School, owner: Owner) -> None:
    created = owner.create("class:read").json
    grant = {"grant_type": "api_key", "api_key": created["key"]}

    reply = school.call("POST", "/api/v1/auth/token", grant)

    assert reply.json.keys() == {"access_token", "token_type", "expires_in"}
    token = reply.json["access_token"]
    assert use(school, token).status == 200
    assert use(school, token, method="POST", body={"name": "7Z"}).status == 403
    assert jwt.decode(token, options={"verify_signature": False})["permissions"] == ["class:read"]


def test_sensitive_calls_ask_whether_the_key_still_holds(school: School) -> None:
    owner = Owner(school, "org_admin")
    created = owner.create("role:manage").json
    grant = {"grant_type": "api_key", "api_key": created["key"]}
    token = school.call("POST", "/api/v1/auth/token", grant).json["access_token"]
    made = use(school, token, "/api/v1/roles", "POST", {"name": f"k_{owner.person.id.hex[:20]}"})

    school.api.call("DELETE", f"/api/v1/api_keys/{created['api_key']['id']}", token=owner.token)

    late = use(school, token, "/api/v1/roles", "POST", {"name": f"l_{owner.person.id.hex[:20]}"})
    assert (made.status, late.status) == (201, 401)


def test_a_key_cannot_change_how_its_owner_signs_in(school: School) -> None:
    owner = Owner(school, "org_admin")
    key = owner.key("profile:*", "api_key:*")
    password = {"current_password": "a calm blue lake", "new_password": "a wild green sea"}
    new_key = {"name": "Another", "permissions": ["class:read"]}

    replies = [
        use(school, key, "/api/v1/me/password", "POST", password),
        use(school, key, "/api/v1/me/totp", "POST"),
        use(school, key, "/api/v1/me/passkeys/options", "POST"),
        use(school, key, "/api/v1/api_keys", "POST", new_key),
        use(school, key, "/api/v1/me/sessions", "DELETE"),
    ]

    assert [(reply.status, reply.code) for reply in replies] == [(403, "person_required")] * 5


def test_each_sees_and_deletes_their_own_keys_and_an_administrator_all(school: School, owner: Owner) -> None:
    other = Owner(school)
    key_id = owner.create("class:read").json["api_key"]["id"]
    path = f"/api/v1/api_keys/{key_id}"

    assert key_id not in [item["id"] for item in other.listed()]
    assert school.api.call("DELETE", path, token=other.token).status == 404
    all_keys = school.call("GET", "/api/v1/api_keys", by=ADMIN, query={"limit": "200"}).json["items"]
    assert key_id in [item["id"] for item in all_keys]
    assert school.call("DELETE", path, by=ADMIN).status == 204


def test_a_name_is_used_once(owner: Owner) -> None:
    assert [owner.create("class:read", name="Export").status for _ in range(2)] == [201, 409]


def test_a_learner_makes_no_keys(school: School) -> None:
    assert school.call("GET", "/api/v1/api_keys", by=LEARNER).status == 403


def test_the_owner_of_a_key_is_who_it_acts_for(school: School, owner: Owner) -> None:
    key = owner.key("profile:read:own")

    assert use(school, key, "/api/v1/me").json["id"] == str(owner.person.id)
    assert isinstance(owner.person, Person)
