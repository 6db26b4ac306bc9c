"""Data at the edge. What we are sent is refused when it holds more than we know; what we send is plain."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Secret = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=256)]
"""A password or token: every character counts, blanks at its ends as well."""


SearchText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00]*$")
]
"""What somebody looks for, as part of a text. PostgreSQL cannot compare with the character NUL."""


class Input(BaseModel):
    """A request body or message payload. Unknown fields are refused: a misspelt field must not be silently ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _holds_no_nul(cls, values: Any) -> Any:
        """PostgreSQL cannot store the character NUL, and nobody types it."""
        if _has_nul(values):
            raise ValueError("text must not hold the character NUL")
        return values


class Changes(Input):
    """The fields to change; those that are left out stay as they are, and none of them can be emptied by null."""

    @model_validator(mode="after")
    def _changes_something(self) -> Changes:
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        if None in self.values().values():
            raise ValueError("null is no value; leave out what shall stay as it is")
        return self

    def values(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True)


class Output(BaseModel):
    """A reply body."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(_has_nul(each) for each in value)
