"""Tests that are set for a class: who sees them how, when they can be started, and how much time there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, update

from dreamseed.assessment.tables import test_sessions
from dreamseed.database.transaction import tenant_transaction
from dreamseed.school.tables import accommodations, assignments
from tests.functions.school.assigned import DAY, EXAM, LIMIT, PRACTICE, assign, moment, read, seconds_left, start
from tests.functions.school.people import add_class, add_person, id_of
from tests.functions.school.statements import counted_statements
from tests.school import ADMIN, AUTHOR, FOREIGN_TEACHER, HILLSIDE, TEACHER, School


@pytest.fixture
def learner(school: School) -> str:
    """Somebody who learns in a class of her own, taught by the teacher."""
    return add_person(school, "learner", "Lea Learner")


@pytest.fixture
def class_id(school: School, learner: str) -> str:
    return add_class(school, TEACHER, learner)


def test_a_teacher_sets_a_test_and_the_class_sees_it(school: School, class_id: str, learner: str) -> None:
    created = assign(school, class_id, instructions="No calculator.", max_attempts=2)

    (for_learner,) = school.call("GET", "/api/v1/assignments", by=learner).json["items"]
    (for_teacher,) = school.call("GET", "/api/v1/assignments", by=TEACHER, query={"class_id": class_id}).json["items"]

    assert (created["test_design_name"], created["mode"], created["time_limit_seconds"]) == (
        "Where do I stand?",
        "exam",
        LIMIT,
    )
    assert for_learner["instructions"] == "No calculator."
    assert (for_learner["status"], for_learner["session_id"], for_learner["attempts_left"]) == ("open", None, 2)
    assert for_learner["counts"] is None
    assert for_teacher["status"] is None
    assert for_teacher["counts"] == {"learners": 1, "started": 0, "done": 0}
    assert read(school, created, learner)["progress"] is None


def test_an_assignment_goes_from_open_to_started_to_done(school: School, class_id: str, learner: str) -> None:
    assignment = assign(school, class_id)

    def status() -> tuple[Any, ...]:
        shown = read(school, assignment, learner)
        return shown["status"], shown["session_id"], shown["attempts_left"]

    before = status()
    session = start(school, assignment, learner).json
    meanwhile = status()
    progress = read(school, assignment, TEACHER)["progress"]
    school.answer(session, by=learner)
    school.finish(session, by=learner)
    seen = read(school, assignment, TEACHER)

    assert before == ("open", None, 1)
    assert session["assignment_id"] == assignment["id"]
    assert meanwhile == ("started", session["id"], 0)
    assert [(each["status"], each["answered"], each["scale"]) for each in progress] == [("started", 0, None)]
    assert status() == ("done", session["id"], 0)
    (done,) = seen["progress"]
    assert (done["full_name"], done["status"], done["session_status"]) == ("Lea Learner", "done", "finished")
    assert (done["session_id"], done["answered"], done["attempts"]) == (session["id"], 1, 1)
    assert done["scale"]["low"] < done["scale"]["score"] < done["scale"]["high"]
    assert seen["counts"] == {"learners": 1, "started": 1, "done": 1}


def test_starting_again_takes_the_attempt_up_where_it_was(school: School, class_id: str, learner: str) -> None:
    assignment = assign(school, class_id)
    first = start(school, assignment, learner)
    close(school, assignment)

    again = start(school, assignment, learner)

    assert (first.status, again.status) == (201, 200)
    assert again.json["id"] == first.json["id"]
    assert again.json["item"] == first.json["item"]


def close(school: School, assignment: Any) -> None:
    """Let the assignment's window be over."""
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        where = assignments.c.id == UUID(assignment["id"])
        db.execute(update(assignments).where(where).values(closes_at=datetime.now(UTC)))


@pytest.mark.parametrize(("opens", "closes"), [(DAY, 2 * DAY), (-2 * DAY, -DAY)])
def test_an_assignment_can_be_started_only_while_it_is_open(
    school: School, class_id: str, learner: str, opens: timedelta, closes: timedelta
) -> None:
    assignment = assign(school, class_id, opens=opens, closes=closes)

    refused = start(school, assignment, learner)

    assert (refused.status, refused.code) == (409, "assignment_not_open")
    assert read(school, assignment, learner)["status"] == ("upcoming" if opens > timedelta() else "missed")


def test_an_attempt_that_is_used_is_used(school: School, class_id: str, learner: str) -> None:
    assignment = assign(school, class_id, max_attempts=2)
    first = start(school, assignment, learner).json
    school.finish(first, by=learner)
    second = start(school, assignment, learner).json
    school.finish(second, by=learner)

    third = start(school, assignment, learner)

    assert second["id"] != first["id"]
    assert (third.status, third.code) == (409, "no_attempt_left")


