"""A finished session adds to the exposure counts of its bank: once, in its own tenant, whatever comes beside it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, select, text

from dreamseed.assessment.exposure import FinishedSession, count_exposures
from dreamseed.assessment.tables import exposure_counts
from dreamseed.database.ids import new_id
from dreamseed.database.transaction import tenant_transaction
from dreamseed.message import Message
from dreamseed.platform.tables import outbox
from functions.assessment.update_exposure_counts import update_exposure_counts
from tests.school import HILLSIDE, RIVERBANK, School, school

__all__ = ["school"]

NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture(autouse=True)
def _empty(school: School) -> None:
    with tenant_transaction(HILLSIDE.id, school.database.url("write")) as db:
        db.execute(exposure_counts.delete())


@pytest.fixture
def finished(school: School, monkeypatch: pytest.MonkeyPatch) -> Message:
    """The event of a session with three answers, as assessment sent it."""
    session = school.start()
    for option in "abc":
        session = school.answer(session, option).json["session"]
    school.finish(session)
    monkeypatch.setenv("DREAMSEED_DATABASE_MAIN", school.database.url("write"))
    with tenant_transaction(HILLSIDE.id) as db:
        rows = db.execute(select(outbox).where(outbox.c.topic == "session.finished")).all()
    row = next(row for row in rows if row.payload["session_id"] == session["id"])
    return Message(row.id, row.topic, row.org_id, row.created_at, row.payload)


def deliver(*messages: Message) -> Any:
    """Hand the messages over as SQS does."""
    records = [{"messageId": str(uuid4()), "body": message.to_json()} for message in messages]
    return update_exposure_counts({"Records": records}, None)


def counts(school: School, org_id: UUID = HILLSIDE.id) -> dict[str, tuple[int, int]]:
    """(administered, correct) by item."""
    with tenant_transaction(org_id, school.database.url("read")) as db:
        rows = db.execute(select(exposure_counts)).all()
    return {str(row.item_version_id): (row.administered, row.correct) for row in rows}


def given_in(message: Message) -> dict[str, tuple[int, int]]:
    return {item["item_version_id"]: (1, item["score"]) for item in message.data["responses"]}


def test_each_item_of_a_session_is_counted(school: School, finished: Message) -> None:
    assert deliver(finished) == NOTHING_FAILED

    assert len(counts(school)) == 3
    assert counts(school) == given_in(finished)


def test_a_message_that_comes_twice_counts_once(school: School, finished: Message) -> None:
    deliver(finished, finished)
    deliver(finished)

    assert counts(school) == given_in(finished)


def test_sessions_add_up(school: School, finished: Message) -> None:
    deliver(finished, replace(finished, id=new_id()), replace(finished, id=new_id()))

    assert counts(school) == {item: (3, 3 * correct) for item, (_, correct) in given_in(finished).items()}


def test_many_sessions_at_once_all_count(school: School, finished: Message) -> None:
    forwards = FinishedSession.model_validate(finished.data)
    backwards = forwards.model_copy(update={"responses": forwards.responses[::-1]})
    # One engine with a connection for each thread: concurrent containers, without the frame's retry after a deadlock.
    engine = create_engine(school.database.url("write"), pool_size=8)

    def count(session: FinishedSession) -> None:
        with engine.begin() as db:
            db.execute(text("select set_config('app.org_id', :org, true)"), {"org": str(HILLSIDE.id)})
            count_exposures(db, session)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, [forwards, backwards] * 20))
    engine.dispose()

    assert Counter(administered for administered, _ in counts(school).values()) == {40: 3}


def test_a_session_without_answers_counts_nothing(school: School, finished: Message) -> None:
    empty = replace(finished, data={**finished.data, "responses": []})

    assert deliver(empty) == NOTHING_FAILED

    assert counts(school) == {}


def test_a_message_with_another_schools_items_is_refused(school: School, finished: Message) -> None:
    reply = deliver(replace(finished, org_id=RIVERBANK.id))

    assert len(reply["batchItemFailures"]) == 1
    assert counts(school, RIVERBANK.id) == {}
    assert counts(school) == {}
