"""A session's life: opened once, resumed at the same item, paused, finished, expired, replayed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from dreamseed.assessment.tables import test_sessions
from dreamseed.database.transaction import tenant_transaction
from dreamseed.platform.tables import outbox
from functions.assessment.expire_session import expire_session
from functions.assessment.expire_sessions import expire_sessions
from tests.school import ADMIN, AUTHOR, FOREIGN_TEACHER, HILLSIDE, LEARNER, OTHER_LEARNER, TEACHER, School, whenever


def test_opening_a_test_twice_gives_the_same_session_and_item(school: School) -> None:
    body = {"test_design_id": school.design_id()}

    first = school.call("POST", "/api/v1/sessions", body, by=LEARNER)
    second = school.call("POST", "/api/v1/sessions", body, by=LEARNER)

    assert (first.status, second.status) == (201, 200)
    assert first.headers["location"] == f"/api/v1/sessions/{first.json['id']}"
    assert whenever(second.json) == whenever(first.json)
    school.finish(first.json)


def test_a_reload_shows_the_same_item(school: School) -> None:
    session = school.start()
    session = school.answer(session, "c").json["session"]

    reloaded = school.call("GET", f"/api/v1/sessions/{session['id']}", by=LEARNER).json

    assert whenever(reloaded) == whenever(session)
    school.finish(session)


def test_a_paused_test_hides_its_item_and_takes_no_answer(school: School) -> None:
    session = school.start()
    path = f"/api/v1/sessions/{session['id']}"

    paused = school.call("POST", f"{path}/pause", by=LEARNER).json
    again = school.call("POST", f"{path}/pause", by=LEARNER).json
    refused = school.answer(session)
    resumed = school.call("POST", f"{path}/resume", by=LEARNER).json

    assert (paused["status"], paused["item"]) == ("paused", None)
    assert whenever(again) == whenever(paused)
    assert (refused.status, refused.code) == (409, "session_paused")
    assert resumed["status"] == "active"
    assert resumed["item"] == session["item"]
    assert resumed["expires_at"] > session["expires_at"]
    school.finish(session)


def test_finishing_twice_is_finishing_once(school: School) -> None:
    session = school.start()
    school.answer(session)

    first, second = school.finish(session), school.finish(session)

    assert (first["status"], first["stop_reason"], first["item"]) == ("finished", "learner_finished", None)
    assert whenever(second) == whenever(first)
    assert len(finished_events(school, session["id"])) == 1


def test_a_finished_test_leaves_as_an_event_with_its_answers(school: School) -> None:
    session = school.start()
    school.answer(session)
    school.finish(session)

    (event,) = finished_events(school, session["id"])

    assert event["responses"][0]["item_version_id"] == session["item"]["id"]
    assert event["responses"][0]["concept_code"]
    assert event["stop_reason"] == "learner_finished"


def test_a_test_whose_time_is_up_takes_no_answer_and_is_ended_by_the_clock(school: School) -> None:
    session = school.start()
    school.answer(session)
    move_expiry(school, session["id"], timedelta(seconds=-1))

    late = school.answer(
        school.call("GET", f"/api/v1/sessions/{session['id']}", by=LEARNER).json | {"item": session["item"]}, position=2
    )
    shown = school.call("GET", f"/api/v1/sessions/{session['id']}", by=LEARNER).json
    run_the_clock(school)

    assert (late.status, late.code) == (409, "session_not_active")
    assert (shown["status"], shown["item"]) == ("expired", None)
    ended = school.call("GET", f"/api/v1/sessions/{session['id']}", by=LEARNER).json
    assert (ended["status"], ended["stop_reason"]) == ("expired", "time_limit")
    assert len(finished_events(school, session["id"])) == 1
    assert school.call("GET", f"/api/v1/sessions/{session['id']}/result", by=LEARNER).json["answered"] == 1


def test_a_test_whose_time_is_up_can_be_started_again_at_once(school: School) -> None:
    late = school.start()
    move_expiry(school, late["id"], timedelta(seconds=-1))

    again = school.start()

    assert again["id"] != late["id"]
    assert again["status"] == "active"
    ended = school.call("GET", f"/api/v1/sessions/{late['id']}", by=LEARNER).json
    assert (ended["status"], ended["stop_reason"]) == ("expired", "time_limit")
    school.finish(again)


def test_a_test_whose_time_is_up_can_be_neither_resumed_nor_finished_by_its_learner(school: School) -> None:
    session = school.start()
    path = f"/api/v1/sessions/{session['id']}"
    school.call("POST", f"{path}/pause", by=LEARNER)
    move_pause(school, session["id"], timedelta(days=-8))

    resumed = school.call("POST", f"{path}/resume", by=LEARNER)
    result = school.call("GET", f"{path}/result", by=LEARNER).json
    finished = school.finish(session)

    assert (resumed.status, resumed.code) == (409, "session_not_active")
    assert (result["status"], result["stop_reason"]) == ("expired", "time_limit")
    assert (finished["status"], finished["stop_reason"]) == ("expired", "time_limit")


def test_the_clock_announces_each_expired_test_once(school: School) -> None:
    session = school.start()
    move_expiry(school, session["id"], timedelta(seconds=-1))
    school.api._give_database(expire_sessions)

    for _ in range(3):
        expire_sessions({}, None)

    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        announced = list(db.scalars(select(outbox.c.payload).where(outbox.c.topic == "session.expired")))
    assert announced.count({"session_id": session["id"]}) == 1
    run_the_clock(school)


def test_a_test_in_time_is_not_ended_by_the_clock(school: School) -> None:
    session = school.start()

    run_the_clock(school)

    assert school.call("GET", f"/api/v1/sessions/{session['id']}", by=LEARNER).json["status"] == "active"
    school.finish(session)


def test_a_result_waits_for_the_end(school: School) -> None:
    session = school.start()
    path = f"/api/v1/sessions/{session['id']}/result"

    early = school.call("GET", path, by=LEARNER)
    school.answer(session)
    school.finish(session)
    result = school.call("GET", path, by=LEARNER).json

    assert (early.status, early.code) == (409, "session_not_finished")
    assert result["band"]["low"] < result["theta"] < result["band"]["high"]
    assert result["is_provisional"] is True
    assert sum(skill["answered"] for skill in result["skills"]) == result["answered"] == 1


def test_all_right_and_all_wrong_end_with_separate_bands(school: School) -> None:
    keys = keys_of(school)

    strong = take(school, LEARNER, lambda item: keys[item["id"]])
    weak = take(school, OTHER_LEARNER, lambda item: "abcd"[("abcd".index(keys[item["id"]]) + 1) % 4])

    assert strong["band"]["low"] > weak["band"]["high"]
    assert strong["correct"] == strong["answered"]
    assert weak["correct"] == 0


def test_a_trace_replays_to_the_same_items_and_only_staff_see_it(school: School) -> None:
    session = school.start()
    for option in "abcdab":
        session = school.answer(session, option).json["session"]
    path = f"/api/v1/sessions/{session['id']}/trace"

    trace = school.call("GET", path, by=TEACHER).json

    assert trace["replay"] == {"matches": True, "first_difference": None}
    assert [step["position"] for step in trace["steps"]] == [1, 2, 3, 4, 5, 6]
    assert school.call("GET", path, by=LEARNER).status == 403
    assert school.call("GET", path, by=FOREIGN_TEACHER).status == 404
    school.finish(session)


def test_a_trace_that_was_tampered_with_does_not_replay(school: School) -> None:
    session = school.start()
    for option in "abcd":
        session = school.answer(session, option).json["session"]
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        where = test_sessions.c.id == UUID(session["id"])
        seed = db.scalar(select(test_sessions.c.seed).where(where))
        db.execute(update(test_sessions).where(where).values(seed=seed ^ 0x5555))

    trace = school.call("GET", f"/api/v1/sessions/{session['id']}/trace", by=TEACHER).json

    assert trace["replay"]["matches"] is False
    assert trace["replay"]["first_difference"] in (1, 2, 3, 4)
    school.finish(session)


def test_learners_see_their_own_sessions_and_who_oversees_the_school_all(school: School) -> None:
    session = school.start(by=OTHER_LEARNER)

    own = school.call("GET", "/api/v1/sessions", by=LEARNER).json["items"]
    everybodys = school.call("GET", "/api/v1/sessions", by=ADMIN).json["items"]
    foreign = school.call("GET", "/api/v1/sessions", by=FOREIGN_TEACHER).json["items"]

    assert session["id"] not in [each["id"] for each in own]
    assert session["id"] in [each["id"] for each in everybodys]
    assert foreign == []
    assert school.call("GET", f"/api/v1/sessions/{session['id']}", by=LEARNER).status == 404
    school.finish(session, by=OTHER_LEARNER)


def test_staff_can_ask_for_one_learners_sessions_or_their_own(school: School) -> None:
    session = school.start(by=OTHER_LEARNER)
    learner_id = school.call("GET", "/api/v1/me", by=OTHER_LEARNER).json["id"]

    theirs = school.call("GET", "/api/v1/sessions", by=TEACHER, query={"learner_id": learner_id}).json["items"]
    own = school.call("GET", "/api/v1/sessions", by=TEACHER, query={"learner_id": "me"}).json["items"]
    not_theirs = school.call("GET", "/api/v1/sessions", by=LEARNER, query={"learner_id": learner_id}).json["items"]

    assert theirs[0]["id"] == session["id"]
    assert own == []
    assert session["id"] not in [each["id"] for each in not_theirs]
    school.finish(session, by=OTHER_LEARNER)


def test_a_result_that_is_read_at_once_counts_this_test(school: School) -> None:
    keys = keys_of(school)

    result = take(school, AUTHOR, lambda item: keys[item["id"]])

    assert all(skill["mastery"] > 0.3 for skill in result["skills"]), "nobody has handled the event yet"


def test_a_list_is_paged_without_gaps_or_repeats(school: School) -> None:
    for _ in range(3):
        school.finish(school.start(by=AUTHOR), by=AUTHOR)
    path = "/api/v1/sessions"
    whole = [each["id"] for each in school.call("GET", path, by=AUTHOR).json["items"]]

    paged, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = school.call("GET", path, by=AUTHOR, query=query).json
        paged += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert paged == whole
    assert len(set(paged)) == len(paged) >= 3
    broken = school.call("GET", path, by=AUTHOR, query={"cursor": "nonsense"})
    assert (broken.status, broken.json["errors"][0]["field"]) == (422, "query.cursor")


def test_a_design_that_cannot_run_is_refused_with_the_field_at_fault(school: School) -> None:
    designs = school.call("GET", "/api/v1/test_designs", by=AUTHOR).json["items"]
    body = {
        "name": "Upside down",
        "mode": "exam",
        "bank_version_id": designs[0]["bank_version_id"],
        "design": {"stopping": {"min_items": 9, "max_items": 3}},
    }

    refused = school.call("POST", "/api/v1/test_designs", body, by=AUTHOR)
    body["design"] = {"stopping": {"min_items": 3, "max_items": 9}}
    created = school.call("POST", "/api/v1/test_designs", body, by=AUTHOR)
    again = school.call("POST", "/api/v1/test_designs", body, by=AUTHOR)

    assert (refused.status, refused.code) == (422, "invalid_design")
    assert refused.json["errors"][0]["field"] == "body.design.stopping.min_items"
    assert (created.status, created.json["max_items"]) == (201, 9)
    assert (again.status, again.code) == (409, "name_taken")
    assert school.call("POST", "/api/v1/test_designs", body, by=LEARNER).status == 403


@pytest.mark.parametrize(
    ("design", "field"),
    [
        ({"stopping": {"max_items": 5}, "prior": {"mean": 1e6, "sd": 1}}, "prior.mean"),
        ({"stopping": {"max_items": 5}, "prior": {"mean": 0, "sd": 1e-9}}, "prior.sd"),
        ({"stopping": {"max_items": 5000}}, "stopping.max_items"),
        ({"stopping": {"max_items": 5, "se": 10**400}}, "stopping.se"),
        ({"stopping": {"max_items": 5, "time_limit_seconds": 60}}, "stopping.time_limit_seconds"),
        ({"stopping": {"max_items": 5}, "blueprint": {"fractions.add-like": {"maximum": 10**30}}}, "maximum"),
        ({"stopping": {"max_items": "five"}}, "stopping.max_items"),
        ({"stoping": {"max_items": 5}}, "stop"),
    ],
)
def test_a_design_that_would_fail_its_learners_is_refused(design: object, field: str, school: School) -> None:
    bank_version_id = school.call("GET", "/api/v1/test_designs", by=AUTHOR).json["items"][0]["bank_version_id"]
    body = {"name": f"Bad {field}", "mode": "exam", "bank_version_id": bank_version_id, "design": design}

    reply = school.call("POST", "/api/v1/test_designs", body, by=AUTHOR)

    assert (reply.status, reply.code) == (422, "invalid_design")
    assert field in reply.json["errors"][0]["field"]


def test_a_created_design_is_found_at_its_location(school: School) -> None:
    bank_version_id = school.call("GET", "/api/v1/test_designs", by=AUTHOR).json["items"][0]["bank_version_id"]
    design = {"stopping": {"max_items": 5}}
    body = {"name": "Five", "mode": "exam", "bank_version_id": bank_version_id, "design": design}

    created = school.call("POST", "/api/v1/test_designs", body, by=AUTHOR)

    assert school.call("GET", created.headers["location"], by=LEARNER).json == created.json
    assert school.call("GET", created.headers["location"], by=FOREIGN_TEACHER).status == 404


def finished_events(school: School, session_id: str) -> list[dict[str, object]]:
    """The `session.finished` events of a session."""
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        payloads = db.scalars(select(outbox.c.payload).where(outbox.c.topic == "session.finished"))
        return [payload for payload in payloads if payload["session_id"] == session_id]


def move_expiry(school: School, session_id: str, by: timedelta) -> None:
    """Let the session's time run out at now + `by`."""
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        expires_at = datetime.now(UTC) + by
        db.execute(update(test_sessions).where(test_sessions.c.id == UUID(session_id)).values(expires_at=expires_at))