def test_an_assigned_test_and_the_same_test_for_oneself_are_apart(school: School, class_id: str, learner: str) -> None:
    assignment = assign(school, class_id)

    own = school.start(by=learner)
    assigned = start(school, assignment, learner).json

    assert own["id"] != assigned["id"]
    assert (own["assignment_id"], own["extra_seconds"]) == (None, 0)
    assert school.start(by=learner)["id"] == own["id"]


def test_an_assignment_is_of_one_test(school: School, class_id: str, learner: str) -> None:
    refused = start(school, assign(school, class_id), learner, test_design_id=str(PRACTICE))

    assert (refused.status, refused.code) == (422, "assignment_of_another_test")


def test_nobody_outside_the_class_can_start_or_see_it(school: School, class_id: str) -> None:
    assignment = assign(school, class_id)
    path = f"/api/v1/assignments/{assignment['id']}"

    for stranger in (add_person(school, "learner"), add_person(school, "teacher"), FOREIGN_TEACHER, TEACHER):
        reply = start(school, assignment, stranger)
        assert (reply.status, reply.code) in ((404, "assignment_not_found"), (404, "test_design_not_found"))
        if stranger != TEACHER:
            assert school.call("GET", path, by=stranger).code == "assignment_not_found"
            assert school.call("GET", "/api/v1/assignments", by=stranger).json["items"] == []
            where = {"class_id": class_id}
            assert school.call("GET", "/api/v1/assignments", by=stranger, query=where).code == "class_not_found"
    assert school.call("GET", path, by=AUTHOR).code == "permission_missing"


def test_only_its_teachers_and_the_administration_manage_an_assignment(
    school: School, class_id: str, learner: str
) -> None:
    path = f"/api/v1/assignments/{assign(school, class_id)['id']}"
    colleague = add_person(school, "teacher")
    extension = f"{path}/extensions/{id_of(school, learner)}"
    calls: list[tuple[str, str, Any]] = [
        ("PATCH", path, {"max_attempts": 3}),
        ("PUT", extension, {"extra_seconds": 60}),
        ("POST", f"{path}/withdraw", None),
    ]

    for method, where, body in calls:
        for_stranger = school.call(method, where, body, by=colleague, headers={"if-match": "*"})
        for_learner = school.call(method, where, body, by=learner, headers={"if-match": "*"})
        for_admin = school.call(method, where, body, by=ADMIN, headers={"if-match": "*"})
        assert (for_stranger.code, for_learner.code) == ("assignment_not_found", "permission_missing")
        assert for_admin.status == 200


def test_a_test_is_set_for_a_class_that_one_teaches(school: School) -> None:
    body = {"test_design_id": str(EXAM), "opens_at": moment(DAY), "closes_at": moment(2 * DAY)}
    elsewhere = add_class(school, add_person(school, "teacher"))
    own = add_class(school, TEACHER)

    def refused(**changes: str) -> str:
        return school.call("POST", "/api/v1/assignments", {**body, "class_id": own, **changes}, by=TEACHER).code

    assert refused(class_id=elsewhere) == "class_not_found"
    assert refused(test_design_id=str(uuid4())) == "test_design_not_found"
    assert refused(closes_at=body["opens_at"]) == "closes_before_it_opens"
    assert refused(closes_at="2026-12-24T12:00:00") == "invalid_request"  # whose noon?


def test_an_assignment_is_changed_by_who_knows_its_version(school: School, class_id: str, learner: str) -> None:
    assignment = assign(school, class_id, opens=-2 * DAY, closes=-DAY)
    path = f"/api/v1/assignments/{assignment['id']}"
    tag = school.call("GET", path, by=TEACHER).headers["etag"]

    changed = school.call("PATCH", path, {"closes_at": moment(DAY)}, by=TEACHER, headers={"if-match": tag})
    late = school.call("PATCH", path, {"max_attempts": 5}, by=TEACHER, headers={"if-match": tag})
    turned = school.call("PATCH", path, {"closes_at": moment(-9 * DAY)}, by=TEACHER, headers={"if-match": "*"})

    assert (changed.status, changed.json["max_attempts"]) == (200, 1)
    assert late.code == "precondition_failed"
    assert turned.code == "closes_before_it_opens"
    assert start(school, assignment, learner).status == 201


def test_a_withdrawn_assignment_is_gone_for_learners_but_a_session_goes_on(
    school: School, class_id: str, learner: str
) -> None:
    assignment = assign(school, class_id)
    session = start(school, assignment, learner).json
    path = f"/api/v1/assignments/{assignment['id']}"

    first = school.call("POST", f"{path}/withdraw", by=TEACHER).json
    again = school.call("POST", f"{path}/withdraw", by=TEACHER)
    changed = school.call("PATCH", path, {"max_attempts": 2}, by=TEACHER, headers={"if-match": "*"})

    assert first["withdrawn_at"] is not None
    assert again.json == first
    assert changed.code == "assignment_withdrawn"
    assert school.call("GET", path, by=learner).code == "assignment_not_found"
    assert school.call("GET", "/api/v1/assignments", by=learner).json["items"] == []
    assert school.answer(session, by=learner).status == 200
    school.finish(session, by=learner)
    assert start(school, assignment, learner).code == "assignment_not_open"


