"""Send an e-mail that somebody shall get."""

import os

from dreamseed.function import function
from dreamseed.identity.mails import TOPIC, MailRequested, compose
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, database, mail, secret
from dreamseed.ports.mail import MailBox
from dreamseed.ports.secrets import Secrets


@function(
    Needs(
        Queue("mails", topic=TOPIC),
        grants=(database("write"), mail(), secret("signing_keys")),
        timeout_seconds=60,
    )
)
def send_mail(requested: MailRequested, message: Message, box: MailBox, secrets: Secrets) -> None:
    """Write the mail in its language and send it. When the mail service does not take it now, it is tried again."""
    signing_keys, origin = secrets.read("signing_keys"), os.environ["DREAMSEED_PUBLIC_URL"]
    box.send(compose(message.id, requested, signing_keys, origin))
