"""Forget what is kept of rosters for long enough."""

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, bucket, database, subject_keys
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.rosters import keeping


@function(
    Needs(
        Queue("old-rosters", topic="retention.due", batch_size=1),
        grants=(database("write"), bucket(keeping.BUCKET, "write"), subject_keys("destroy")),
        timeout_seconds=300,
    )
)
def forget_rosters(message: Message, blobs: Blobs, keys: SubjectKeys, clock: Clock) -> None:
    """Destroy the keys of an organisation's reports after 30 days, and of files that nobody has taken after 7.

    What an import changed stays in the audit log, as counts.
    """
    keeping.forget_old(message.org_id, blobs, keys, clock.now())
