"""A legal hold and the beginning of an erasure at the same time: one of them comes first, and the other sees it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from dreamseed.privacy.erasures import begin
from tests.functions.privacy.requests import Lake
from tests.school import School

PATIENCE_SECONDS = 60


@pytest.fixture
def lake(school: School) -> Lake:
    return Lake(school)


def somebody_waits(db: Connection) -> bool:
    """Whether a transaction waits for another one's lock."""
    return db.scalar(text("select count(*) from pg_locks where not granted")) != 0


def test_a_hold_waits_for_an_erasure_that_is_just_beginning_and_then_comes_too_late(lake: Lake) -> None:
    learner = lake.person()
    asked = lake.ask("POST", "/erasures", {"subject_id": str(learner.id)}).json
    lake.make_due(asked["id"])
    begun, answered = threading.Event(), threading.Event()

    def begin_slowly() -> None:
        with lake.transaction() as db:
            assert begin(db, UUID(asked["id"]), datetime.now(UTC)) is not None
            begun.set()
            while not (answered.is_set() or somebody_waits(db)):
                time.sleep(0.01)

    with ThreadPoolExecutor(1) as pool:
        beginning = pool.submit(begin_slowly)
        assert begun.wait(PATIENCE_SECONDS)
        reply = lake.ask("POST", "/legal_holds", {"subject_id": str(learner.id), "reason": "a case"})
        answered.set()
        beginning.result(PATIENCE_SECONDS)

    assert (reply.status, reply.code) == (409, "erasure_begun")
