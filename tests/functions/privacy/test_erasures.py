"""Erasing a person: asked for, called off, held, carried out, proved; and what of others stays as it was."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from sqlalchemy import delete, select, update

from dreamseed.consents.tables import consent_requests
from dreamseed.database.ids import new_id
from dreamseed.identity import access
from dreamseed.identity.mails import MailRequested, find_address
from dreamseed.identity.queries import address_digest
from dreamseed.identity.tables import guardianships, memberships, sign_ins, users
from dreamseed.identity.tokens import public_key_set, verify
from dreamseed.learning.tables import knowledge_states
from dreamseed.platform.tables import jobs, outbox
from dreamseed.ports.subject_keys import ERASED, forget_keys
from dreamseed.privacy.erasing import Erasing
from dreamseed.privacy.tables import erasures
from tests.functions.consents.people import new_child
from tests.functions.identity.accounts import Person, sign_in, token_of
from tests.functions.privacy.requests import Lake
from tests.school import School


@pytest.fixture
def lake(school: School) -> Lake:
    return Lake(school)


def state_of(person: Person, code: str = "fractions") -> dict[str, Any]:
    """A row about somebody's knowledge."""
    return {"learner_id": person.id, "concept_code": code, "p_known": 0.5, "p_unknown": 0.5}


def make_guardian(lake: Lake, guardian: Person, learner: Person) -> None:
    lake.add(guardianships, guardian_id=guardian.id, learner_id=learner.id)


def user_row(lake: Lake, person: Person) -> Any:
    forget_keys()
    with lake.transaction() as db:
        return lake.school.keys(person.org_id).opened_row(
            db.execute(select(users).where(users.c.id == person.id)).one()
        )


def test_whoever_asks_may_call_it_off_for_a_week(lake: Lake) -> None:
    learner = lake.person()

    asked = lake.ask("POST", "/erasures", {"reason": "I am leaving"}, by=learner)

    assert (asked.status, asked.json["status"]) == (201, "waiting")
    assert lake.ask("POST", "/erasures", {}, by=learner).json["id"] == asked.json["id"]
    assert lake.ask("DELETE", f"/erasures/{asked.json['id']}", by=learner).status == 204
    assert lake.ask("DELETE", f"/erasures/{asked.json['id']}", by=learner).status == 204
    assert lake.ask("GET", f"/erasures/{asked.json['id']}", by=learner).json["status"] == "cancelled"
    lake.let_begin(asked.json["id"])
    assert user_row(lake, learner).is_active


def test_nothing_begins_before_its_time(lake: Lake) -> None:
    learner = lake.person()
    asked = lake.ask("POST", "/erasures", {}, by=learner).json

    lake.tick(asked["id"])
    lake.deliver("begin_erasure", "erasure.due", {"erasure_id": asked["id"]})

    assert lake.ask("GET", f"/erasures/{asked['id']}", by=learner).json["status"] == "waiting"


def test_an_organisation_sets_how_long_one_may_think_again(lake: Lake) -> None:
    lake.set(erasure_cool_off_days=0)
    learner = lake.person()

    asked = lake.ask("POST", "/erasures", {}, by=learner).json
    lake.tick(asked["id"])

    assert lake.ask("GET", f"/erasures/{asked['id']}").json["status"] == "running"


def test_once_begun_the_person_is_signed_out_at_once_and_it_cannot_be_called_off(lake: Lake) -> None:
    learner = lake.person()
    sign_in(lake.school, learner)
    asked = lake.ask("POST", "/erasures", {"subject_id": str(learner.id)}).json

    lake.let_begin(asked["id"])

    assert "access_token" not in sign_in(lake.school, learner)
    assert lake.count(sign_ins, lambda c: (c.user_id == learner.id) & c.ended_at.is_(None)) == 0
    too_late = lake.ask("DELETE", f"/erasures/{asked['id']}")
    assert (too_late.status, too_late.code) == (409, "erasure_begun")
    hold = lake.ask("POST", "/legal_holds", {"subject_id": str(learner.id), "reason": "a case"})
    assert (hold.status, hold.code) == (409, "erasure_begun")
    export = lake.ask("POST", "/exports", {"subject_id": str(learner.id)})
    assert (export.status, export.code) == (409, "erasure_running")


