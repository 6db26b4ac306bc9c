"""Finished sessions as messages, and learners to have them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from dreamseed.database.ids import new_id
from dreamseed.database.transaction import tenant_transaction
from dreamseed.identity.queries import add_user
from dreamseed.message import Message
from host.postgres import Database
from tests.keys import keys_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def create_learner(database: Database, org_id: UUID) -> UUID:
    """A new learner of that organisation; returns their id."""
    with tenant_transaction(org_id, database.url("write")) as db:
        person = {"email": f"{uuid4().hex}@example.org", "full_name": "A Learner"}
        return add_user(db, keys_of(database, org_id), person, ["learner"])


def finished_session(
    org_id: UUID, learner_id: UUID, answers: Iterable[tuple[str, int]], *, minute: int = 0, theta: float = 0.5
) -> Message:
    """The event of a session with these (concept code, score) answers, finished `minute` minutes after noon."""
    finished_at = NOON + timedelta(minutes=minute)
    data: dict[str, Any] = {
        "session_id": str(new_id()),
        "learner_id": str(learner_id),
        "test_design_id": str(new_id()),
        "bank_version_id": str(new_id()),
        "status": "finished",
        "stop_reason": "max_items",
        "theta": theta,
        "se": 0.4,
        "finished_at": finished_at.isoformat(),
        "responses": [
            {
                "position": position,
                "item_version_id": str(new_id()),
                "item_code": f"{concept_code}-{position}",
                "concept_code": concept_code,
                "score": score,
                "response_ms": 4_000,
            }
            for position, (concept_code, score) in enumerate(answers, start=1)
        ],
    }
    return Message(new_id(), "session.finished", org_id, finished_at, data)


def sqs_event(*messages: Message) -> dict[str, Any]:
    """The messages as SQS delivers them to a function."""
    return {
        "Records": [
            {"messageId": str(uuid4()), "body": message.to_json(), "attributes": {"ApproximateReceiveCount": "1"}}
            for message in messages
        ]
    }
