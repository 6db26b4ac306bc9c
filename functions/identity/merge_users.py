"""Bring two accounts of one person together."""

from uuid import UUID

from sqlalchemy import Connection, text

from dreamseed.assessment import merging as assessment
from dreamseed.audit.trail import Trail
from dreamseed.collaborators import Clock
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.identity.merging import merge_account, require_mergeable
from dreamseed.identity.role_models import AccountMerge, AccountMerged
from dreamseed.learning import states as learning
from dreamseed.needs import Http, Needs, database, subject_keys
from dreamseed.ports.subject_keys import SubjectKeys
from dreamseed.privacy.merging import require_no_erasure
from dreamseed.rosters import merging as rosters
from dreamseed.school import merging as school


@function(
    Needs(
        Http("POST", "/api/v1/users/{id}/merge", "person:manage", idempotency="natural", is_sensitive=True),
        grants=(database("write"), subject_keys("write")),
    )
)
def merge_users(
    id: UUID, body: AccountMerge, caller: Caller, db: Connection, keys: SubjectKeys, clock: Clock, trail: Trail
) -> AccountMerged:
    """Move tests, results, classes, roles, guardians and identities to the account in the path; close the other.

    A dry run, which it is unless you say otherwise, does the same and takes it back. Sent again, it moves what has come
    late. Refused while the other account is in the middle of a test, or is to be erased.
    """
    require_mergeable(db, caller, id, body.from_user_id, clock.now())
    require_no_erasure(db, body.from_user_id)
    db.execute(text("savepoint before_merge"))
    moved = assessment.merge_learner(db, id, body.from_user_id)
    moved |= school.merge_person(db, id, body.from_user_id)
    moved |= learning.merge_learner(db, id, body.from_user_id, clock.now())
    moved |= rosters.merge_person(db, id, body.from_user_id)
    moved |= merge_account(db, keys, id, body.from_user_id, clock.now())
    if body.is_dry_run:
        db.execute(text("rollback to savepoint before_merge"))
    merged = AccountMerged(kept_id=id, merged_id=body.from_user_id, is_dry_run=body.is_dry_run, moved=moved)
    trail.note(id, "users", id, {}, merged.model_dump(mode="json"))
    return merged
