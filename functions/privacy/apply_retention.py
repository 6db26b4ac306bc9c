"""Delete what an organisation has kept for long enough."""

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, bucket, database, subject_keys
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import retention
from dreamseed.privacy.models import DueRetention


@function(
    Needs(
        Queue("due-retention", topic="retention.due", batch_size=1),
        grants=(database("erase"), subject_keys("destroy"), bucket("privacy", "write"), bucket("rosters", "write")),
        timeout_seconds=600,
    )
)
def apply_retention(due: DueRetention, message: Message, blobs: Blobs, keys: SubjectKeys, clock: Clock) -> None:
    """Delete, some rows at a time, what has outlived the time that its table declares and nobody holds back.

    What comes back of somebody who was erased, by a late message or a restored backup, goes as well. A run that deletes
    anything is noted.
    """
    retention.apply(message.org_id, blobs, keys, clock.now())
