"""Send a registration's mail again."""

from uuid import uuid5

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.identity import registration
from dreamseed.identity.account_models import DigestNamed
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, database


@function(Needs(Queue("repeated-registration-mails", topic="verification.repeated"), grants=(database("write"),)))
def repeat_registration_mail(named: DigestNamed, message: Message, db: Connection, clock: Clock) -> None:
    """Send the mail of the address's last registration again, if it still waits to be confirmed."""
    registration.repeat_registration_mail(db, named.digest, clock.now(), uuid5(message.id, "mail"))
