"""A copy of what is kept of somebody: who may ask for it, what is in it, and that it is made once and goes again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select, update

from dreamseed.audit.tables import audit_logs
from dreamseed.errors import NotFound
from dreamseed.identity.tables import guardianships, sign_ins
from dreamseed.learning.tables import knowledge_states
from dreamseed.privacy.exporting import Copy
from dreamseed.privacy.tables import data_exports
from tests.functions.consents.people import new_child
from tests.functions.privacy.requests import Lake, rows_of
from tests.school import LEARNER, School


@pytest.fixture
def lake(school: School) -> Lake:
    return Lake(school)


def test_somebody_gets_a_copy_of_what_is_theirs_and_of_nobody_else_s(lake: Lake) -> None:
    learner, other = lake.person(), lake.person()
    for person, code in ((learner, "fractions"), (other, "decimals")):
        lake.add(knowledge_states, learner_id=person.id, concept_code=code, p_known=0.25, p_unknown=0.75)

    files = lake.export(learner)

    assert rows_of(files, "users")[0]["email"] == learner.email
    assert [row["concept_code"] for row in rows_of(files, "knowledge_states")] == ["fractions"]
    assert b"fractions" in files["data/knowledge_states.csv"]
    assert other.email.encode() not in b"".join(files.values())
    assert b"A Person" in files["README.txt"]


def test_every_file_of_rows_fits_its_schema(lake: Lake) -> None:
    learner = lake.person()
    lake.add(sign_ins, user_id=learner.id, method="password", last_seen_at=datetime.now(UTC))

    files = lake.export(learner)

    tables = [
        name.removeprefix("data/").removesuffix(".json") for name in files if name.endswith(".json") and "data/" in name
    ]
    assert len(tables) > 15
    for table in tables:
        schema = json.loads(files[f"schema/{table}.json"])["items"]
        for row in rows_of(files, table):
            assert list(row) == schema["required"], table
            for name, value in row.items():
                assert _fits(value, schema["properties"][name]), (table, name, value)


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    types = {"boolean": bool, "integer": int, "number": int | float, "string": str, "array": list, "null": type(None)}
    return not kinds or any(isinstance(value, types[kind]) for kind in kinds)


def test_no_credential_leaves_and_what_is_left_out_is_said(lake: Lake) -> None:
    learner = lake.person()

    files = lake.export(learner)

    assert b"argon2" not in b"".join(files.values())
    left_out = json.loads(files["left_out.json"])
    assert {
        "table": "users",
        "columns": "password_hash",
        "because": "whoever holds it could sign in with it",
    } in left_out
    assert all(entry["because"] for entry in left_out)


def test_a_text_that_a_spreadsheet_would_calculate_is_defused(lake: Lake) -> None:
    learner = lake.person()
    agent = lake.school.keys(lake.org_id).seal(learner.id, "=1+1", "sign_ins.user_agent")
    lake.add(sign_ins, user_id=learner.id, method="password", user_agent=agent, last_seen_at=datetime.now(UTC))

    files = lake.export(learner)

    assert b"'=1+1" in files["data/sign_ins.csv"]
    assert any(row["user_agent"] == "=1+1" for row in rows_of(files, "sign_ins"))


def test_who_may_ask_for_whose(lake: Lake) -> None:
    learner, guardian = lake.person(), lake.person("guardian")
    body = {"subject_id": str(learner.id)}

    assert lake.ask("POST", "/exports", body, by=guardian).code == "user_not_found"
    assert lake.ask("POST", "/exports", body, by=lake.person("teacher")).code == "user_not_found"
    lake.add(guardianships, guardian_id=guardian.id, learner_id=learner.id)
    asked = lake.ask("POST", "/exports", body, by=guardian)

    assert asked.status == 202
    assert lake.ask("POST", "/exports", {}, by=learner).json["id"] == asked.json["id"]
    assert [each["id"] for each in lake.ask("GET", "/exports", by=learner).json["items"]] == [asked.json["id"]]


def test_the_address_of_a_copy_works_until_it_expires(lake: Lake) -> None:
    learner = lake.person()
    asked = lake.ask("POST", "/exports", {}, by=learner).json
    assert lake.ask("GET", f"/exports/{asked['id']}", by=learner).json["download_url"] is None
    lake.run_job(asked["job_id"])

    ready = lake.ask("GET", f"/exports/{asked['id']}", by=learner).json
    address = urlsplit(ready["download_url"])
    fetched = lake.school.api.call("GET", address.path, query=dict(parse_qsl(address.query)))

    assert (ready["status"], fetched.status, len(fetched.body)) == ("ready", 200, ready["bytes"])
    assert fetched.headers["content-disposition"] == "attachment"
    _expire(lake, asked["id"])
    expired = lake.ask("GET", f"/exports/{asked['id']}", by=learner).json
    assert (expired["status"], expired["download_url"]) == ("expired", None)


def test_an_expired_copy_is_deleted_with_its_file(lake: Lake) -> None:
    learner = lake.person()
    asked = lake.ask("POST", "/exports", {}, by=learner).json
    lake.run_job(asked["job_id"])
    _expire(lake, asked["id"])

    lake.deliver("apply_retention", "retention.due", {})

    assert lake.ask("GET", f"/exports/{asked['id']}", by=learner).status == 404
    with pytest.raises(NotFound):
        lake.files(f"exports/{asked['id']}.zip")


def _expire(lake: Lake, export_id: str) -> None:
    with lake.transaction() as db:
        past = datetime.now(UTC) - timedelta(days=1)
        db.execute(update(data_exports).where(data_exports.c.id == UUID(export_id)).values(expires_at=past))


def test_a_job_that_is_killed_makes_the_whole_copy_later(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = lake.person()
    asked = lake.ask("POST", "/exports", {}, by=learner).json
    real, calls = Copy.add, 0

    def killed(self: Copy, *arguments: Any) -> None:
        nonlocal calls
        calls += 1
        real(self, *arguments)
        if calls == 9:
            raise ConnectionError("the power went out")

    monkeypatch.setattr(Copy, "add", killed)
    with pytest.raises(ConnectionError):
        lake.run_job(asked["job_id"])
    assert lake.ask("GET", f"/exports/{asked['id']}", by=learner).json["status"] == "running"

    lake.run_job(asked["job_id"])
    ready = lake.ask("GET", f"/exports/{asked['id']}", by=learner).json
    step = {"org_id": str(lake.org_id), "job_id": asked["job_id"], "attempt": 2}
    lake.function("export_subject")(step, None)

    assert ready["status"] == "ready"
    assert rows_of(lake.files(f"exports/{asked['id']}.zip"), "users")[0]["email"] == learner.email
    assert lake.ask("GET", f"/exports/{asked['id']}", by=learner).json["sha256"] == ready["sha256"]


def test_a_learner_s_answers_are_in_it_one_by_one(school: School) -> None:
    session = school.start(by=LEARNER)
    school.answer(session, by=LEARNER)
    asked = school.call("POST", "/api/v1/privacy/exports", {}, by=LEARNER).json
    hillside = Lake(school)
    hillside.org_id = UUID(school.call("GET", "/api/v1/me", by=LEARNER).json["organisation"]["id"])

    hillside.run_job(asked["job_id"])

    files = hillside.files(f"exports/{asked['id']}.zip")
    assert [row["session_id"] for row in rows_of(files, "responses")] == [session["id"]]
    shown = rows_of(files, "test_sessions")[0]
    assert not {"next_choice", "cat_state", "seed"} & shown.keys()


def test_a_child_asks_through_the_guardian_or_the_school(lake: Lake) -> None:
    child, guardian = new_child(lake.school, 10, lake.org_id), lake.person("guardian")
    lake.add(guardianships, guardian_id=guardian.id, learner_id=child.id)

    for path in ("/exports", "/erasures"):
        refused = lake.ask("POST", path, {}, by=child)
        assert (refused.status, refused.code) == (403, "too_young")
        assert lake.ask("POST", path, {"subject_id": str(child.id)}, by=guardian).status in (201, 202)


def test_asking_for_another_s_copy_stands_in_the_audit_log(lake: Lake) -> None:
    learner = lake.person()

    asked = lake.ask("POST", "/exports", {"subject_id": str(learner.id)}).json

    with lake.transaction() as db:
        entries = db.execute(select(audit_logs).where(audit_logs.c.action == "create_data_export")).all()
    assert [(entry.actor_id, entry.subject_id, str(entry.resource_id)) for entry in entries] == [
        (lake.admin.id, learner.id, asked["id"])
    ]
