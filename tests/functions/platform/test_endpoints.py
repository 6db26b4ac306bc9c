"""Jobs, dead letters and stored objects as their people see them over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import func, select, update

from dreamseed import logs
from dreamseed.database.ids import new_id
from dreamseed.database.transaction import system_transaction, tenant_transaction
from dreamseed.errors import JobCancelled
from dreamseed.identity.queries import add_user
from dreamseed.identity.tables import users
from dreamseed.needs import bucket, secret
from dreamseed.platform import jobs
from dreamseed.platform.outbox import publish
from dreamseed.platform.retention import expired
from dreamseed.platform.rules import MAX_MESSAGE_ATTEMPTS, WORK
from dreamseed.platform.tables import idempotency_keys, inbox, job_events, job_steps, outbox
from dreamseed.platform.tables import jobs as job_table
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.grants import Grants
from functions.platform.clean_up import clean_up
from host.demo.seed import demo_id
from tests.api import ApiReply
from tests.school import ADMIN, AUTHOR, FOREIGN_LEARNER, HILLSIDE, LEARNER, RIVERBANK, TEACHER, School


@pytest.fixture
def job_id(school: School) -> Iterator[UUID]:
    """A running job of the author, with five events; it makes room for others afterwards."""
    author = UUID(school.call("GET", "/api/v1/me", by=AUTHOR).json["id"])
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        made = jobs.create_job(db, "simulate_design", {}, created_by=author)
        jobs.start_attempt(db, made, 1)
        for quarter in range(1, 5):
            jobs.record_progress(db, made, "simulate", quarter / 5, f"point {quarter}")
    yield made
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        jobs.fail_job(db, made, {"code": "over"})


def test_a_jobs_owner_sees_where_it_stands(school: School, job_id: UUID) -> None:
    reply = school.call("GET", f"/api/v1/jobs/{job_id}", by=AUTHOR)

    assert reply.status == 200
    shown = reply.json
    assert (shown["id"], shown["status"], shown["progress"], shown["attempts"]) == (str(job_id), "running", 0.8, 1)
    assert shown["started_at"]
    assert shown["finished_at"] is shown["error"] is None


def test_those_who_may_read_all_jobs_see_it_too(school: School, job_id: UUID) -> None:
    assert school.call("GET", f"/api/v1/jobs/{job_id}", by=ADMIN).status == 200


def test_all_jobs_are_listed_for_those_who_may_read_them_newest_first(school: School, job_id: UUID) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        newer = jobs.create_job(db, "simulate_design", {})

    listed = school.list_all("/api/v1/jobs", by=ADMIN, limit=1)
    running = school.call("GET", "/api/v1/jobs", by=ADMIN, query={"status": "running"}).json["items"]

    assert [each["id"] for each in listed][:2] == [str(newer), str(job_id)]
    assert listed[1] == school.call("GET", f"/api/v1/jobs/{job_id}", by=AUTHOR).json
    assert [each["id"] for each in running] == [str(job_id)]
    assert school.call("GET", "/api/v1/jobs", by=TEACHER).code == "permission_missing"
    assert school.call("GET", "/api/v1/jobs", by=ADMIN, query={"status": "lost"}).status == 422


@pytest.mark.parametrize("path", ["", "/events", "/cancel", "/retry"])
@pytest.mark.parametrize(("stranger", "status"), [(None, 401), (LEARNER, 403), (FOREIGN_LEARNER, 403), (TEACHER, 403)])
def test_a_job_is_nobody_elses_business(
    path: str, stranger: str | None, status: int, school: School, job_id: UUID
) -> None:
    method = "POST" if path in ("/cancel", "/retry") else "GET"

    assert school.call(method, f"/api/v1/jobs/{job_id}{path}", by=stranger).status == status

    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        assert jobs.read_status(db, job_id) == "running"


def test_each_request_is_logged_with_the_permissions_by_which_it_is_allowed(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, object]] = []
    bound = logs._bound
    monkeypatch.setattr(logs, "write", lambda log, message, fields: lines.append({**(bound.get() or {}), **fields}))

    for somebody in (ADMIN, AUTHOR, LEARNER):
        school.call("GET", "/api/v1/jobs", by=somebody)

    said = [(line["status"], line.get("allowed_by")) for line in lines if line["permission"] == "job:read"]
    assert said == [(200, "*"), (200, "job:read"), (403, None)]
    assert not [line for line in lines if "@" in str(line)]


@pytest.mark.parametrize("kind", sorted(WORK.keys() - {"simulate_design"}))
def test_a_permission_on_jobs_opens_no_work_that_one_may_not_ask_for(kind: str, school: School) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        made = jobs.create_job(db, kind, {})

    reached = [("GET", ""), ("GET", "/events"), ("POST", "/cancel"), ("POST", "/retry")]
    replies = [school.call(method, f"/api/v1/jobs/{made}{path}", by=AUTHOR) for method, path in reached]

    assert [(reply.status, reply.code) for reply in replies] == [(404, "job_not_found")] * 4
    assert {each["kind"] for each in school.list_all("/api/v1/jobs", by=AUTHOR)} <= {"simulate_design"}
    assert school.call("POST", f"/api/v1/jobs/{made}/cancel", by=ADMIN).json["status"] == "cancelled"


def test_whoever_asked_for_work_sees_it_and_may_stop_it_only_while_they_may_ask_for_it(school: School) -> None:
    author = UUID(school.call("GET", "/api/v1/me", by=AUTHOR).json["id"])
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        made = jobs.create_job(db, "import_roster", {}, created_by=author)

    listed = [each["id"] for each in school.list_all("/api/v1/jobs", by=AUTHOR)]

    assert str(made) in listed
    assert school.call("GET", f"/api/v1/jobs/{made}", by=AUTHOR).json["status"] == "queued"
    assert school.call("GET", f"/api/v1/jobs/{made}", by=ADMIN).json["actions"] == ["cancel"]
    assert school.call("POST", f"/api/v1/jobs/{made}/cancel", by=AUTHOR).code == "job_not_found"
    assert school.call("POST", f"/api/v1/jobs/{made}/cancel", by=ADMIN).json["status"] == "cancelled"


def test_operators_see_work_of_every_kind_and_stop_none(school: School) -> None:
    person = {"email": "operator@hillside.example", "full_name": "Operator"}
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        password = db.scalar(select(users.c.password_hash).where(users.c.id == demo_id(AUTHOR)))
        add_user(db, school.keys(), person | {"password_hash": password}, ["operator"])
        made = [jobs.create_job(db, kind, {}) for kind in WORK]

    listed = school.list_all("/api/v1/jobs", by=person["email"])

    assert {str(each) for each in made} <= {each["id"] for each in listed}
    assert all(each["actions"] == [] for each in listed)
    assert school.call("GET", f"/api/v1/jobs/{made[0]}", by=person["email"]).status == 200
    assert school.call("POST", f"/api/v1/jobs/{made[0]}/cancel", by=person["email"]).code == "permission_missing"


def test_somebody_elses_job_and_none_are_told_alike(school: School) -> None:
    with tenant_transaction(RIVERBANK.id, school.database.url("write")) as db:
        foreign = jobs.create_job(db, "simulate_design", {})
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        not_theirs = jobs.create_job(db, "simulate_design", {})

    replies = [school.call("GET", f"/api/v1/jobs/{job}", by=ADMIN) for job in (foreign, new_id())]

    assert [(reply.status, reply.code) for reply in replies] == [(404, "job_not_found")] * 2
    assert school.call("GET", f"/api/v1/jobs/{not_theirs}", by=ADMIN).status == 200


def test_a_jobs_events_are_read_page_by_page(school: School, job_id: UUID) -> None:
    def page(after: str) -> ApiReply:
        return school.call("GET", f"/api/v1/jobs/{job_id}/events", by=AUTHOR, query={"after": after, "limit": "2"})

    seen, after = [], "0"
    while after:
        reply = page(after).json
        seen += [(event["seq"], event["fraction"]) for event in reply["items"]]
        after = reply["next_cursor"]

    assert seen == [(1, 0.0), (2, 0.2), (3, 0.4), (4, 0.6), (5, 0.8)]
    assert page("5").json == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("query", [{"after": "-1"}, {"after": "x"}, {"limit": "0"}, {"limit": "201"}])
def test_a_page_that_cannot_be_is_refused(query: dict[str, str], school: School, job_id: UUID) -> None:
    assert school.call("GET", f"/api/v1/jobs/{job_id}/events", by=AUTHOR, query=query).status == 422


def test_a_job_is_cancelled_once(school: School, job_id: UUID) -> None:
    first = school.call("POST", f"/api/v1/jobs/{job_id}/cancel", by=AUTHOR)
    second = school.call("POST", f"/api/v1/jobs/{job_id}/cancel", by=AUTHOR)

    assert (first.status, first.json["status"]) == (200, "cancelled")
    assert second.json == first.json
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        where = outbox.c.topic == "job.cancelled", outbox.c.payload["job_id"].astext == str(job_id)
        assert db.scalar(select(func.count()).select_from(outbox).where(*where)) == 1


def test_a_finished_job_cannot_be_cancelled(school: School, job_id: UUID) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        jobs.finish_job(db, job_id, {"rmse": 0.3})

    reply = school.call("POST", f"/api/v1/jobs/{job_id}/cancel", by=AUTHOR)

    assert (reply.status, reply.code) == (409, "job_finished")


@pytest.fixture
def dead_letters(school: School) -> list[UUID]:
    """Three dead letters of Hillside and one of Riverbank."""
    values = {"dead_at": func.now(), "attempts": MAX_MESSAGE_ATTEMPTS, "last_error": "no such thing"}
    made = []
    for org_id, count in ((HILLSIDE.id, 3), (RIVERBANK.id, 1)):
        with tenant_transaction(org_id, school.database.url("write")) as db:
            db.execute(
                update(outbox).where(outbox.c.dead_at.is_not(None)).values(dead_at=None, completed_at=func.now())
            )
            made += [publish(db, "session.finished", {"number": number}) for number in range(count)]
            db.execute(update(outbox).where(outbox.c.id.in_(made)).values(values))
    return made


def test_an_operator_sees_the_dead_letters_of_their_organisation(school: School, dead_letters: list[UUID]) -> None:
    first = school.call("GET", "/api/v1/dead_letters", by=ADMIN, query={"limit": "2"}).json
    rest = school.call("GET", "/api/v1/dead_letters", by=ADMIN, query={"cursor": first["next_cursor"]}).json

    assert [letter["id"] for letter in first["items"] + rest["items"]] == [str(each) for each in dead_letters[:3]]
    assert rest["next_cursor"] is None


def test_a_dead_letter_shows_the_ids_that_it_names_and_nothing_that_it_says_of_anybody(school: School) -> None:
    session_id = str(new_id())
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        said = {"session_id": session_id, "theta": 0.3, "answers": [{"given": "a"}], "email": "ada@hillside.example"}
        letter = publish(db, "session.finished", said)
        db.execute(update(outbox).where(outbox.c.id == letter).values(dead_at=func.now()))

    listed = school.list_all("/api/v1/dead_letters", by=ADMIN)
    replayed = school.call("POST", f"/api/v1/dead_letters/{letter}/replay", by=ADMIN).json

    assert [each["data"] for each in listed if each["id"] == str(letter)] == [{"session_id": session_id}]
    assert replayed["data"] == {"session_id": session_id}


def test_a_replayed_letter_is_due_again_with_all_its_attempts(school: School, dead_letters: list[UUID]) -> None:
    path = f"/api/v1/dead_letters/{dead_letters[0]}/replay"

    reply, again = school.call("POST", path, by=ADMIN), school.call("POST", path, by=ADMIN)

    assert (reply.status, reply.json["dead_at"], reply.json["attempts"]) == (202, None, 0)
    assert (again.status, again.code) == (404, "dead_letter_not_found")
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        due = outbox.c.next_attempt_at <= func.now()
        assert db.scalar(select(due).where(outbox.c.id == dead_letters[0]))


def test_dead_letters_are_for_operators_of_the_same_organisation(school: School, dead_letters: list[UUID]) -> None:
    for person in (LEARNER, TEACHER, AUTHOR):
        assert school.call("GET", "/api/v1/dead_letters", by=person).status == 403
        assert school.call("POST", f"/api/v1/dead_letters/{dead_letters[0]}/replay", by=person).status == 403

    foreign = school.call("POST", f"/api/v1/dead_letters/{dead_letters[3]}/replay", by=ADMIN)

    assert (foreign.status, foreign.code) == (404, "dead_letter_not_found")


@pytest.fixture
def hillsides_blobs(school: School) -> Blobs:
    """Hillside's results, as a function that draws plots has them."""
    return Blobs(Grants("draw_plot", (bucket("results", "write"), secret("blob_signing"))), HILLSIDE.id)


