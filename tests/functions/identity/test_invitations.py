"""Invitations and guardians."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update

from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.people import is_guardian
from dreamseed.identity.tables import invitations
from tests.api import ApiReply
from tests.functions.identity.accounts import PASSWORD, Person, new_person, sign_in, token_of
from tests.mail import link_token, mails_to
from tests.school import ADMIN, FOREIGN_LEARNER, HILLSIDE, LEARNER, School


def invite(school: School, **body: Any) -> ApiReply:
    """Invite an address, a new one unless it is given."""
    wanted = {"email": f"{uuid4().hex}@lake.example", "role": "teacher", "language": "en", **body}
    return school.call("POST", "/api/v1/invitations", wanted, by=ADMIN)


def token_for(school: School, email: str) -> str:
    return link_token(mails_to(school, email)[0])


def accept(school: School, token: str, password: str = PASSWORD) -> ApiReply:
    body = {"token": token, "full_name": "Sam Novak", "password": password}
    return school.call("POST", "/api/v1/auth/invitation/accept", body)


def show(school: School, token: str) -> ApiReply:
    return school.call("POST", "/api/v1/auth/invitation", {"token": token})


def statuses(school: School, email: str) -> list[str]:
    """What has become of an address's invitations, the newest first."""
    items = school.call("GET", "/api/v1/invitations", by=ADMIN, query={"limit": "200"}).json["items"]
    return [item["status"] for item in items if item["email"] == email]


def test_who_is_invited_makes_their_own_account(school: School) -> None:
    email = invite(school, language="es").json["email"]
    token = token_for(school, email)
    shown = show(school, token)

    accepted = accept(school, token)

    assert shown.json == {"email": email, "role": "teacher", "organisation": "Hillside School"}
    assert accepted.json == {"email": email, "organisation": "hillside"}
    pair = sign_in(school, Person(uuid4(), email, HILLSIDE.id))
    seen = school.api.call("GET", "/api/v1/me", token=pair["access_token"]).json
    assert (seen["roles"], seen["full_name"], seen["language"]) == (["teacher"], "Sam Novak", "es")
    assert statuses(school, email) == ["accepted"]


def test_an_invitation_is_accepted_once(school: School) -> None:
    token = token_for(school, invite(school).json["email"])

    first, retried, other = accept(school, token), accept(school, token), accept(school, token, "another password")

    assert first.json == retried.json
    assert (other.status, other.code) == (404, "link_invalid")
    assert show(school, token).status == 404


def test_a_new_invitation_takes_the_place_of_the_open_one(school: School) -> None:
    email = invite(school).json["email"]
    old = token_for(school, email)
    invite(school, email=email, role="learner")

    assert show(school, old).status == 404
    assert show(school, token_for(school, email)).json["role"] == "learner"
    assert statuses(school, email) == ["open", "revoked"]


def test_a_revoked_invitation_does_not_hold(school: School) -> None:
    invited = invite(school).json
    token = token_for(school, invited["email"])
    path = f"/api/v1/invitations/{invited['id']}"

    ended = [school.call("DELETE", path, by=ADMIN).status for _ in range(2)]

    assert ended == [204, 204]
    assert accept(school, token).code == "link_invalid"


def test_an_accepted_invitation_cannot_be_revoked(school: School) -> None:
    invited = invite(school).json
    accept(school, token_for(school, invited["email"]))

    reply = school.call("DELETE", f"/api/v1/invitations/{invited['id']}", by=ADMIN)

    assert (reply.status, reply.code) == (409, "invitation_accepted")


def test_an_invitation_holds_for_14_days(school: School) -> None:
    invited = invite(school).json
    token = token_for(school, invited["email"])
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        this = update(invitations).where(invitations.c.id == UUID(invited["id"]))
        db.execute(this.values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))

    assert accept(school, token).code == "link_invalid"
    assert statuses(school, invited["email"]) == ["expired"]


def test_who_has_an_account_is_not_invited_again(school: School) -> None:
    assert invite(school, email=new_person(school).email).code == "account_exists"


def test_a_weak_password_does_not_use_the_invitation_up(school: School) -> None:
    token = token_for(school, invite(school).json["email"])

    assert accept(school, token, "short").code == "password_too_weak"
    assert accept(school, token).status == 200


def test_a_guardian_sees_their_wards_and_no_others(school: School) -> None:
    parent, child, other = new_person(school, "guardian"), new_person(school), new_person(school)
    path = f"/api/v1/users/{child.id}/guardians/{parent.id}"

    put = [school.call("PUT", path, {"relation": relation}, by=ADMIN) for relation in ("parent", "carer")]

    wards = school.api.call("GET", "/api/v1/me/wards", token=token_of(school, parent)).json["items"]
    assert [reply.status for reply in put] == [200, 200]
    assert [(item["learner_id"], item["relation"]) for item in wards] == [(str(child.id), "carer")]
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        assert is_guardian(db, parent.id, child.id)
        assert not is_guardian(db, parent.id, other.id)
        assert not is_guardian(db, child.id, parent.id)


def test_a_guardianship_ends(school: School) -> None:
    parent, child = new_person(school, "guardian"), new_person(school)
    path = f"/api/v1/users/{child.id}/guardians/{parent.id}"
    school.call("PUT", path, {"relation": "parent"}, by=ADMIN)

    assert [school.call("DELETE", path, by=ADMIN).status for _ in range(2)] == [204, 204]

    listed = school.call("GET", "/api/v1/guardianships", by=ADMIN, query={"learner_id": str(child.id)})
    assert listed.json["items"] == []


def test_a_guardian_is_of_the_same_organisation(school: School) -> None:
    child = new_person(school)
    foreigner = school.call("GET", "/api/v1/me", by=FOREIGN_LEARNER).json["id"]

    reply = school.call("PUT", f"/api/v1/users/{child.id}/guardians/{foreigner}", {"relation": "parent"}, by=ADMIN)

    assert (reply.status, reply.code) == (404, "user_not_found")


def test_nobody_is_their_own_guardian(school: School) -> None:
    person = new_person(school)

    reply = school.call("PUT", f"/api/v1/users/{person.id}/guardians/{person.id}", {"relation": "parent"}, by=ADMIN)

    assert (reply.status, reply.code) == (422, "own_guardian")


def test_a_learner_has_no_wards_to_ask_for(school: School) -> None:
    assert school.call("GET", "/api/v1/me/wards", by=LEARNER).status == 403
