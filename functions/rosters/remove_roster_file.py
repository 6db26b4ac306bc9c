"""Remove the file of a roster that has been taken."""

from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.message import Message
from dreamseed.needs import Needs, Queue, bucket, database, subject_keys
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.rosters import keeping, queries
from dreamseed.rosters.models import EndedJob


@function(
    Needs(
        Queue("ended-roster-imports", topic="job.finished"),
        grants=(database("write"), bucket(keeping.BUCKET, "write"), subject_keys("destroy")),
        timeout_seconds=30,
    )
)
def remove_roster_file(ended: EndedJob, message: Message, blobs: Blobs, keys: SubjectKeys) -> None:
    """Destroy the key of the file and delete it: once it was taken or the job was cancelled, nobody needs it.

    A job that failed may be tried again for some days, so its file stays until `forget_rosters`.
    """
    row = in_tenant(message.org_id, lambda db: queries.import_of_job(db, ended.job_id))
    if row is not None and row.has_file and ended.status != "failed":
        keeping.remove_file(message.org_id, row.id, blobs, keys)
