"""What a queue says of a message that it did not take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """Why a queue did not take a message. `is_final`: it never will, because the message itself is at fault."""

    reason: str
    is_final: bool = False

    def __or__(self, other: Refusal) -> Refusal:
        """Both, from two queues: final only if neither of them will ever take the message."""
        return Refusal(f"{self.reason}; {other.reason}", self.is_final and other.is_final)
