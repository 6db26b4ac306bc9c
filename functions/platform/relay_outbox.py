"""Sends what functions have published, and sends it again until every consumer has handled it."""

from __future__ import annotations

from functools import partial

from pydantic import BaseModel

from dreamseed import logs
from dreamseed.database.transaction import in_system
from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database, topics
from dreamseed.platform import relay
from dreamseed.platform.batches import in_batches
from dreamseed.ports.queues import Queues

BATCH_SIZE = 100
MAX_BATCHES = 20
ROWS = 2_000
"""Open messages that one statement looks at."""

MAX_WINDOWS = 150
"""Of so many rows. What is due later than these is looked at when its time comes nearer."""

AGE_FIELD = "outbox_age_seconds"
"""An alarm watches this field of the log."""

_log = logs.logger("relay")


class Tick(BaseModel):
    """What wakes the relay. `republish` sends everything unfinished anew, because the queues have lost it."""

    republish: bool = False


@function(
    Needs(Schedule("rate(1 minute)", is_audited=False), grants=(database("system"), topics()), timeout_seconds=60)
)
def relay_outbox(tick: Tick, queues: Queues) -> dict[str, int]:
    """Move events from the outbox to the queues of their topics. Returns how many were sent, completed and buried."""
    try:
        if tick.republish:
            in_batches(relay.make_all_due, ROWS)
        completed = _complete(queues.consumers())
        buried = in_batches(relay.bury, ROWS)
    finally:  # whatever is wrong with the tidying, events go out
        sent = _send(queues)
    outcome = {"sent": sent, "completed": completed, "buried": buried}
    _log.info("relayed", extra={**outcome, AGE_FIELD: in_system(relay.oldest_unsent_seconds)})
    return outcome


def _complete(consumers: dict[str, int]) -> int:
    """Mark what all consumers have handled, beginning with what would be sent again first. Returns how many."""
    total, position = 0, None
    for _ in range(MAX_WINDOWS):
        count, position = in_system(partial(relay.complete, consumers=consumers, limit=ROWS, after=position))
        total += count
        if position is None:
            break
    return total


def _send(queues: Queues) -> int:
    """Send batch by batch until nothing is due, or the queues take nothing. Returns how many messages were sent."""
    sent = 0
    for _ in range(MAX_BATCHES):
        messages = in_system(lambda db: relay.claim(db, BATCH_SIZE))
        refused = queues.publish(messages)
        in_system(partial(relay.confirm, messages=messages, refused=refused))
        sent += len(messages) - len(refused)
        if len(messages) < BATCH_SIZE or len(refused) == len(messages):
            break
    return sent