@pytest.fixture
def blob_url(hillsides_blobs: Blobs) -> str:
    """The signed address of a picture."""
    hillsides_blobs.put("results", "plots/a-b.svg", b"<svg/>", "image/svg+xml")
    return hillsides_blobs.signed_url("results", "plots/a-b.svg")


def fetch(school: School, url: str, **changes: str) -> ApiReply:
    parts = urlsplit(url)
    return school.call("GET", changes.pop("path", parts.path), query=dict(parse_qsl(parts.query)) | changes)


def test_a_signed_address_serves_the_object_to_anybody_and_lets_it_do_nothing(school: School, blob_url: str) -> None:
    reply = fetch(school, blob_url)

    assert (reply.status, reply.body) == (200, b"<svg/>")
    assert reply.headers["content-type"].startswith("image/svg+xml")
    assert reply.headers["content-disposition"] == "inline"
    assert "sandbox" in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_an_address_that_was_changed_serves_nothing(school: School, blob_url: str) -> None:
    path = urlsplit(blob_url).path
    changes = (
        {"expires_at": "9999999999"},
        {"signature": "0" * 64},
        {"path": path.replace(str(HILLSIDE.id), str(RIVERBANK.id))},
        {"path": path.replace("a-b", "../secret")},
        {"path": path.replace("/blobs/results/", "/blobs/uploads/")},
    )

    for change in changes:
        reply = fetch(school, blob_url, **change)
        assert (reply.status, reply.code) == (403, "link_invalid"), change
    assert fetch(school, blob_url, signature="x").status == 422
    assert fetch(school, blob_url, expires_at="soon").status == 422