def test_what_is_left_is_an_account_without_a_name(lake: Lake) -> None:
    learner, other = lake.person(), lake.person()
    lake.add(knowledge_states, **state_of(learner))
    lake.add(knowledge_states, **state_of(other))

    done = lake.erase(learner)

    row = user_row(lake, learner)
    assert done["status"] == "done"
    assert (row.email, row.email_digest, row.full_name) == (ERASED, None, ERASED)
    assert (row.password_hash, row.is_active, row.last_login_at) == (None, False, None)
    assert lake.count(memberships, lambda c: c.user_id == learner.id) == 0
    assert lake.count(knowledge_states, lambda c: c.learner_id == learner.id) == 0
    assert lake.count(knowledge_states, lambda c: c.learner_id == other.id) == 1
    assert user_row(lake, other).email == other.email


def test_a_legal_hold_keeps_everything_until_it_is_released(lake: Lake) -> None:
    learner = lake.person()
    hold = lake.ask("POST", "/legal_holds", {"subject_id": str(learner.id), "reason": "Case 7"}).json
    asked = lake.ask("POST", "/erasures", {}, by=learner).json

    lake.let_begin(asked["id"])
    lake.deliver("begin_erasure", "erasure.due", {"erasure_id": asked["id"]})

    assert lake.ask("GET", f"/erasures/{asked['id']}").json["status"] == "held"
    assert user_row(lake, learner).is_active
    for _ in range(2):
        released = lake.ask("POST", f"/legal_holds/{hold['id']}/release", {"reason": "closed"})
        assert (released.status, released.json["release_reason"]) == (200, "closed")
    lake.tick(asked["id"])
    assert lake.ask("GET", f"/erasures/{asked['id']}").json["status"] == "running"


def test_a_guardian_may_ask_for_a_ward_and_nobody_else(lake: Lake) -> None:
    learner, guardian, stranger = lake.person(), lake.person("guardian"), lake.person("guardian")
    make_guardian(lake, guardian, learner)
    body = {"subject_id": str(learner.id)}

    refused = lake.ask("POST", "/erasures", body, by=stranger)
    teacher = lake.ask("POST", "/erasures", body, by=lake.person("teacher"))
    asked = lake.ask("POST", "/erasures", body, by=guardian)

    assert [(each.status, each.code) for each in (refused, teacher)] == [(404, "user_not_found")] * 2
    assert asked.status == 201
    assert lake.ask("GET", f"/erasures/{asked.json['id']}", by=learner).status == 200
    assert lake.ask("GET", f"/erasures/{asked.json['id']}", by=stranger).status == 404
    assert lake.ask("GET", "/erasures", by=stranger).json["items"] == []


def test_erasing_a_guardian_clears_their_address_where_a_ward_named_it(lake: Lake) -> None:
    child, guardian = new_child(lake.school, org_id=lake.org_id), lake.person("guardian")
    body, token = {"guardian_email": guardian.email}, token_of(lake.school, child)
    assert lake.school.api.call("POST", "/api/v1/consent_requests", body, token=token).status == 201
    with lake.transaction() as db:
        waiting = db.scalars(select(outbox.c.payload).where(outbox.c.topic == "mail.requested")).all()
    assert guardian.email not in json.dumps(waiting)

    lake.erase(guardian)

    with lake.transaction() as db:
        (asked,) = db.execute(select(consent_requests).where(consent_requests.c.subject_id == child.id)).all()
    assert (asked.guardian_email, asked.guardian_email_digest) == (None, None)
    assert user_row(lake, child).email == child.email


def test_nothing_is_sent_about_who_was_erased(lake: Lake) -> None:
    child, address = new_child(lake.school, org_id=lake.org_id), f"{uuid4()}@guardians.example"
    body, token = {"guardian_email": address}, token_of(lake.school, child)
    lake.school.api.call("POST", "/api/v1/consent_requests", body, token=token)
    with lake.transaction() as db:
        (waiting,) = db.scalars(select(outbox.c.payload).where(outbox.c.topic == "mail.requested")).all()
        assert find_address(db, lake.keys, MailRequested.model_validate(waiting).to) is not None

    lake.erase(child)

    with lake.transaction() as db:
        assert find_address(db, lake.keys, MailRequested.model_validate(waiting).to) is None


def test_erasing_a_guardian_leaves_the_ward_alone(lake: Lake) -> None:
    learner, guardian = lake.person(), lake.person("guardian")
    make_guardian(lake, guardian, learner)
    lake.add(knowledge_states, **state_of(learner))

    lake.erase(guardian)

    assert lake.count(guardianships, lambda c: c.learner_id == learner.id) == 0
    assert lake.count(knowledge_states, lambda c: c.learner_id == learner.id) == 1
    assert user_row(lake, learner).email == learner.email


