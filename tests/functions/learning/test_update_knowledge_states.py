"""A finished session changes what is known of its learner: once, in its own tenant, whatever comes when."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text

from dreamseed.database.ids import new_id
from dreamseed.database.transaction import tenant_transaction
from dreamseed.learning.models import FinishedSession
from dreamseed.learning.queries import read_ability
from dreamseed.learning.rules import trace
from dreamseed.learning.states import Mastery, mastery_after, record_session
from functions.learning.update_knowledge_states import update_knowledge_states
from host.postgres import Database, Role
from tests.functions.learning.sessions import create_learner, finished_session, sqs_event

NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture(autouse=True)
def _signed_in(signed_in_as: Callable[[Role], None]) -> None:
    signed_in_as("write")


@pytest.fixture
def learner_id(database: Database, org_id: UUID) -> UUID:
    return create_learner(database, org_id)


def mastery(org_id: UUID, learner_id: UUID, *codes: str) -> dict[str, Mastery]:
    with tenant_transaction(org_id) as db:
        found = mastery_after(db, learner_id, UUID(int=0), {code: [] for code in codes})
        return {code: mastery for code, mastery in found.items() if mastery.responses}


def test_answers_are_traced_concept_by_concept(org_id: UUID, learner_id: UUID) -> None:
    message = finished_session(org_id, learner_id, [("add", 1), ("order", 0), ("add", 0)])

    assert update_knowledge_states(sqs_event(message), None) == NOTHING_FAILED

    assert mastery(org_id, learner_id, "add", "order", "equal") == {
        "add": Mastery(trace([True, False]).known, 2),
        "order": Mastery(trace([False]).known, 1),
    }


def test_answers_count_in_the_order_of_their_positions(org_id: UUID, learner_id: UUID) -> None:
    message = finished_session(org_id, learner_id, [("add", 1), ("add", 1), ("add", 0)])
    message.data["responses"].reverse()

    update_knowledge_states(sqs_event(message), None)

    assert mastery(org_id, learner_id, "add")["add"].p_known == trace([True, True, False]).known


def test_a_message_that_comes_twice_counts_once(org_id: UUID, learner_id: UUID) -> None:
    message = finished_session(org_id, learner_id, [("add", 1)])

    update_knowledge_states(sqs_event(message, message), None)
    update_knowledge_states(sqs_event(message), None)

    assert mastery(org_id, learner_id, "add") == {"add": Mastery(trace([True]).known, 1)}


def test_a_session_that_is_announced_by_two_messages_counts_once(org_id: UUID, learner_id: UUID) -> None:
    message = finished_session(org_id, learner_id, [("add", 1)])

    update_knowledge_states(sqs_event(message, replace(message, id=new_id())), None)

    assert mastery(org_id, learner_id, "add")["add"].responses == 1


def test_sessions_that_come_in_another_order_end_in_the_same_state(database: Database, org_id: UUID) -> None:
    states = []
    for order in itertools.permutations(range(3)):
        learner_id = create_learner(database, org_id)
        sessions = [
            finished_session(org_id, learner_id, [("add", 1), ("order", 1)], minute=0, theta=0.0),
            finished_session(org_id, learner_id, [("add", 0)], minute=1, theta=1.0),
            finished_session(org_id, learner_id, [("order", 0), ("add", 1)], minute=2, theta=2.0),
        ]
        for which in order:
            update_knowledge_states(sqs_event(sessions[which]), None)
        with tenant_transaction(org_id) as db:
            ability = read_ability(db, learner_id)
        assert ability is not None
        states.append((mastery(org_id, learner_id, "add", "order"), ability.theta, ability.updated_at))

    in_order = {
        "add": Mastery(trace([True, False, True]).known, 3),
        "order": Mastery(trace([True, False]).known, 2),
    }
    assert all(state == (in_order, 2.0, states[0][2]) for state in states)


def test_many_sessions_of_one_learner_at_once_all_count(database: Database, org_id: UUID, learner_id: UUID) -> None:
    chance = random.Random(7)
    codes = ["add", "equal", "mixed", "order"]
    sessions = [
        finished_session(
            org_id, learner_id, [(code, chance.randrange(2)) for code in chance.sample(codes, 3)], minute=n
        )
        for n in range(24)
    ]
    # One engine with a connection for each thread: concurrent containers, without the frame's retry after a deadlock.
    engine = create_engine(database.url("write"), pool_size=8)

    def record(number: int) -> None:
        with engine.begin() as db:
            db.execute(text("select set_config('app.org_id', :org, true)"), {"org": str(org_id)})
            record_session(db, FinishedSession.model_validate(sessions[number].data))

    shuffled = chance.sample(range(24), 24)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(record, shuffled))
    engine.dispose()

    for code in codes:
        answers = [
            response["score"] == 1
            for session in sessions
            for response in session.data["responses"]
            if response["concept_code"] == code
        ]
        assert mastery(org_id, learner_id, code) == {code: Mastery(trace(answers).known, len(answers))}


def test_a_session_without_answers_leaves_everything_as_it_is(org_id: UUID, learner_id: UUID) -> None:
    assert update_knowledge_states(sqs_event(finished_session(org_id, learner_id, [])), None) == NOTHING_FAILED

    assert mastery(org_id, learner_id, "add") == {}
    with tenant_transaction(org_id) as db:
        assert read_ability(db, learner_id) is None


def test_fields_that_a_newer_sender_adds_do_no_harm(org_id: UUID, learner_id: UUID) -> None:
    message = finished_session(org_id, learner_id, [("add", 1)])
    message.data["mood"] = "cheerful"
    message.data["responses"][0]["pen_pressure"] = 0.3

    assert update_knowledge_states(sqs_event(message), None) == NOTHING_FAILED


def test_a_message_that_cannot_be_understood_fails_alone_and_changes_nothing(org_id: UUID, learner_id: UUID) -> None:
    broken = finished_session(org_id, learner_id, [("add", 1)])
    broken.data["responses"][0]["score"] = 7
    sound = finished_session(org_id, learner_id, [("order", 1)])
    event = sqs_event(broken, sound)

    reply = update_knowledge_states(event, None)

    assert reply == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
    assert set(mastery(org_id, learner_id, "add", "order")) == {"order"}


def test_a_learner_of_another_organisation_is_not_touched(database: Database, org_id: UUID, other_org_id: UUID) -> None:
    stranger = create_learner(database, other_org_id)
    event = sqs_event(finished_session(org_id, stranger, [("add", 1)]))

    reply = update_knowledge_states(event, None)

    assert len(reply["batchItemFailures"]) == 1
    assert mastery(other_org_id, stranger, "add") == {}
