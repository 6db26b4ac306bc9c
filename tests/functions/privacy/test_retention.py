"""What has outlived its time goes, in every organisation by its own rule, and nothing that is held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from dreamseed.assessment.tables import responses, test_sessions
from dreamseed.learning.tables import knowledge_states
from dreamseed.platform.tables import outbox
from dreamseed.privacy.tables import erasures, legal_holds, retention_runs
from dreamseed.school.tables import session_interventions
from tests.common.audit.old_log import date_back
from tests.functions.identity.accounts import Person, token_of
from tests.functions.privacy.requests import Lake
from tests.school import HILLSIDE, LEARNER, School

OLD = datetime.now(UTC) - timedelta(days=400)


@pytest.fixture
def lake(school: School) -> Lake:
    return Lake(school)


def know(lake: Lake, person: Person, code: str, written_at: datetime) -> None:
    row = {"learner_id": person.id, "concept_code": code, "p_known": 0.5, "p_unknown": 0.5}
    lake.add(knowledge_states, **row, created_at=written_at)


def known(lake: Lake) -> list[str]:
    with lake.transaction() as db:
        return sorted(db.scalars(select(knowledge_states.c.concept_code)))


def runs(lake: Lake) -> list[Any]:
    with lake.transaction() as db:
        return list(db.execute(select(retention_runs.c.deleted, retention_runs.c.held_back)))


def test_old_records_of_learning_go_and_the_run_is_noted(lake: Lake) -> None:
    lake.set(retention_days=365)
    learner = lake.person()
    know(lake, learner, "old", OLD)
    know(lake, learner, "new", datetime.now(UTC))

    for _ in range(2):
        lake.deliver("apply_retention", "retention.due", {})

    assert known(lake) == ["new"]
    assert runs(lake) == [({"knowledge_states": 1}, 0)]


def test_an_organisation_that_names_no_term_keeps_them(lake: Lake) -> None:
    know(lake, lake.person(), "old", OLD)

    lake.deliver("apply_retention", "retention.due", {})

    assert known(lake) == ["old"]
    assert runs(lake) == []


def test_who_is_under_a_hold_keeps_everything(lake: Lake) -> None:
    lake.set(retention_days=365)
    held, other = lake.person(), lake.person()
    know(lake, held, "held", OLD)
    know(lake, other, "other", OLD)
    hold = lake.ask("POST", "/legal_holds", {"subject_id": str(held.id), "reason": "Case 7"}).json

    lake.deliver("apply_retention", "retention.due", {})
    assert known(lake) == ["held"]
    assert runs(lake) == [({"knowledge_states": 1}, 1)]

    lake.ask("POST", f"/legal_holds/{hold['id']}/release", {"reason": "closed"})
    lake.deliver("apply_retention", "retention.due", {})
    assert known(lake) == []


def test_old_months_of_the_audit_log_go_by_a_schedule_of_their_own(lake: Lake) -> None:
    lake.ask("POST", "/exports", {})
    date_back(lake.school.database, lake.org_id, [datetime(2019, 3, 5, tzinfo=UTC)])
    token = token_of(lake.school, lake.admin)
    wanted, latest = {"audit_retention_years": 5}, {"if-match": "*"}
    changed = lake.school.api.call("PATCH", "/api/v1/organisation", wanted, token=token, headers=latest)
    assert changed.json["audit_retention_years"] == 5

    lake.deliver("apply_retention", "retention.due", {})

    assert runs(lake) == [({"audit_logs": 1}, 0)]
    found = lake.school.api.call("GET", "/api/v1/audit_logs", token=token).json["items"]
    assert [entry["action"] for entry in found][:2] == ["release_audit_month", "update_organisation"]


@pytest.mark.parametrize("years", [0, 2, 101, None, 3.5, "x"])
def test_a_schedule_that_cannot_be_is_refused(years: Any, lake: Lake) -> None:
    token = token_of(lake.school, lake.admin)

    reply = lake.school.api.call("PATCH", "/api/v1/organisation", {"audit_retention_years": years}, token=token)

    assert reply.status == 422


def test_many_rows_go_some_at_a_time(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dreamseed.privacy.retention.BATCH_SIZE", 2)
    lake.set(retention_days=365)
    learner = lake.person()
    for number in range(5):
        know(lake, learner, f"skill {number}", OLD)

    lake.deliver("apply_retention", "retention.due", {})

    assert known(lake) == []


def test_a_test_goes_with_its_answers_by_the_age_of_the_test(school: School) -> None:
    """The session is old and its answer new: they go together. Its intervention too."""
    lake = Lake(school)
    lake.org_id = HILLSIDE.id
    lake.set(retention_days=365)
    session = school.start(by=LEARNER)
    school.answer(session, by=LEARNER)
    school.finish(session, by=LEARNER)
    session_id = UUID(session["id"])
    kept = school.start(by=LEARNER)
    school.answer(kept, by=LEARNER)
    with lake.transaction() as db:
        db.execute(update(test_sessions).where(test_sessions.c.id == session_id).values(created_at=OLD))
        learner_id = db.scalar(select(test_sessions.c.learner_id).where(test_sessions.c.id == session_id))
    reason = lake.school.keys(lake.org_id).seal(learner_id, "noise", "session_interventions.reason")
    what = {"kind": "voided", "reason": reason, "by_user_id": learner_id, "at": datetime.now(UTC)}
    lake.add(session_interventions, session_id=session_id, **what)

    lake.deliver("apply_retention", "retention.due", {})

    assert lake.count(test_sessions, lambda c: c.id == session_id) == 0
    assert lake.count(responses, lambda c: c.session_id == session_id) == 0
    assert lake.count(session_interventions, lambda c: c.session_id == session_id) == 0
    assert lake.count(responses, lambda c: c.session_id == UUID(kept["id"])) == 1
    lake.set(retention_days=None)


def test_proofs_go_three_years_after_the_matter_is_closed(lake: Lake) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=4 * 365)
    learner, held = lake.person(), lake.person()
    request = {"subject_id": learner.id, "requested_by": learner.id, "due_at": long_ago, "created_at": long_ago}
    lake.add(erasures, **request, cancelled_at=long_ago, cancelled_by=learner.id)
    lake.add(legal_holds, subject_id=held.id, placed_by=held.id, created_at=long_ago)

    lake.deliver("apply_retention", "retention.due", {})

    assert lake.count(erasures, lambda c: c.subject_id == learner.id) == 0
    assert lake.count(legal_holds, lambda c: c.subject_id == held.id) == 1


def test_every_organisation_is_told_once_a_day(lake: Lake) -> None:
    for _ in range(2):
        lake.function("start_retention")({}, None)

    assert lake.count(outbox, lambda c: c.topic == "retention.due") == 1
