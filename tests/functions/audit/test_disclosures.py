"""To whom a learner's records were disclosed is written down, for the learner, their guardians and administrators."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from host.demo.seed import demo_id
from tests.functions.audit.logbook import entries
from tests.functions.identity.accounts import Person, new_person, token_of
from tests.functions.privacy.requests import Lake
from tests.school import ADMIN, FOREIGN_LEARNER, LEARNER, TEACHER, School

SAID = {
    "party": "Lakeside High School",
    "purpose": "The learner changes schools",
    "records": "Results of the placement tests",
    "basis": "transfer",
}


def disclose(school: School, learner_id: Any, by: str = ADMIN, **more: Any) -> Any:
    return school.call("POST", "/api/v1/disclosures", {"learner_id": str(learner_id), **SAID, **more}, by=by)


def disclosures(school: School, learner_id: Any, **who: Any) -> Any:
    return school.api.call("GET", "/api/v1/disclosures", query={"learner_id": str(learner_id)}, **who)


def test_what_staff_state_is_kept_as_they_said_it(school: School) -> None:
    person = new_person(school)

    made = disclose(school, person.id, disclosed_at="2026-01-15T10:00:00+01:00")

    assert made.status == 201
    (shown,) = disclosures(school, person.id, token=school.token(ADMIN)).json["items"]
    assert shown == made.json
    assert {name: shown[name] for name in SAID} == SAID
    assert (shown["kind"], shown["disclosed_at"]) == ("stated", "2026-01-15T09:00:00Z")
    assert shown["by_user_id"] == str(demo_id(ADMIN))
    assert shown["by_name"]
    assert (
        entries(school, action="create_disclosure", subject_id=str(person.id))[0]["changes"]["after"]["basis"]
        == "transfer"
    )


def test_a_learner_and_a_guardian_see_their_own_and_nobody_elses(school: School) -> None:
    learner, other, guardian = new_person(school), new_person(school), new_person(school, "guardian")
    path = f"/api/v1/users/{learner.id}/guardians/{guardian.id}"
    assert school.call("PUT", path, {"relation": "parent"}, by=ADMIN).status == 200
    for person in (learner, other):
        disclose(school, person.id)

    for person in (learner, guardian):
        token = token_of(school, person)
        assert len(disclosures(school, learner.id, token=token).json["items"]) == 1
        assert disclosures(school, other.id, token=token).code == "learner_not_found"
    assert disclosures(school, learner.id, token=school.token(TEACHER)).code == "learner_not_found"


def test_teachers_note_what_they_disclose_of_those_whom_they_teach(school: School) -> None:
    assert disclose(school, demo_id(LEARNER), by=TEACHER).status == 201
    assert disclose(school, new_person(school).id, by=TEACHER).code == "learner_not_found"


def test_nobody_notes_disclosures_of_whom_they_cannot_reach(school: School) -> None:
    assert disclose(school, demo_id(FOREIGN_LEARNER)).status == 404
    assert disclose(school, demo_id(LEARNER), by=LEARNER).status == 403


def test_what_will_be_disclosed_cannot_be_noted_yet(school: School) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()

    assert disclose(school, demo_id(LEARNER), disclosed_at=later).code == "not_yet"


@pytest.mark.parametrize(
    "wrong", [{"basis": "because"}, {"party": ""}, {"purpose": "x" * 1001}, {"disclosed_at": "2026-01-15"}]
)
def test_a_disclosure_that_says_nothing_useful_is_refused(wrong: dict[str, str], school: School) -> None:
    assert disclose(school, demo_id(LEARNER), **wrong).status == 422


def test_the_list_is_paged_newest_first(school: School) -> None:
    person = new_person(school)
    for day in (3, 1, 2):
        disclose(school, person.id, disclosed_at=f"2026-01-0{day}T00:00:00Z")

    paged = school.list_all("/api/v1/disclosures", by=ADMIN, limit=1, learner_id=str(person.id))

    assert [each["disclosed_at"][:10] for each in paged] == ["2026-01-03", "2026-01-02", "2026-01-01"]


def test_nothing_of_it_lies_open_in_the_table(school: School) -> None:
    disclose(school, new_person(school).id)

    with psycopg.connect(school.database.conninfo()) as db:
        raw = repr(db.execute("select * from disclosures").fetchall())
    assert "Lakeside" not in raw
    assert "placement" not in raw


def test_a_program_that_reads_a_learners_record_is_written_down_once_a_day(school: School) -> None:
    learner = new_person(school)
    body = {"name": "Timetable", "permissions": ["history:read", "class:oversee"], "rate_limit_per_hour": 1000}
    key = school.api.call("POST", "/api/v1/api_keys", body, token=fresh_admin(school)).json["key"]

    for _ in range(2):
        assert school.api.call("GET", f"/api/v1/learners/{learner.id}/history", token=key).status == 200
    school.call("GET", f"/api/v1/learners/{learner.id}/history", by=ADMIN)

    (shown,) = disclosures(school, learner.id, token=school.token(ADMIN)).json["items"]
    assert (shown["kind"], shown["party"], shown["records"]) == ("program", "Timetable (a program)", "list_history")
    assert shown["basis"] == "school_official"
    assert shown["api_key_id"] is not None


def fresh_admin(school: School) -> str:
    return token_of(school, new_person(school, "org_admin"))


def test_reading_disclosures_is_noted_when_they_are_another_persons(school: School) -> None:
    learner: Person = new_person(school)

    disclosures(school, learner.id, token=token_of(school, learner))
    disclosures(school, learner.id, token=school.token(ADMIN))

    assert [each["actor_id"] for each in entries(school, action="list_disclosures", subject_id=str(learner.id))] == [
        str(demo_id(ADMIN))
    ]


def test_staff_who_fetch_a_copy_of_somebodys_data_are_written_down_once(school: School) -> None:
    lake = Lake(school)
    learner = lake.person()
    asked = lake.ask("POST", "/exports", {"subject_id": str(learner.id)}).json
    lake.run_job(asked["job_id"])

    for by in (lake.admin, lake.admin, learner):
        assert lake.ask("GET", f"/exports/{asked['id']}", by=by).json["download_url"]

    (shown,) = disclosures(school, learner.id, token=token_of(school, lake.admin)).json["items"]
    assert (shown["kind"], shown["by_user_id"], shown["basis"]) == ("export", str(lake.admin.id), "own_request")
