"""Tests that learners have taken, written straight into the database, so that a term needs no afternoon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert

from dreamseed.assessment.tables import test_sessions
from dreamseed.database.ids import new_id
from dreamseed.database.transaction import tenant_transaction
from dreamseed.learning.models import FinishedSession, ScoredResponse
from dreamseed.learning.states import record_session
from host.demo.seed import HILLSIDE, demo_id
from tests.school import School

BANK_VERSION = demo_id("hillside", "bank version")


def take_test(
    school: School,
    learner_id: str,
    *,
    days_ago: float,
    theta: float = 0.0,
    se: float = 0.3,
    status: str = "finished",
    answered: int = 12,
    skills: Mapping[str, Sequence[bool]] | None = None,
) -> str:
    """A test of that learner, over since so many days, and what it says of their skills; returns its id."""
    session_id, ended = new_id(), datetime.now(UTC) - timedelta(days=days_ago)
    row = {
        "id": session_id,
        "learner_id": UUID(learner_id),
        "test_design_id": demo_id("hillside", "Where do I stand?"),
        "bank_version_id": BANK_VERSION,
        "status": status,
        "seed": 1,
        "cat_state": {},
        "answered": answered,
        "correct": answered // 2,
        "theta": theta,
        "se": se,
        "started_at": ended - timedelta(minutes=20),
        "expires_at": ended + timedelta(minutes=40),
        "finished_at": None if status == "active" else ended,
    }
    answers = [(code, given) for code, all_given in (skills or {}).items() for given in all_given]
    event = FinishedSession(
        session_id=session_id,
        learner_id=UUID(learner_id),
        bank_version_id=BANK_VERSION,
        theta=theta,
        se=se,
        finished_at=ended,
        responses=tuple(
            ScoredResponse(position=position, concept_code=code, score=int(is_correct))
            for position, (code, is_correct) in enumerate(answers, start=1)
        ),
    )
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(insert(test_sessions).values(**row))
        record_session(db, event)
    return str(session_id)
