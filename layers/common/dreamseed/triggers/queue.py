"""SQS batches → one call a message, each in the transaction of its tenant, each counted once.

A message that fails is reported alone (partial batch failure) and comes again; after `max_receive_count` deliveries SQS
moves it to the dead-letter queue. One that was handled before does nothing: its id stands in the inbox.

A function that takes `db` works in the transaction that writes the inbox, so its effects happen once. One that does not
calls other services: it opens transactions of its own, holds none while it waits, and must bear being called again,
because the inbox is written when it is done.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from dreamseed import logs
from dreamseed.collaborators import Invocation, Parameters
from dreamseed.database.transaction import in_tenant
from dreamseed.function import Function, Handler
from dreamseed.message import Message
from dreamseed.platform.inbox import first_delivery, was_handled

_log = logs.logger("queue")


def build_handler(function: Function) -> Handler:
    """The Lambda handler of a queue function; it answers with `batchItemFailures`."""
    logs.configure()
    parameters = Parameters.of(function.call)

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        failed = [record["messageId"] for record in event["Records"] if not _handled(function, parameters, record)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handle


def _handled(function: Function, parameters: Parameters, record: dict[str, Any]) -> bool:
    """Whether the record needs no further delivery. A failure is logged here: SQS learns only that there was one."""
    with logs.bind(message_id=record["messageId"]):
        try:
            _deliver(function, parameters, Message.from_json(record["body"]))
        except Exception:
            _log.exception("message failed", extra={"receive_count": _receive_count(record)})
            return False
        return True


def _deliver(function: Function, parameters: Parameters, message: Message) -> None:
    inputs = {name: item.annotation.model_validate(message.data) for name, item in parameters.inputs.items()}

    def call(db: Connection | None) -> None:
        invocation = Invocation(function, message.org_id, db=db, message=message)
        function.call(**inputs, **parameters.provide(invocation))

    def call_once(db: Connection) -> None:
        if first_delivery(db, message.id, function.name):
            call(db)

    if "db" in parameters.collaborators:
        in_tenant(message.org_id, call_once)
    elif not in_tenant(message.org_id, lambda db: was_handled(db, message.id, function.name)):
        call(None)
        in_tenant(message.org_id, lambda db: first_delivery(db, message.id, function.name))


def _receive_count(record: dict[str, Any]) -> int:
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
