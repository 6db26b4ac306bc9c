"""Ask a guardian whether it was they who agreed."""

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.consents.models import ConsentConfirmation
from dreamseed.consents.requests import CONFIRMATION_TOPIC, send_confirmation
from dreamseed.function import function
from dreamseed.needs import Needs, Queue, database


@function(Needs(Queue("consent-confirmations", topic=CONFIRMATION_TOPIC), grants=(database("write"),)))
def send_consent_confirmation(due: ConsentConfirmation, db: Connection, clock: Clock) -> None:
    """Send the second mail, with the link that makes the consent count."""
    send_confirmation(db, due.request_id, clock.now())
