"""From the outbox to the queues, again and again until every consumer has acknowledged in its inbox.

    claim      due rows get their next attempt's time and are committed: nobody else takes them, and no lock is held
               while a queue is slow
    send       outside any transaction
    confirm    published, or the attempt does not count because the queue did not take it
    complete   as many acknowledgements as the topic has queues
    bury       attempts used up: a dead letter, until somebody replays it

Two relays at once share the due rows between them. One that dies after sending leaves rows that are sent again: that is
what the inbox is for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, Integer, case, func, literal, null, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.message import Message
from dreamseed.platform.rules import MAX_MESSAGE_ATTEMPTS, message_backoff
from dreamseed.platform.tables import inbox, outbox

UNSENT_PAUSE = timedelta(seconds=10)
"""How long a message waits that no queue would take: the queue's fault, so it costs the message no attempt."""

_OPEN = outbox.c.completed_at.is_(None), outbox.c.dead_at.is_(None)
_KEY = tuple_(outbox.c.org_id, outbox.c.id)
_DUE = (*_OPEN, outbox.c.next_attempt_at <= func.now())


def make_all_due(db: Connection) -> int:
    """Forget that anything was published: for when the queues have lost everything. Returns how many are sent anew.

    The lost publication does not count as an attempt.
    """
    lost = case((outbox.c.published_at.is_not(None), 1), else_=0)
    values = {
        "next_attempt_at": func.now(),
        "published_at": null(),
        "attempts": func.greatest(outbox.c.attempts - lost, 0),
    }
    return db.execute(update(outbox).where(*_OPEN).values(values)).rowcount


def complete(db: Connection, consumers: Mapping[str, int]) -> int:
    """Mark what all consumers have handled. `consumers` counts the queues of each topic. Returns how many."""
    acknowledgements = (
        select(func.count())
        .where(inbox.c.org_id == outbox.c.org_id, inbox.c.message_id == outbox.c.id)
        .scalar_subquery()
    )
    needed = func.coalesce(literal(dict(consumers), JSONB)[outbox.c.topic].astext.cast(Integer), 0)
    handled = update(outbox).where(*_OPEN, outbox.c.published_at.is_not(None), acknowledgements >= needed)
    return db.execute(handled.values(completed_at=func.now())).rowcount


def bury(db: Connection) -> int:
    """Make dead letters of the messages whose attempts are used up. Returns how many."""
    exhausted = update(outbox).where(*_DUE, outbox.c.attempts >= MAX_MESSAGE_ATTEMPTS)
    return db.execute(exhausted.values(dead_at=func.now())).rowcount


def oldest_unsent_seconds(db: Connection) -> float:
    """How long the oldest message has waited that no queue has taken yet; 0 when there is none."""
    age = func.extract("epoch", func.now() - func.min(outbox.c.created_at))
    return float(db.scalar(select(age).where(*_OPEN, outbox.c.published_at.is_(None))) or 0)


def claim(db: Connection, limit: int) -> list[Message]:
    """Take up to `limit` due messages, oldest first, passing over those that another relay is taking."""
    due = (
        select(outbox.c.org_id, outbox.c.id)
        .where(*_DUE, outbox.c.attempts < MAX_MESSAGE_ATTEMPTS)
        .order_by(outbox.c.next_attempt_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    waits = {attempts: message_backoff(attempts + 1) for attempts in range(MAX_MESSAGE_ATTEMPTS)}
    taken = (
        update(outbox)
        .where(outbox.c.org_id == due.c.org_id, outbox.c.id == due.c.id)
        .values(attempts=outbox.c.attempts + 1, next_attempt_at=func.now() + case(waits, value=outbox.c.attempts))
        .returning(outbox.c.id, outbox.c.topic, outbox.c.org_id, outbox.c.created_at, outbox.c.payload)
    )
    messages = [Message(row.id, row.topic, row.org_id, row.created_at, row.payload) for row in db.execute(taken)]
    return sorted(messages, key=lambda message: message.id)


def confirm(db: Connection, messages: Sequence[Message], unsent: Mapping[UUID, str]) -> None:
    """Note what became of claimed messages. `unsent` tells why, for each one that a queue did not take."""
    sent = [(message.org_id, message.id) for message in messages if message.id not in unsent]
    db.execute(update(outbox).where(_KEY.in_(sent)).values(published_at=func.now(), last_error=null()))
    for message in messages:
        if message.id in unsent:
            postponed = {
                "attempts": outbox.c.attempts - 1,
                "next_attempt_at": func.now() + UNSENT_PAUSE,
                "last_error": unsent[message.id],
            }
            db.execute(
                update(outbox).where(outbox.c.org_id == message.org_id, outbox.c.id == message.id).values(postponed)
            )
