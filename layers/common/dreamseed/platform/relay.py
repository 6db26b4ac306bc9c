"""From the outbox to the queues, again and again until every consumer has acknowledged in its inbox.

    claim      due rows get their next attempt's time and are committed: nobody else takes them, and no lock is held
               while a queue is slow
    send       outside any transaction
    confirm    published; or not, and then the attempt counts only if the message itself was at fault
    complete   as many acknowledgements as the topic has queues
    bury       attempts used up: a dead letter, until somebody replays it

Two relays at once share the due rows between them. One that dies after sending leaves rows that are sent again: that is
what the inbox is for. Every statement changes so many rows and no more, so that the relay works however many are open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Integer, Select, case, func, literal, null, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB

from dreamseed.message import Message
from dreamseed.platform.rules import MAX_MESSAGE_ATTEMPTS, message_backoff
from dreamseed.platform.tables import inbox, outbox
from dreamseed.ports.refusal import Refusal

UNSENT_PAUSE = timedelta(seconds=10)
"""How long a message waits that no queue would take: the queue's fault, so it costs the message no attempt."""

_OPEN = outbox.c.completed_at.is_(None), outbox.c.dead_at.is_(None)
_KEY = tuple_(outbox.c.org_id, outbox.c.id)
_POSITION = tuple_(outbox.c.next_attempt_at, outbox.c.id)
_DUE = (*_OPEN, outbox.c.next_attempt_at <= func.now())


class Position(NamedTuple):
    """A place among the open messages, in the order in which they are due."""

    next_attempt_at: datetime
    id: UUID


class Completed(NamedTuple):
    """How many messages `complete` marked, and where it stopped; None at the end."""

    marked: int
    position: Position | None


def make_all_due(db: Connection, limit: int) -> int:
    """Forget that messages were published: for when the queues have lost everything. Returns how many were changed.

    Of at most `limit`, the latest first: to be called until there are no more. The lost publication does not count as
    an attempt.
    """
    lost = case((outbox.c.published_at.is_not(None), 1), else_=0)
    values = {
        "next_attempt_at": func.now(),
        "published_at": null(),
        "attempts": func.greatest(outbox.c.attempts - lost, 0),
    }
    is_out = outbox.c.published_at.is_not(None) | (outbox.c.next_attempt_at > func.now())
    some = _locked(limit).where(is_out).order_by(outbox.c.next_attempt_at.desc(), outbox.c.id.desc())
    return db.execute(update(outbox).where(_KEY.in_(some)).values(values)).rowcount


def complete(db: Connection, consumers: Mapping[str, int], limit: int, after: Position | None = None) -> Completed:
    """Mark what all consumers have handled, of the `limit` open messages that are due next after that position.

    `consumers` counts the queues of each topic.
    """
    window: list[ColumnElement[bool]] = [*_OPEN] if after is None else [*_OPEN, after < _POSITION]
    ordered = select(outbox.c.next_attempt_at, outbox.c.id).where(*window).order_by(*_POSITION)
    last = db.execute(ordered.offset(limit - 1).limit(1)).one_or_none()
    end = None if last is None else Position(*last)
    if end is not None:
        window.append(end >= _POSITION)
    acknowledgements = (
        select(func.count())
        .where(inbox.c.org_id == outbox.c.org_id, inbox.c.message_id == outbox.c.id)
        .scalar_subquery()
    )
    needed = func.coalesce(literal(dict(consumers), JSONB)[outbox.c.topic].astext.cast(Integer), 0)
    handled = _locked(limit).where(*window, outbox.c.published_at.is_not(None), acknowledgements >= needed)
    marked = db.execute(update(outbox).where(_KEY.in_(handled)).values(completed_at=func.now()))
    return Completed(marked.rowcount, end)


def bury(db: Connection, limit: int) -> int:
    """Make dead letters of up to `limit` messages whose attempts are used up. Returns how many."""
    exhausted = _locked(limit).where(*_DUE, outbox.c.attempts >= MAX_MESSAGE_ATTEMPTS)
    return db.execute(update(outbox).where(_KEY.in_(exhausted)).values(dead_at=func.now())).rowcount


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


def confirm(db: Connection, messages: Sequence[Message], refused: Mapping[UUID, Refusal]) -> None:
    """Note what became of claimed messages. `refused` tells why, for each one that a queue did not take.

    A refusal for good leaves the attempt and its pause as they are, so that the message dies in the end.
    """
    sent = [(message.org_id, message.id) for message in messages if message.id not in refused]
    db.execute(update(outbox).where(_KEY.in_(sent)).values(published_at=func.now(), last_error=null()))
    for message in messages:
        if message.id in refused:
            refusal = refused[message.id]
            noted: dict[str, object] = {"last_error": refusal.reason}
            if not refusal.is_final:
                noted |= {"attempts": outbox.c.attempts - 1, "next_attempt_at": func.now() + UNSENT_PAUSE}
            row = outbox.c.org_id == message.org_id, outbox.c.id == message.id
            db.execute(update(outbox).where(*row).values(noted))


def _locked(limit: int) -> Select[tuple[UUID, UUID]]:
    """The keys of up to `limit` open messages, passing over those that another relay works on."""
    return select(outbox.c.org_id, outbox.c.id).where(*_OPEN).limit(limit).with_for_update(skip_locked=True)
