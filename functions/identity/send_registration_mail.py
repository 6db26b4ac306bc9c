"""Send what follows a registration."""

from uuid import uuid5

from sqlalchemy import Connection

from dreamseed.function import function
from dreamseed.identity import registration
from dreamseed.identity.account_models import RegistrationRequested
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, database


@function(Needs(Queue("registration-mails", topic=registration.TOPIC), grants=(database("write"),)))
def send_registration_mail(requested: RegistrationRequested, message: Message, db: Connection) -> None:
    """Send the link that confirms the address, or say that there is an account already."""
    registration.send_registration_mail(db, requested.registration_id, uuid5(message.id, "mail"))
