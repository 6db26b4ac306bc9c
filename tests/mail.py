"""The e-mails of a school: every event that leads to one is handled, as the relay and the queues would do."""

from __future__ import annotations

import re
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select, update

from dreamseed.catalogue import load_catalogue
from dreamseed.database.transaction import system_transaction
from dreamseed.function import Function
from dreamseed.local.mail import kept_mails
from dreamseed.message import Message
from dreamseed.needs import Queue
from dreamseed.platform.tables import outbox
from tests.school import School


class NotDelivered(Exception):
    """A consumer failed; its message stays where it is."""


def mails_to(school: School, address: str) -> list[dict[str, Any]]:
    """What that address has got so far, the newest first."""
    deliver(school)
    return [mail for mail in kept_mails(school.mail_folder) if mail["to"] == address]


def link_token(mail: dict[str, Any]) -> str:
    """The token in the mail's link."""
    (url,) = re.findall(r"https://\S+token=\S+", mail["text"])
    return parse_qs(urlsplit(url).query)["token"][0]


def deliver(school: School) -> None:
    """Let those who send mails handle what is in the outbox, and what that brings into it, until nothing is left."""
    consumers = {
        cast(Queue, function.needs.trigger).topic: function
        for function in load_catalogue()
        if function.area in ("identity", "consents") and isinstance(function.needs.trigger, Queue)
    }
    while messages := _open_messages(school, set(consumers)):
        for message in messages:
            _handle(school, consumers[message.topic], message)


def _open_messages(school: School, topics: set[str]) -> list[Message]:
    waiting = select(outbox).where(outbox.c.topic.in_(topics), outbox.c.completed_at.is_(None)).order_by(outbox.c.id)
    with system_transaction(school.database.url("system")) as db:
        rows = db.execute(waiting).all()
    return [Message(row.id, row.topic, row.org_id, row.created_at, row.payload) for row in rows]


def _handle(school: School, consumer: Function, message: Message) -> None:
    school.api._give_database(consumer)
    record = {"messageId": str(message.id), "body": message.to_json()}
    if consumer({"Records": [record]}, None)["batchItemFailures"]:
        raise NotDelivered(consumer.name)
    done = update(outbox).where(outbox.c.org_id == message.org_id, outbox.c.id == message.id)
    with system_transaction(school.database.url("system")) as db:
        db.execute(done.values(completed_at=func.now()))
