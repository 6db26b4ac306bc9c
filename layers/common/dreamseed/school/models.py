"""What the endpoints of classes are sent and send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from dreamseed.models import Input, Output

Role = Literal["learner", "teacher"]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Subject = Annotated[str, Field(max_length=120)]


class Changes(Input):
    """The fields to change; those that are left out stay as they are."""

    @model_validator(mode="after")
    def _changes_something(self) -> Changes:
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        return self

    def values(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True)


class NewClass(Input):
    """A class to create."""

    name: Name
    subject: Subject = ""


class ClassChanges(Changes):
    """What to change of a class. An archived class keeps all that it has."""

    name: Name = ""
    subject: Subject = ""
    is_archived: bool = False


class SchoolClass(Output):
    """A class as its caller sees it: `role` is theirs in it, null for staff who oversee all classes."""

    id: UUID
    name: str
    subject: str
    role: Role | None
    learner_count: int
    archived_at: datetime | None


class NewEnrolment(Input):
    """In which role somebody belongs to the class."""

    role: Role


class Enrolment(Output):
    """Somebody who belongs to a class."""

    user_id: UUID
    full_name: str
    email: str
    role: Role
    is_simulated: bool
    enrolled_at: datetime