def test_the_last_administrator_stays(lake: Lake) -> None:
    refused = lake.ask("POST", "/erasures", {})

    assert (refused.status, refused.code) == (409, "last_admin")

    second = lake.person("org_admin")
    asked = lake.ask("POST", "/erasures", {}, by=second).json
    with lake.transaction() as db:
        db.execute(update(users).where(users.c.id == lake.admin.id).values(is_active=False))
    lake.let_begin(asked["id"])
    assert user_row(lake, second).is_active


def test_the_certificate_says_what_was_done_and_names_nobody(lake: Lake) -> None:
    learner = lake.person()
    lake.add(knowledge_states, **state_of(learner))
    asked = lake.ask("POST", "/erasures", {"subject_id": str(learner.id)}).json
    early = lake.ask("GET", f"/erasures/{asked['id']}/certificate")
    assert (early.status, early.code) == (409, "erasure_not_done")

    done = lake.erase(learner)

    reply = lake.ask("GET", f"/erasures/{done['id']}/certificate")
    content = reply.json["certificate"]
    assert {each["place"]: each for each in content["done"]}["knowledge_states"]["deleted"] == 1
    assert all(entry["because"] for entry in content["kept"])
    text = lake.ask("GET", f"/erasures/{done['id']}/certificate", query={"format": "text"})
    assert "knowledge_states: 1 deleted" in text.body.decode()
    for body in (reply.body, text.body):
        assert learner.email.encode() not in body
        assert str(learner.id).encode() not in body
        assert b"A Person" not in body


def test_the_certificate_is_signed_and_is_no_token(lake: Lake) -> None:
    done = lake.erase(lake.person())
    signed = lake.ask("GET", f"/erasures/{done['id']}/certificate").json["signed"]
    keys = public_key_set(_signing_keys())

    payload = jwt.PyJWS().decode(signed, jwt.PyJWK(keys["keys"][0]).key, algorithms=["EdDSA"])

    assert done["id"].encode() in payload
    with pytest.raises(Exception, match="not valid"):
        verify(signed, keys, "https://school.example")
    forged = signed[:-6] + ("AAAAAA" if not signed.endswith("AAAAAA") else "BBBBBB")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.PyJWS().decode(forged, jwt.PyJWK(keys["keys"][0]).key, algorithms=["EdDSA"])


def _signing_keys() -> str:
    import os
    from urllib.parse import urlsplit

    access.forget_keys()
    with open(urlsplit(os.environ["DREAMSEED_SECRET_SIGNING_KEYS"]).path) as file:
        return file.read()