def test_an_extension_gives_more_time_before_and_during_the_test(school: School, class_id: str, learner: str) -> None:
    assignment = assign(school, class_id)
    place = f"/api/v1/assignments/{assignment['id']}/extensions/{id_of(school, learner)}"

    def extend(seconds: int) -> Any:
        return school.call("PUT", place, {"extra_seconds": seconds}, by=TEACHER).json

    before = extend(600)
    session = start(school, assignment, learner).json
    during, again = extend(900), extend(900)
    now = school.call("GET", f"/api/v1/sessions/{session['id']}", by=learner).json
    extend(0)
    without = school.call("GET", f"/api/v1/sessions/{session['id']}", by=learner).json

    assert (before["extra_seconds"], before["expires_at"]) == (600, None)
    assert (session["extra_seconds"], session["time_limit_seconds"]) == (600, LIMIT + 600)
    assert seconds_left(session) == pytest.approx(LIMIT + 600, abs=1)
    assert again == during
    assert during["expires_at"] == now["expires_at"]
    assert (now["extra_seconds"], now["time_limit_seconds"]) == (900, LIMIT + 900)
    moved = datetime.fromisoformat(now["expires_at"]) - datetime.fromisoformat(session["expires_at"])
    assert moved == timedelta(seconds=300)
    assert (without["extra_seconds"], without["time_limit_seconds"]) == (0, LIMIT)
    assert read(school, assignment, learner)["extra_seconds"] == 0


def test_only_who_learns_in_the_class_gets_an_extension(school: School, class_id: str) -> None:
    path = f"/api/v1/assignments/{assign(school, class_id)['id']}/extensions"

    for email in (TEACHER, add_person(school, "learner")):
        reply = school.call("PUT", f"{path}/{id_of(school, email)}", {"extra_seconds": 60}, by=TEACHER)
        assert (reply.status, reply.code) == (404, "learner_not_found")


def test_a_learner_with_accommodations_gets_their_time_and_how_to_show_the_test(
    school: School, class_id: str, learner: str
) -> None:
    accommodate(school, learner, extra_time_factor=1.25, text_size="large", has_read_aloud=True)
    assignment = assign(school, class_id)
    place = f"/api/v1/assignments/{assignment['id']}/extensions/{id_of(school, learner)}"
    school.call("PUT", place, {"extra_seconds": 60}, by=TEACHER)

    session = start(school, assignment, learner).json

    assert session["accommodations"] == {
        "extra_time_factor": 1.25,
        "has_no_timer": False,
        "text_size": "large",
        "contrast": "normal",
        "has_read_aloud": True,
    }
    assert session["extra_seconds"] == LIMIT // 4 + 60
    assert seconds_left(session) == pytest.approx(LIMIT * 1.25 + 60, abs=1)


def test_without_a_timer_there_is_no_limit_to_show(school: School, class_id: str, learner: str) -> None:
    accommodate(school, learner, has_no_timer=True)

    session = start(school, assign(school, class_id), learner).json

    assert session["time_limit_seconds"] is None
    assert seconds_left(session) == pytest.approx(7 * 24 * 3600, abs=1)


def accommodate(school: School, learner: str, **needs: Any) -> None:
    """Say what a learner needs."""
    teacher_id = UUID(id_of(school, TEACHER))
    row = {"learner_id": UUID(id_of(school, learner)), "updated_by": teacher_id, "updated_at": datetime.now(UTC)}
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(insert(accommodations).values(**row, **needs))


def test_an_attempt_whose_time_is_up_is_done(school: School, class_id: str, learner: str) -> None:
    assignment = assign(school, class_id)
    session = start(school, assignment, learner).json
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        where = test_sessions.c.id == UUID(session["id"])
        db.execute(update(test_sessions).where(where).values(expires_at=datetime.now(UTC)))

    shown = read(school, assignment, learner)

    assert (shown["status"], shown["session_status"]) == ("done", "active")
    assert start(school, assignment, learner).code == "no_attempt_left"


def test_a_list_is_paged_and_takes_the_same_statements_for_many(school: School, class_id: str, learner: str) -> None:
    made = [assign(school, class_id, opens=-day * DAY)["id"] for day in range(1, 6)]

    paged: list[str] = []
    query: dict[str, str] = {"limit": "2"}
    while True:
        page = school.call("GET", "/api/v1/assignments", by=learner, query=query).json
        paged += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        query = {"limit": "2", "cursor": page["next_cursor"]}
    with counted_statements() as for_one:
        school.call("GET", "/api/v1/assignments", by=learner, query={"limit": "1"})
    with counted_statements() as for_all:
        school.call("GET", "/api/v1/assignments", by=learner)

    assert paged == made
    assert len(for_all) == len(for_one) == 2
