"""Sends what functions have published, and sends it again until every consumer has handled it."""

from __future__ import annotations

from functools import partial

from pydantic import BaseModel

from dreamseed import logs
from dreamseed.database.transaction import in_system
from dreamseed.function import function
from dreamseed.needs import Needs, Schedule, database, topics
from dreamseed.platform import relay
from dreamseed.ports.queues import Queues

BATCH_SIZE = 100
MAX_BATCHES = 20
AGE_FIELD = "outbox_age_seconds"
"""An alarm watches this field of the log."""

_log = logs.logger("relay")


class Tick(BaseModel):
    """What wakes the relay. `republish` sends everything unfinished anew, because the queues have lost it."""

    republish: bool = False


@function(Needs(Schedule("rate(1 minute)"), grants=(database("system"), topics()), timeout_seconds=60))
def relay_outbox(tick: Tick, queues: Queues) -> dict[str, int]:
    """Move events from the outbox to the queues of their topics. Returns how many were sent, completed and buried."""
    if tick.republish:
        in_system(relay.make_all_due)
    consumers = queues.consumers()
    completed = in_system(lambda db: relay.complete(db, consumers))
    buried = in_system(relay.bury)
    sent = _send(queues)
    outcome = {"sent": sent, "completed": completed, "buried": buried}
    _log.info("relayed", extra={**outcome, AGE_FIELD: in_system(relay.oldest_unsent_seconds)})
    return outcome


def _send(queues: Queues) -> int:
    """Send batch by batch until nothing is due, or the queues take nothing. Returns how many messages were sent."""
    sent = 0
    for _ in range(MAX_BATCHES):
        messages = in_system(lambda db: relay.claim(db, BATCH_SIZE))
        unsent = queues.publish(messages)
        in_system(partial(relay.confirm, messages=messages, unsent=unsent))
        sent += len(messages) - len(unsent)
        if len(messages) < BATCH_SIZE or len(unsent) == len(messages):
            break
    return sent
