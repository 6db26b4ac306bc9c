"""Send an e-mail that somebody shall get."""

import os

from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.identity.mails import TOPIC, MailRequested, compose, find_address, opened_values
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, database, mail, secret, subject_keys
from dreamseed.ports.mail import MailBox
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Queue("mails", topic=TOPIC),
        grants=(database("write"), mail(), secret("signing_keys"), subject_keys("read")),
        timeout_seconds=60,
    )
)
def send_mail(requested: MailRequested, message: Message, box: MailBox, secrets: Secrets, keys: SubjectKeys) -> None:
    """Write the mail in its language and send it. When the mail service does not take it now, it is tried again.

    Who is gone, or was erased, gets none.
    """
    to = in_tenant(message.org_id, lambda db: find_address(db, keys, requested.to))
    if to is None:
        return
    signing_keys, origin = secrets.read("signing_keys"), os.environ["DREAMSEED_PUBLIC_URL"]
    box.send(compose(message.id, requested, opened_values(keys, requested), to, signing_keys, origin))
