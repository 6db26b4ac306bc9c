"""Delete what signing in leaves behind: tokens, sign-ins, registrations, resets and counts that no longer matter."""

from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.identity.queries import delete_expired_tokens as delete
from dreamseed.identity.retention import delete_registrations, expired
from dreamseed.identity.sign_in_log import destroy_old_keys
from dreamseed.needs import Needs, Schedule, database, subject_keys
from dreamseed.platform.batches import in_batches
from dreamseed.ports.subject_keys import SubjectKeys

BATCH_SIZE = 2_000


@function(
    Needs(
        Schedule("rate(1 hour)"),
        grants=(database("system"), subject_keys("destroy")),
        timeout_seconds=120,
    )
)
def delete_expired_tokens(keys: SubjectKeys, clock: Clock) -> int:
    """Delete them across tenants; returns how many tokens. Whoever shows one later might as well never have had it.

    What was sealed for such a row, or such a day, goes with its key.
    """
    deleted = in_batches(delete, BATCH_SIZE)
    for outlived in expired():
        in_batches(outlived, BATCH_SIZE)
    delete_registrations(keys, clock.now(), BATCH_SIZE)
    destroy_old_keys(keys, clock.now().date())
    return deleted
