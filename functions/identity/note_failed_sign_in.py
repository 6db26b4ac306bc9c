"""Put a failed sign-in into the audit log."""

from dreamseed.function import function
from dreamseed.identity.sign_in_log import TOPIC, FailedSignIn, note_failure
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys


@function(
    Needs(
        Queue("failed-sign-ins", topic=TOPIC),
        grants=(database("write"), subject_keys("write")),
        timeout_seconds=30,
    )
)
def note_failed_sign_in(failed: FailedSignIn, message: Message, keys: SubjectKeys) -> None:
    """Write it into the log of each organisation in which there is such an account: from where, and that it failed."""
    note_failure(failed, message.id, keys)
