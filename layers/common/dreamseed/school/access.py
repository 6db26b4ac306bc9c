"""Whose classes and learners a caller may reach: their own, their wards', those that they teach, or all there are.

A permission such as `class:read` says what a role may do at all; the enrolments say with whom. What somebody may not
reach is not there for them: 404, whether it exists or not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from dreamseed.errors import NotFound
from dreamseed.http.caller import Caller
from dreamseed.identity.people import is_guardian, is_person
from dreamseed.school import queries
from dreamseed.school.queries import AnyRow

LearnerId = UUID | Literal["me"]
"""A learner in a path; `me` is the caller."""

ReadClass = Callable[[Connection, UUID, UUID], AnyRow | None]


def oversees(caller: Caller) -> bool:
    """Whether every class of the organisation is theirs to see and to manage."""
    return caller.may("class:oversee")


def visible_class(db: Connection, caller: Caller, class_id: UUID) -> AnyRow:
    """A class that the caller belongs to or oversees. Raises NotFound."""
    row = queries.read_class(db, class_id, caller.user_id)
    if row is None or not (row.role or oversees(caller)):
        raise no_class()
    return row


def taught_class(db: Connection, caller: Caller, class_id: UUID, read: ReadClass = queries.read_class) -> AnyRow:
    """A class that the caller teaches or oversees. Raises NotFound. `read` may lock it."""
    row = read(db, class_id, caller.user_id)
    if row is None or not (row.role == "teacher" or oversees(caller)):
        raise no_class()
    return row


def reachable_learner(db: Connection, caller: Caller, learner: LearnerId, permission: str) -> UUID:
    """The id of a learner: the caller, or one whom they may reach with that permission. Raises NotFound."""
    learner_id = caller.user_id if learner == "me" else learner
    if not may_reach(db, caller, learner_id, permission):
        raise no_learner()
    return learner_id


def may_reach(
    db: Connection, caller: Caller, learner_id: UUID, permission: str, *, is_for_guardians: bool = True
) -> bool:
    """Whether there is such a learner, and the caller may do that with what is theirs: own, ward's, or taught."""
    if learner_id == caller.user_id:
        return caller.may(permission, owner_id=learner_id)
    is_taught = queries.teaches(db, caller.user_id, learner_id)
    is_ward = is_for_guardians and not is_taught and is_ward_of(db, caller, learner_id, permission)
    may = caller.may(permission, owner_id=learner_id, is_taught=is_taught, is_ward=is_ward)
    return may and (is_taught or is_ward or is_person(db, learner_id))


def is_ward_of(db: Connection, caller: Caller, learner_id: UUID, permission: str) -> bool:
    """Whether the caller is the learner's guardian, and guardians may do that at all: others are not looked up."""
    return caller.may(f"{permission}:ward") and is_guardian(db, caller.user_id, learner_id)


def taught_learner(db: Connection, caller: Caller, learner_id: UUID) -> UUID:
    """The id of a learner whom the caller teaches or oversees. Raises NotFound."""
    if not teaches(db, caller, learner_id):
        raise no_learner()
    return learner_id


def teaches(db: Connection, caller: Caller, learner_id: UUID) -> bool:
    """Whether the caller teaches the learner in some class, or oversees them all and the learner exists."""
    return is_person(db, learner_id) if oversees(caller) else queries.teaches(db, caller.user_id, learner_id)


def no_learner() -> NotFound:
    """There is no such learner, as far as the caller is concerned."""
    return NotFound("There is no such learner.", code="learner_not_found")


def no_class() -> NotFound:
    """There is no such class, as far as the caller is concerned."""
    return NotFound("There is no such class.", code="class_not_found")
