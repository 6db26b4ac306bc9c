"""E-mail through SES. Each mail carries its event's id, by which its receipt can be found again."""

from __future__ import annotations

from dreamseed.aws.clients import client
from dreamseed.aws.errors import unavailable_on_failure
from dreamseed.mail import Mail


class SesMail:
    """See dreamseed.ports.mail.MailAdapter."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    def send(self, mail: Mail) -> None:
        simple = {
            "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
            "Body": {"Text": {"Data": mail.text, "Charset": "UTF-8"}},
        }
        with unavailable_on_failure("sending a mail"):
            client("sesv2").send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [mail.to]},
                Content={"Simple": simple},
                EmailTags=[{"Name": "event", "Value": str(mail.id)}],
            )