def test_an_address_expires(school: School, hillsides_blobs: Blobs) -> None:
    reply = fetch(school, hillsides_blobs.signed_url("results", "a.svg", expires_in_seconds=0))

    assert (reply.status, reply.code) == (403, "link_expired")


def test_an_object_that_is_gone_is_not_found(school: School, hillsides_blobs: Blobs) -> None:
    assert fetch(school, hillsides_blobs.signed_url("results", "gone.svg")).code == "blob_not_found"


def test_what_has_outlived_its_use_is_deleted_and_nothing_else(school: School) -> None:
    old, long_ago = timedelta(days=8), timedelta(days=31)
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        done, fresh, open_ = (publish(db, "session.finished", {}) for _ in range(3))
        db.execute(update(outbox).where(outbox.c.id == done).values(completed_at=func.now() - old))
        db.execute(update(outbox).where(outbox.c.id == fresh).values(completed_at=func.now()))
        for message_id in (done, open_):
            row = {"message_id": message_id, "consumer": "c", "created_at": func.now() - long_ago}
            db.execute(inbox.insert().values(row))
        for key, age in (("old", timedelta(seconds=1)), ("new", -timedelta(hours=1))):
            row = {"scope": "s", "key": key, "fingerprint": "f", "expires_at": func.now() - age}
            db.execute(idempotency_keys.insert().values(row))

    school.api._give_database(clean_up)
    clean_up({}, None)

    with system_transaction(school.database.url("system")) as db:
        assert set(db.scalars(select(outbox.c.id).where(outbox.c.id.in_((done, fresh, open_))))) == {fresh, open_}
        assert db.scalars(select(inbox.c.message_id).where(inbox.c.message_id.in_((done, open_)))).all() == [open_]
        assert db.scalars(select(idempotency_keys.c.key).where(idempotency_keys.c.scope == "s")).all() == ["new"]
        assert {kind: delete(db, 1) for kind, delete in expired()} == dict.fromkeys(dict(expired()), 0)


