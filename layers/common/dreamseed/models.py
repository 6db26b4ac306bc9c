"""Data at the edge. What we are sent is refused when it holds more than we know; what we send is plain."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Input(BaseModel):
    """A request body or message payload. Unknown fields are refused: a misspelt field must not be silently ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Output(BaseModel):
    """A reply body."""

    model_config = ConfigDict(extra="forbid", frozen=True)
