"""Erase somebody."""

from dreamseed.collaborators import Clock
from dreamseed.database.transaction import in_tenant
from dreamseed.function import function
from dreamseed.needs import Needs, Step, bucket, database, mail, secret, subject_keys
from dreamseed.platform.jobs import JobContext
from dreamseed.ports.blobs import Blobs
from dreamseed.ports.mail import MailBox
from dreamseed.ports.secrets import Secrets
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy import erasures


@function(
    Needs(
        Step(),
        grants=(
            database("erase"),
            subject_keys("destroy"),
            bucket("privacy", "write"),
            bucket("rosters", "write"),
            secret("signing_keys"),
            mail(),
        ),
        timeout_seconds=600,
    )
)
def erase_subject(
    job: JobContext, blobs: Blobs, keys: SubjectKeys, secrets: Secrets, box: MailBox, clock: Clock
) -> None:
    """Tell the person, do with every table and object what it declares, destroy the keys, then write the certificate.

    Begun anew after a failure, it goes on with the first table that is not noted as done.
    """
    work = in_tenant(job.org_id, lambda db: erasures.read_work(db, job.job_id, keys))
    if work is None:
        return
    row, who = work
    signing_keys = secrets.read("signing_keys")
    farewell = in_tenant(job.org_id, lambda db: erasures.farewell(db, job.job_id, row, keys, signing_keys))
    if farewell is not None:
        erasures.tell(job, row, farewell, box, clock.now())
    done = erasures.erase_tables(job, who, blobs, keys)
    erasures.destroy_keys(job.org_id, who, keys)
    in_tenant(job.org_id, lambda db: erasures.finish(db, job, row, done, signing_keys, clock.now()))
