"""An e-mail, before anybody has sent it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Mail:
    """One e-mail in plain text. `id` is its event's, so that a second delivery can be recognised."""

    id: UUID
    to: str
    subject: str
    text: str
