"""SQS batches → one call a message, each in the transaction of its tenant, each counted once.

A message that fails is reported alone (partial batch failure) and comes again; after `max_receive_count` deliveries SQS
moves it to the dead-letter queue. One that was handled before does nothing: its id stands in the inbox, written in the
same transaction as the work.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from dreamseed import logs
from dreamseed.collaborators import Invocation, Parameters
from dreamseed.database.transaction import in_tenant
from dreamseed.function import Function, Handler
from dreamseed.message import Message
from dreamseed.platform.inbox import first_delivery

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

    def work(db: Connection) -> None:
        if not first_delivery(db, message.id, function.name):
            return
        invocation = Invocation(function, message.org_id, db=db, message=message)
        function.call(**inputs, **parameters.provide(invocation))

    in_tenant(message.org_id, work)


def _receive_count(record: dict[str, Any]) -> int:
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
