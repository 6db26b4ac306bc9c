"""Send the links to choose a new password."""

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.identity import password_changes
from dreamseed.identity.account_models import DigestNamed
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, database


@function(Needs(Queue("password-reset-mails", topic=password_changes.RESET_TOPIC), grants=(database("write"),)))
def send_reset_mails(named: DigestNamed, message: Message, clock: Clock) -> None:
    """Send a link to each active account with that address, each in its organisation's own transaction."""
    password_changes.send_reset_mails(named.digest, named.organisation, message.id, clock.now())
