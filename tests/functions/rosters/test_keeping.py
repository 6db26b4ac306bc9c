"""What is kept of a roster: sealed, no longer than somebody needs it, and gone for ever with its key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from dreamseed.database.sealed import Sealed
from dreamseed.errors import NotFound
from dreamseed.platform.jobs import cancel_job, fail_job, retry_job, start_attempt
from dreamseed.platform.tables import outbox
from dreamseed.ports.subject_keys import forget_keys
from dreamseed.rosters import keeping
from dreamseed.rosters.imports import AT_ONCE
from dreamseed.rosters.tables import roster_imports
from tests.functions.identity.accounts import token_of
from tests.functions.privacy.requests import Lake
from tests.functions.rosters.files import send, table
from tests.school import School
from tests.security.planted_person import sweep_files

NAME = "Zora Quillfeather"


@pytest.fixture
def lake(school: School) -> Lake:
    return Lake(school)


def roster(people: int = 1) -> str:
    """A roster with Zora in it, and as many people."""
    rows = (f"{uuid4().hex}@lake.example,{NAME if number == 0 else 'Somebody'},learner,7A" for number in range(people))
    return table("email,full_name,role,class", *rows)


def take(lake: Lake, people: int = 1, *, is_dry_run: bool = True) -> dict[str, Any]:
    """The reply to a roster of so many people."""
    reply = send(lake.school, roster(people), is_dry_run=is_dry_run, token=token_of(lake.school, lake.admin))
    assert reply.status in (201, 202), reply.body
    body: dict[str, Any] = reply.json
    return body


def take_large(lake: Lake) -> dict[str, Any]:
    """The reply to a roster that a job takes."""
    return take(lake, AT_ONCE // 2 + 1)


def shown(lake: Lake, import_id: str) -> dict[str, Any]:
    token = token_of(lake.school, lake.admin)
    body: dict[str, Any] = lake.school.api.call("GET", f"/api/v1/rosters/{import_id}", token=token).json
    return body


def row_of(lake: Lake, import_id: str) -> Any:
    with lake.transaction() as db:
        return db.execute(select(roster_imports).where(roster_imports.c.id == UUID(import_id))).one()


def end_events(lake: Lake) -> list[dict[str, Any]]:
    """What was announced of jobs that ended."""
    with lake.transaction() as db:
        return list(db.scalars(select(outbox.c.payload).where(outbox.c.topic == "job.finished").order_by(outbox.c.id)))


def let_end(lake: Lake) -> None:
    """What was announced arrives, twice."""
    for event in 2 * end_events(lake):
        lake.deliver("remove_roster_file", "job.finished", event)


def age(lake: Lake, import_id: str, days: int) -> None:
    """As if the import were so many days old, and the clean-up of that day."""
    older = roster_imports.c.created_at - timedelta(days=days)
    with lake.transaction() as db:
        db.execute(update(roster_imports).where(roster_imports.c.id == UUID(import_id)).values(created_at=older))
    lake.deliver("forget_rosters", "retention.due", {})


def opens(lake: Lake, sealed: Sealed) -> bool:
    """Whether a copy can still be read, by a process that remembers no key."""
    forget_keys()
    return lake.keys.open_file(sealed, sealed.place) is not None


def folder(lake: Lake) -> Path:
    return lake.school.mail_folder.parent / "rosters"


def file_of(lake: Lake, import_id: str) -> Sealed:
    """The file as whoever copies the bucket has it."""
    return Sealed(lake.blobs.get("rosters", keeping.blob_name(UUID(import_id))), "rosters")


def has_file(lake: Lake, import_id: str) -> bool:
    try:
        file_of(lake, import_id)
    except NotFound:
        return False
    return True


def test_a_report_is_sealed_with_a_key_of_its_own(lake: Lake) -> None:
    first, second = take(lake), take(lake)

    reports = [row_of(lake, each["id"]).report for each in (first, second)]
    assert all(NAME.encode() not in report.value for report in reports)
    assert len({report.subject for report in reports}) == 2
    assert {row_of(lake, each["id"]).id for each in (first, second)}.isdisjoint(each.subject_id for each in reports)
    assert shown(lake, first["id"]) == first
    assert first["report"]["changes"][0]["label"] == NAME


def test_the_file_of_a_large_roster_lies_sealed_until_its_job_has_ended(lake: Lake) -> None:
    waiting = take_large(lake)
    file = file_of(lake, waiting["id"])
    assert sweep_files(folder(lake), NAME, "lake.example") == []
    assert NAME.encode() in lake.keys.open_file(file, "rosters")

    lake.run_job(waiting["job_id"])
    let_end(lake)

    assert shown(lake, waiting["id"])["report"]["people"]["added"] == AT_ONCE // 2 + 1
    assert (has_file(lake, waiting["id"]), row_of(lake, waiting["id"]).has_file) == (False, False)
    assert not opens(lake, file)


def test_a_step_that_is_delivered_again_after_its_end_changes_nothing(lake: Lake) -> None:
    waiting = take_large(lake)
    lake.run_job(waiting["job_id"])
    let_end(lake)
    before = row_of(lake, waiting["id"])

    step = lake.function("import_roster")
    step({"org_id": str(lake.org_id), "job_id": waiting["job_id"], "attempt": 1}, None)

    assert row_of(lake, waiting["id"]) == before


def test_the_file_goes_with_a_job_that_is_cancelled(lake: Lake) -> None:
    waiting = take_large(lake)
    file = file_of(lake, waiting["id"])
    with lake.transaction() as db:
        cancel_job(db, UUID(waiting["job_id"]))

    let_end(lake)

    assert not has_file(lake, waiting["id"])
    assert not opens(lake, file)


def test_the_file_of_a_job_that_failed_stays_until_nobody_tries_again(lake: Lake) -> None:
    waiting = take_large(lake)
    with lake.transaction() as db:
        start_attempt(db, UUID(waiting["job_id"]), 1)
        fail_job(db, UUID(waiting["job_id"]), {"code": "job_failed", "detail": "The power went out."})
    let_end(lake)
    age(lake, waiting["id"], days=6)
    file = file_of(lake, waiting["id"])

    age(lake, waiting["id"], days=2)

    assert not has_file(lake, waiting["id"])
    assert not opens(lake, file)
    with lake.transaction() as db:
        retry_job(db, UUID(waiting["job_id"]))
    with pytest.raises(NotFound):
        lake.run_job(waiting["job_id"])


def test_a_failed_job_that_is_tried_again_finds_its_file(lake: Lake) -> None:
    waiting = take_large(lake)
    with lake.transaction() as db:
        start_attempt(db, UUID(waiting["job_id"]), 1)
        fail_job(db, UUID(waiting["job_id"]), {"code": "job_failed", "detail": "The power went out."})
        retry_job(db, UUID(waiting["job_id"]))
    let_end(lake)

    lake.run_job(waiting["job_id"])
    let_end(lake)

    assert shown(lake, waiting["id"])["report"]["problem_count"] == 0
    assert not has_file(lake, waiting["id"])


@pytest.mark.parametrize(
    "interrupted", ["dreamseed.ports.blobs.Blobs.delete", "dreamseed.rosters.queries.change_import"]
)
def test_a_removal_that_is_interrupted_is_made_good(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, interrupted: str
) -> None:
    waiting = take_large(lake)
    lake.run_job(waiting["job_id"])
    file = file_of(lake, waiting["id"])

    def fail(*_: Any, **__: Any) -> None:
        raise ConnectionError("the power went out")

    with monkeypatch.context() as outage:
        outage.setattr(interrupted, fail)
        with pytest.raises(ConnectionError):
            keeping.remove_file(lake.org_id, UUID(waiting["id"]), lake.blobs, lake.keys)
    let_end(lake)

    assert (has_file(lake, waiting["id"]), row_of(lake, waiting["id"]).has_file) == (False, False)
    assert not opens(lake, file)


def test_a_report_goes_after_thirty_days_and_its_key_with_it(lake: Lake) -> None:
    done = take(lake, is_dry_run=False)
    sealed = row_of(lake, done["id"]).report
    age(lake, done["id"], days=29)
    assert shown(lake, done["id"])["report"] is not None

    age(lake, done["id"], days=2)

    assert not opens(lake, sealed)
    assert row_of(lake, done["id"]).report is None
    left = shown(lake, done["id"])
    assert (left["status"], left["report"]) == ("succeeded", None)


def test_a_report_whose_key_went_first_reads_as_none(lake: Lake) -> None:
    done = take(lake)
    lake.keys.destroy(row_of(lake, done["id"]).report.subject_id)

    assert shown(lake, done["id"])["report"] is None

    age(lake, done["id"], days=31)
    assert row_of(lake, done["id"]).report is None


def test_jobs_of_other_kinds_are_none_of_its_concern(lake: Lake) -> None:
    lake.deliver("remove_roster_file", "job.finished", {"job_id": str(uuid4()), "status": "succeeded"})

    assert end_events(lake) == []
