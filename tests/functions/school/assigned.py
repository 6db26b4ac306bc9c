"""A test that is set for a class, and learners who take it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from host.demo.seed import demo_id
from tests.school import TEACHER, School

EXAM, PRACTICE = demo_id("hillside", "Where do I stand?"), demo_id("hillside", "Practise")
LIMIT = 3600
DAY = timedelta(days=1)


def moment(ahead: timedelta) -> str:
    """The time by then, as the API takes it."""
    return (datetime.now(UTC) + ahead).isoformat()


def assign(school: School, class_id: str, *, opens: timedelta = -DAY, closes: timedelta = DAY, **more: Any) -> Any:
    """An assignment of the exam, open now unless said otherwise."""
    body = {
        "class_id": class_id,
        "test_design_id": str(EXAM),
        "opens_at": moment(opens),
        "closes_at": moment(closes),
        **more,
    }
    reply = school.call("POST", "/api/v1/assignments", body, by=TEACHER)
    assert reply.status == 201, reply.body
    return reply.json


def start(school: School, assignment: Any, by: str, **changes: Any) -> Any:
    """What a learner is answered who starts it."""
    body = {"test_design_id": assignment["test_design_id"], "assignment_id": assignment["id"], **changes}
    return school.call("POST", "/api/v1/sessions", body, by=by)


def seconds_left(session: Any) -> float:
    """The time between when the session was shown and its deadline."""
    ends, now = (datetime.fromisoformat(session[name]) for name in ("expires_at", "server_time"))
    return (ends - now).total_seconds()


def read(school: School, assignment: Any, by: str) -> Any:
    """The assignment as that person sees it."""
    return school.call("GET", f"/api/v1/assignments/{assignment['id']}", by=by).json
