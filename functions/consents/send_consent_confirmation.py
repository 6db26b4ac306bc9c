"""Ask a guardian whether it was they who agreed."""

from sqlalchemy import Connection

from dreamseed.collaborators import Clock
from dreamseed.consents.models import ConsentConfirmation
from dreamseed.consents.requests import CONFIRMATION_TOPIC, send_confirmation
from dreamseed.function import function
from dreamseed.needs import Needs, Queue, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(Queue("consent-confirmations", topic=CONFIRMATION_TOPIC), grants=(database("write"), subject_keys("read")))
)
def send_consent_confirmation(due: ConsentConfirmation, db: Connection, keys: SubjectKeys, clock: Clock) -> None:
    """Send the second mail, with the link that makes the consent count."""
    send_confirmation(db, keys, due.request_id, clock.now())
