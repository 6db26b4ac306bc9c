"""What a function may return when its body alone does not say enough: another status, or headers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

Body = TypeVar("Body")


@dataclass(frozen=True)
class Reply(Generic[Body]):
    """A body with the status and headers that go with it. `body=None` sends none."""

    body: Body
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RawReply:
    """Bytes that are not JSON: a page, a picture, a download."""

    content: bytes
    media_type: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
