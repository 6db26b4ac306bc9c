"""Queues on SQS. An address is a queue's URL."""

from __future__ import annotations

from dreamseed.aws.clients import client
from dreamseed.ports.refusal import Refusal


class SqsQueues:
    """See dreamseed.ports.queues.QueueAdapter."""

    def send_batch(self, address: str, bodies: dict[str, str]) -> dict[str, Refusal]:
        from botocore.exceptions import BotoCoreError, ClientError

        entries = [{"Id": message_id, "MessageBody": body} for message_id, body in bodies.items()]
        try:
            reply = client("sqs").send_message_batch(QueueUrl=address, Entries=entries)
        except (BotoCoreError, ClientError) as error:
            return dict.fromkeys(bodies, Refusal(str(error)))
        return {
            failure["Id"]: Refusal(f"{failure['Code']}: {failure.get('Message', '')}", failure["SenderFault"])
            for failure in reply.get("Failed", [])
        }