def move_pause(school: School, session_id: str, by: timedelta) -> None:
    """Let the session's pause have begun at now + `by`."""
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        paused_at = datetime.now(UTC) + by
        db.execute(update(test_sessions).where(test_sessions.c.id == UUID(session_id)).values(paused_at=paused_at))


def run_the_clock(school: School) -> None:
    """What the schedule and the queue do: find expired sessions, and end each."""
    school.api._give_database(expire_sessions)
    expire_sessions({}, None)
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        events = list(db.execute(select(outbox.c.id, outbox.c.payload).where(outbox.c.topic == "session.expired")))
    school.api._give_database(expire_session)
    for event in events:
        assert expire_session(queue_event(event.id, event.payload), None) == {"batchItemFailures": []}


def queue_event(message_id: UUID, data: dict[str, object]) -> dict[str, object]:
    """An SQS batch with one message."""
    from dreamseed.message import Message

    message = Message(message_id, "session.expired", HILLSIDE.id, datetime.now(UTC), data)
    return {"Records": [{"messageId": str(message_id), "body": message.to_json()}]}


def keys_of(school: School) -> dict[str, str]:
    """The right option of every item, by item version: what no learner can read."""
    from dreamseed.content.tables import item_versions

    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        return {str(row.id): row.key["option"] for row in db.execute(select(item_versions.c.id, item_versions.c.key))}


def take(school: School, by: str, choose: object) -> dict[str, object]:
    """Take the whole test and return its result."""
    session = school.start(by=by)
    while session["item"]:
        session = school.answer(session, choose(session["item"]), by=by).json["session"]  # type: ignore[operator]
    return school.call("GET", f"/api/v1/sessions/{session['id']}/result", by=by).json