def test_a_job_that_is_killed_anywhere_goes_on_and_counts_nothing_twice(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = lake.person()
    lake.add(knowledge_states, **state_of(learner))
    asked = lake.ask("POST", "/erasures", {"subject_id": str(learner.id)}).json
    lake.let_begin(asked["id"])
    job_id = lake.ask("GET", f"/erasures/{asked['id']}").json["job_id"]
    real, calls = Erasing.table, 0
    kill_at = 1

    def killed(self: Erasing, table: Any) -> dict[str, int]:
        nonlocal calls
        calls += 1
        if calls == kill_at:
            real(self, table)
            raise ConnectionError("the power went out")
        return real(self, table)

    monkeypatch.setattr(Erasing, "table", killed)
    attempts = 0
    while lake.ask("GET", f"/erasures/{asked['id']}").json["status"] != "done":
        calls, kill_at = 0, 7
        attempts += 1
        try:
            lake.run_job(job_id)
        except ConnectionError:
            continue

    certificate = lake.ask("GET", f"/erasures/{asked['id']}/certificate").json["certificate"]
    counted = {each["place"]: each for each in certificate["done"]}
    assert attempts > 3
    assert counted["knowledge_states"]["deleted"] == 1
    assert counted["users"]["cleared"] >= 1


def test_a_second_run_changes_nothing(lake: Lake) -> None:
    learner = lake.person()
    done = lake.erase(learner)
    before = lake.ask("GET", f"/erasures/{done['id']}/certificate").json

    lake.function("erase_subject")({"org_id": str(lake.org_id), "job_id": done["job_id"], "attempt": 1}, None)

    assert lake.ask("GET", f"/erasures/{done['id']}/certificate").json == before


def test_a_job_that_somebody_stopped_is_begun_again(lake: Lake) -> None:
    learner = lake.person()
    asked = lake.ask("POST", "/erasures", {"subject_id": str(learner.id)}).json
    lake.let_begin(asked["id"])
    first = lake.ask("GET", f"/erasures/{asked['id']}").json["job_id"]
    with lake.transaction() as db:
        ended = {"status": "cancelled", "finished_at": jobs.c.created_at, "lease_expires_at": None}
        db.execute(update(jobs).where(jobs.c.id == UUID(first)).values(**ended))
    assert lake.ask("GET", f"/erasures/{asked['id']}").json["status"] == "failed"

    lake.deliver("begin_erasure", "erasure.due", {"erasure_id": asked["id"]})

    again = lake.ask("GET", f"/erasures/{asked['id']}").json
    assert again["job_id"] != first
    lake.run_job(again["job_id"])
    assert lake.ask("GET", f"/erasures/{asked['id']}").json["status"] == "done"


def test_what_comes_back_of_somebody_is_erased_again(lake: Lake) -> None:
    learner = lake.person()
    lake.erase(learner)
    lake.add(knowledge_states, **state_of(learner))

    lake.deliver("apply_retention", "retention.due", {})

    assert lake.count(knowledge_states, lambda c: c.learner_id == learner.id) == 0


def test_a_restored_backup_brings_nobody_back(lake: Lake) -> None:
    """The backup knows no erasure: the account is there again, with its request open."""
    learner = lake.person()
    done = lake.erase(learner)
    with lake.transaction() as db:
        back = {"email_digest": address_digest(lake.school.keys(), learner.email), "is_active": True}
        db.execute(update(users).where(users.c.id == learner.id).values(**back))
        db.execute(delete(erasures).where(erasures.c.id == UUID(done["id"])))

    lake.deliver("apply_retention", "retention.due", {})

    row = user_row(lake, learner)
    assert (row.email, row.email_digest, row.is_active) == (ERASED, None, False)


def test_requests_of_other_organisations_are_out_of_reach(lake: Lake, school: School) -> None:
    elsewhere = Lake(school)
    asked = elsewhere.ask("POST", "/erasures", {"subject_id": str(elsewhere.person().id)}).json

    assert lake.ask("GET", f"/erasures/{asked['id']}").status == 404
    assert lake.ask("POST", "/erasures", {"subject_id": asked["subject_id"]}).status == 404
    assert lake.ask("POST", "/legal_holds", {"subject_id": asked["subject_id"], "reason": "x"}).status == 404


def test_holds_are_an_administrator_s(lake: Lake) -> None:
    learner = lake.person()
    body = {"subject_id": str(learner.id), "reason": "a case"}

    assert lake.ask("POST", "/legal_holds", body, by=lake.person("teacher")).status == 403
    held = lake.ask("POST", "/legal_holds", body)
    assert held.status == 201
    assert [each["id"] for each in lake.ask("GET", "/legal_holds").json["items"]] == [held.json["id"]]
    assert lake.ask("POST", f"/legal_holds/{uuid4()}/release", {"reason": "x"}).status == 404


def test_requests_name_whom_they_are_about_until_they_are_erased(lake: Lake) -> None:
    learner, other = lake.person(), lake.person()
    hold = lake.ask("POST", "/legal_holds", {"subject_id": str(other.id), "reason": "a case"}).json
    lake.ask("POST", "/exports", {"subject_id": str(other.id)})
    asked = lake.ask("POST", "/erasures", {"subject_id": str(learner.id)}).json

    done = lake.erase(learner)

    names = [
        each["subject_name"] for path in ("/exports", "/legal_holds") for each in lake.ask("GET", path).json["items"]
    ]
    assert names == [hold["subject_name"]] * 2
    assert hold["subject_name"] == asked["subject_name"] == lake.keys.opened_row(user_row(lake, other)).full_name
    assert (done["id"], done["status"], done["subject_name"]) == (asked["id"], "done", None)


def test_requests_about_one_person_are_found(lake: Lake) -> None:
    one, other = lake.person(), lake.person()
    asked = {}
    for person in (one, other):
        for path in ("/exports", "/erasures"):
            asked[person.id, path] = lake.ask("POST", path, {"subject_id": str(person.id)}).json["id"]

    for path in ("/exports", "/erasures"):
        found = lake.ask("GET", path, query={"subject_id": str(one.id)}).json["items"]
        hidden = lake.ask("GET", path, by=other, query={"subject_id": str(one.id)}).json["items"]
        assert [each["id"] for each in found] == [asked[one.id, path]]
        assert hidden == []


def test_only_one_erasure_of_a_person_is_open(lake: Lake) -> None:
    learner = lake.person()
    lake.ask("POST", "/erasures", {}, by=learner)

    with pytest.raises(Exception, match="erasures_open_key"):
        lake.add(erasures, id=new_id(), subject_id=learner.id, requested_by=learner.id, due_at="2030-01-01T00:00:00Z")