def test_however_much_has_expired_is_deleted_at_once(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        row = {"scope": "many", "fingerprint": "f", "expires_at": func.now()}
        db.execute(idempotency_keys.insert().values([{**row, "key": str(number)} for number in range(25)]))
    monkeypatch.setattr("functions.platform.clean_up.BATCH_SIZE", 10)

    school.api._give_database(clean_up)

    assert clean_up({}, None)["idempotency_keys"] == 25


def test_the_details_of_jobs_that_ended_long_ago_are_deleted(school: School) -> None:
    longer_ago = timedelta(days=31)
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        old, recent, running = (jobs.create_job(db, "simulate_design", {}) for _ in range(3))
        for job_id in (old, recent, running):
            jobs.start_attempt(db, job_id, 1)
            jobs.store_step(db, job_id, "prepare", "", {})
        for job_id in (old, recent):
            jobs.finish_job(db, job_id, {})
        db.execute(update(job_table).where(job_table.c.id == old).values(finished_at=func.now() - longer_ago))
    with psycopg.connect(school.database.conninfo(), autocommit=True) as administrator:
        administrator.execute("update job_events set created_at = created_at - interval '32 days'")
        administrator.execute("update job_steps set created_at = created_at - interval '32 days'")

    school.api._give_database(clean_up)
    clean_up({}, None)

    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        for details in (job_events, job_steps):
            kept = select(details.c.job_id).where(details.c.job_id.in_((old, recent, running))).distinct()
            assert set(db.scalars(kept)) == {recent, running}
        assert jobs.read_status(db, old) == "succeeded"
        jobs.fail_job(db, running, {"code": "over"})


def failed(school: School, job_id: UUID) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        jobs.store_step(db, job_id, "prepare", "", {"points": []})
        jobs.fail_job(db, job_id, {"code": "attempts_exhausted"})


def test_a_failed_job_may_be_tried_again_with_what_it_had_done(school: School, job_id: UUID) -> None:
    failed(school, job_id)

    reply = school.call("POST", f"/api/v1/jobs/{job_id}/retry", by=AUTHOR)

    assert (reply.status, reply.json["status"], reply.json["error"]) == (202, "queued", None)
    assert reply.json["finished_at"] is None
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        where = outbox.c.topic == "job.requested", outbox.c.payload["job_id"].astext == str(job_id)
        assert db.scalars(select(outbox.c.payload["attempt"].astext).where(*where)).all() == ["1", "2"]
        assert jobs.completed_step(db, job_id, "prepare") == {"points": []}
        with pytest.raises(JobCancelled):
            jobs.record_progress(db, job_id, "late", 0.9, attempt=1)
        assert jobs.start_attempt(db, job_id, 2) == "simulate_design"
        assert db.scalar(select(job_table.c.fruitless_attempts).where(job_table.c.id == job_id)) == 1


def test_a_retry_that_is_asked_for_twice_is_made_once(school: School, job_id: UUID) -> None:
    failed(school, job_id)

    first, second = (school.call("POST", f"/api/v1/jobs/{job_id}/retry", by=AUTHOR) for _ in range(2))

    assert (first.status, second.status, second.json) == (202, 202, first.json)
    with tenant_transaction(HILLSIDE.id, school.database.url("read")) as db:
        where = outbox.c.topic == "job.requested", outbox.c.payload["job_id"].astext == str(job_id)
        assert db.scalar(select(func.count()).select_from(outbox).where(*where)) == 2, "its making, and one retry"


def test_a_job_that_ended_otherwise_cannot_be_tried_again(school: School, job_id: UUID) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        jobs.cancel_job(db, job_id)

    reply = school.call("POST", f"/api/v1/jobs/{job_id}/retry", by=AUTHOR)

    assert (reply.status, reply.code) == (409, "job_not_failed")
